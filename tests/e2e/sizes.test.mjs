/** The rule of the size gate, without building anything. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../../www/build/sizes.mjs";

test("growth above 2 % needs a changed changelog", () => {
  const record = { engine: { bytes: 1000, bound: 1020 }, plot: { bytes: 100, bound: 102 }, changelog: "before" };
  const follow = (engine, plot, changelog) => ({
    engine: { bytes: engine, bound: Math.floor(engine * 1.02) },
    plot: { bytes: plot, bound: Math.floor(plot * 1.02) },
    changelog,
  });
  const t = (engine, plot, changelog, changed, failures) => {
    const found = judge(record, { engine, plot }, changelog);
    assert.deepEqual([found.changed, found.failures.length], [changed, failures], `${engine}, ${plot}, ${changelog}`);
  };
  t(1000, 100, "before", null, 0);
  t(1020, 102, "before", null, 0);
  t(1020, 102, "after", null, 0);
  t(1021, 100, "before", null, 1);
  t(1021, 103, "before", null, 2);
  t(1021, 100, "after", follow(1021, 100, "after"), 0);
  t(900, 100, "before", follow(900, 100, "before"), 0);
  assert.deepEqual(judge({}, { engine: 7 }, "x").changed, { engine: { bytes: 7, bound: 7 }, changelog: "x" });
});
