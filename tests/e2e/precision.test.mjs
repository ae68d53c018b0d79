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
    // Some processors saturate where others do not: the kernel may be used exactly where the instruction is exact.
    assert.equal(found.relaxed, await page.evaluate(isRelaxedDotExact, RELAXED_DOT));
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

/** A module of one function: `i32x4.relaxed_dot_i8x16_i7x16_add_s` of two splatted bytes; its first lane. */
const BODY = [0, 0x20, 0, 0xfd, 0x0f, 0x20, 1, 0xfd, 0x0f, 0xfd, 0x0c, ...Array(16).fill(0), 0xfd, 0x93, 0x02, 0xfd, 0x1b, 0, 0x0b];
const RELAXED_DOT = [
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, 102, 0, 0],
  ...[10, BODY.length + 2, 1, BODY.length, ...BODY],
];

/** Whether the instruction gives exact sums of the largest codes, its second input unsigned or signed. */
function isRelaxedDotExact(bytes) {
  const module = new Uint8Array(bytes);
  if (!WebAssembly.validate(module)) return false;
  const dot = new WebAssembly.Instance(new WebAssembly.Module(module)).exports.f;
  return dot(127, 255) === 127 * 255 * 4 || dot(-127, -128) === -127 * -128 * 4;
}

function dot(a, b) {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
