/**
 * Parity with the reference implementation inside Chromium: every hidden state of the golden checkpoints, loaded by
 * hub id, on the CPU and on WebGPU; and, where CROSSGRAIN_DATA names them, the mean vector of the ESM-2 8M shape.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { largestDifference, readSafetensors } from "./files.mjs";
import { root, serve } from "./serve.mjs";

const GOLDEN = ["esm2-tiny", "esm1b-tiny"];
const DATA = process.env.CROSSGRAIN_DATA;
const BENCH = join(DATA ?? root, "bench", "esm2_8m_shape");
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>a page of somebody else</title>';
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
/** Largest allowed difference to the reference, on the CPU and on WebGPU. */
const TOLERANCES = { cpu: 1e-4, webgpu: 5e-4 };
const BENCH_TOLERANCE = 1e-4;

let server;
before(async () => {
  const folders = GOLDEN.map((name) => [`golden/${name}`, join(root, "tests", "golden", name)]);
  server = await serve({ hub: Object.fromEntries([...folders, ["bench/esm2-8m-shape", BENCH]]), extra: { "plain.html": PLAIN } });
});
after(() => server?.close());

/** Embeds in a page of Chromium with a model of the hub; answers the rows per layer as plain arrays. */
async function embed(device, hub, sequences, options) {
  const browser = await launch({ webgpu: device === "webgpu" });
  try {
    const { page, record } = await open(browser, server.origin);
    await page.goto(`${server.origin}/extra/plain.html`);
    const out = await page.evaluate(async ([device, id, sequences, options]) => {
      const { Crossgrain } = await import("/crossgrain.js");
      const cg = await Crossgrain.create({ device, hub: `${location.origin}/hub` });
      const model = await cg.loadModel({ hub: id });
      const records = sequences.map((sequence, index) => ({ id: `s${index}`, sequence }));
      const out = await model.embed(records, options);
      const layers = Object.entries(out.layers).map(([index, rows]) => [index, Array.from(rows)]);
      const answer = { layers: Object.fromEntries(layers), dims: out.dims, offsets: [...(out.offsets ?? [])] };
      cg.close();
      return answer;
    }, [device, hub, sequences, options]);
    assert.deepEqual(record, CLEAN);
    return out;
  } finally {
    await browser.close();
  }
}

for (const device of ["cpu", "webgpu"]) {
  for (const name of GOLDEN) {
    test(`${name}: every hidden state on ${device}`, async (context) => {
      const folder = join(root, "tests", "golden", name);
      const { sequences } = JSON.parse(await readFile(join(folder, "inputs.json"), "utf8"));
      const { tensors } = readSafetensors(await readFile(join(folder, "expected.safetensors")));
      const out = await embed(device, `golden/${name}`, sequences, { layers: "all", pool: "none" });
      let largest = 0;
      let numbers = 0;
      for (const [layer, rows] of Object.entries(out.layers)) {
        const { shape, data } = tensors[`hidden_${layer}`];
        for (const index of sequences.keys()) {
          const [from, to] = [out.offsets[index] * out.dims, out.offsets[index + 1] * out.dims];
          // [n, t, d], padded on the right; the first token is the start token, which has no row here.
          const start = (index * shape[1] + 1) * out.dims;
          numbers += to - from;
          largest = Math.max(largest, largestDifference(rows.slice(from, to), data.subarray(start, start + to - from)));
        }
      }
      context.diagnostic(`${numbers} numbers, largest difference ${largest.toExponential(2)} (tolerance ${TOLERANCES[device]})`);
      assert.ok(numbers > 20_000 && largest <= TOLERANCES[device], String(largest));
    });
  }

  const absent = DATA ? false : "needs files that may not be bundled: set CROSSGRAIN_DATA=<folder>";
  test(`ESM-2 8M shape: the mean vector of TEM-1 on ${device}`, { skip: absent }, async (context) => {
    const expected = JSON.parse(await readFile(join(BENCH, "expected.json"), "utf8"));
    const out = await embed(device, "bench/esm2-8m-shape", [expected.sequence], { pool: "mean" });
    const largest = largestDifference(Object.values(out.layers)[0], Float32Array.from(expected.mean_last_hidden));
    context.diagnostic(`largest difference ${largest.toExponential(2)} (tolerance ${BENCH_TOLERANCE})`);
    assert.ok(largest <= BENCH_TOLERANCE, String(largest));
  });
}
