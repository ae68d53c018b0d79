/** Coarser weights through the public module: how close to f32, and still the same alone and among others. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { launch, open } from "./browser.mjs";
import { serve } from "./serve.mjs";

const EXAMPLE = join(fileURLToPath(new URL("../..", import.meta.url)), "www", "public", "examples", "venom-families.fasta");
/** Least cosine of a mean vector to that of f32, on the demonstration model. */
const LEAST = { f16: 0.999999, int8: 0.9995, int4: 0.99 };

function records(count) {
  const entries = readFileSync(EXAMPLE, "utf8").split(">").slice(1, count + 1);
  return entries.map((entry, i) => ({ id: `p${i}`, sequence: entry.split("\n").slice(1).join("") }));
}

test("f16, int8 and int4 stay close to f32, whatever shares the batch", async () => {
  const server = await serve({ extra: { "plain.html": "<!doctype html><title>plain</title>" } });
  const browser = await launch({ webgpu: false });
  try {
    const { page } = await open(browser, server.origin);
    await page.goto(`${server.origin}/extra/plain.html`);
    const found = await page.evaluate(async (proteins) => {
      const { Crossgrain } = await import("/crossgrain.js");
      const cg = await Crossgrain.create({ device: "cpu" });
      const rows = {};
      const alone = {};
      for (const weights of ["f32", "f16", "int8", "int4"]) {
        const model = await cg.loadModel({ builtin: "esm2-demo", weights });
        const last = (out) => Array.from(Object.values(out.layers)[0]);
        rows[weights] = { numbers: last(await model.embed(proteins)), precision: model.report.precision };
        alone[weights] = last(await model.embed([proteins[3]]));
      }
      const { device } = cg;
      cg.close();
      return { rows, alone, relaxed: device.relaxedSimd };
    }, records(12));
    assert.equal(found.relaxed, true, "this Chromium has relaxed SIMD, and the kernel must be exact");
    const exact = found.rows.f32.numbers;
    const d = exact.length / 12;
    for (const [weights, least] of Object.entries(LEAST)) {
      const { numbers, precision } = found.rows[weights];
      assert.equal(precision, weights);
      for (let i = 0; i < 12; i += 1) {
        const [a, b] = [numbers, exact].map((all) => all.slice(i * d, (i + 1) * d));
        const cosine = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
        assert.ok(cosine >= least && cosine <= 1 + 1e-9, `${weights}: cosine ${cosine} of protein ${i}`);
      }
      assert.notDeepEqual(numbers, exact, weights);
      assert.deepEqual(found.alone[weights], numbers.slice(3 * d, 4 * d), `${weights}, alone and among others`);
    }
  } finally {
    await browser.close();
    await server.close();
  }
});

function dot(a, b) {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
