/** The rule of the size gate, without building anything. */
import { expect, test, vi } from "vitest";
import { judge } from "./sizes.mjs";

const record = { engine: { bytes: 1000, bound: 1020 }, plot: { bytes: 100, bound: 102 }, changelog: "before" };
/** The record that follows. */
const follow = (engine, plot, changelog) => ({
  engine: { bytes: engine, bound: Math.floor(engine * 1.02) },
  plot: { bytes: plot, bound: Math.floor(plot * 1.02) },
  changelog,
});

test.each([
  ["nothing changed", 1000, 100, "before", null, 0],
  ["within the bound", 1020, 102, "before", null, 0],
  ["within the bound, with a new changelog", 1020, 102, "after", null, 0],
  ["the engine grew", 1021, 100, "before", null, 1],
  ["both grew", 1021, 103, "before", null, 2],
  ["the engine grew and the changelog says why", 1021, 100, "after", follow(1021, 100, "after"), 0],
  ["the engine shrank", 900, 100, "before", follow(900, 100, "before"), 0],
])("%s", (_, engine, plot, changelog, changed, failures) => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const found = judge(record, { engine, plot }, changelog);
  expect(found.changed).toEqual(changed);
  expect(found.failures).toHaveLength(failures);
});

test("a first record is made", () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  expect(judge({}, { engine: 7 }, "x").changed).toEqual({ engine: { bytes: 7, bound: 7 }, changelog: "x" });
});
