/**
 * The main job: 280 real proteins through the page with the demonstration model, once on WebGPU and once on the CPU of
 * a browser without WebGPU. Table, map and files must be there and agree, with nothing wrong on the way and nobody
 * else asked.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { largestDifference, readCsv, readNpy, readSafetensors } from "./files.mjs";
import { chooseDevice, chooseSequences, embed, mapColours, openPage, save, tableRows } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const PROTEINS = join(root, "tests", "e2e", "data", "sample_280_protein.fasta");
const WIDTH = 128;
/** What CPU and WebGPU may differ by, as for the golden models. */
const TOLERANCE = 5e-4;

let server, ids, lengths;
/** Rows of each run by device, `[280, 128]`. */
const vectors = new Map();

before(async () => {
  server = await serve();
  const records = (await readFile(PROTEINS, "utf8")).split(">").slice(1);
  ids = records.map((record) => record.match(/^\S+/)[0]);
  lengths = records.map((record) => record.slice(record.indexOf("\n")).replace(/\s/g, "").length);
});

after(() => server?.close());

for (const device of ["cpu", "webgpu"]) {
  test(`280 proteins on ${device}`, async (context) => {
    const browser = await launch({ webgpu: device === "webgpu" });
    try {
      const { page, record } = await openPage(browser, server);
      const sentence = await chooseDevice(page, device === "cpu" ? "auto" : "webgpu");
      context.diagnostic(sentence);
      assert.match(sentence, device === "cpu" ? /CPU/ : /GPU emulated in software/);
      assert.match(await chooseSequences(page, PROTEINS), /280 records read/);
      const summary = await embed(page);
      context.diagnostic(summary);
      assert.match(summary, /^280 sequences, 280 vectors of 128 numbers/);

      await checkTable(page);
      const map = await mapColours(page);
      assert.ok(map.colours > 50 && map.width > 300, JSON.stringify(map));
      assert.equal(await page.getByTestId("legend").locator("li").count(), 7, "one group per species");
      vectors.set(device, await checkFiles(page));
      await checkMethods(page, device);
      assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
    } finally {
      await browser.close();
    }
  });
}

test("both devices give the same vectors", (context) => {
  assert.equal(vectors.size, 2, "both runs must have ended well");
  const difference = largestDifference(vectors.get("cpu"), vectors.get("webgpu"));
  context.diagnostic(`largest difference: ${difference.toExponential(2)} (tolerance ${TOLERANCE})`);
  assert.ok(difference <= TOLERANCE);
});

async function checkTable(page) {
  const rows = await tableRows(page);
  assert.equal(rows.length, 280);
  assert.deepEqual(rows.map(([id]) => id), ids);
  assert.deepEqual(rows.map(([, , length]) => Number(length.replace(/\D/g, ""))), lengths);
  // A window holds 1,022 residues; the longer proteins take more than one.
  for (const [index, [, , , windows]] of rows.entries()) {
    assert.equal(Number(windows) > 1, lengths[index] > 1022, ids[index]);
  }
}

/** All three formats hold the same rows; answers them. */
async function checkFiles(page) {
  const npy = await save(page, "export-npy");
  assert.match(npy.name, /^sample_280_protein\.esm2-demo\..*\.npy$/);
  const { shape, data } = readNpy(npy.bytes);
  assert.deepEqual(shape, [280, WIDTH]);
  assert.ok(data.every(Number.isFinite));

  const csv = readCsv((await save(page, "export-csv")).bytes);
  assert.equal(csv.header.length, WIDTH + 1);
  assert.deepEqual(csv.rows.map(([id]) => id), ids);
  const written = Float32Array.from(csv.rows.flatMap(([, ...numbers]) => numbers.map(Number)));
  assert.equal(largestDifference(written, data), 0, "the text must hold every digit of an f32");

  const { metadata, tensors } = readSafetensors((await save(page, "export-safetensors")).bytes);
  assert.deepEqual(JSON.parse(metadata.ids), ids);
  assert.deepEqual([metadata.pooling, metadata.precision, metadata.layers], ["mean", "f32", "[6]"]);
  assert.equal(JSON.parse(metadata.model).name, "esm2-demo");
  assert.deepEqual(Object.keys(tensors), ["layer_6"]);
  assert.deepEqual(tensors.layer_6.shape, [280, WIDTH]);
  assert.equal(largestDifference(tensors.layer_6.data, data), 0);

  const svg = (await save(page, "export-svg")).bytes.toString("utf8");
  assert.match(svg, /^<svg /);
  assert.ok(svg.match(/<circle /g).length >= 280);
  return data;
}

async function checkMethods(page, device) {
  const methods = JSON.parse((await save(page, "export-methods")).bytes.toString("utf8"));
  const weights = await readFile(join(root, "models", "esm2-demo", "model.safetensors"));
  assert.equal(methods.model.weightsSha256, createHash("sha256").update(weights).digest("hex"));
  const { precision, layers, pooling, sequences } = methods;
  assert.deepEqual({ precision, layers, pooling }, { precision: "f32", layers: [6], pooling: "mean" });
  assert.equal(methods.device.kind, device);
  assert.match(methods.version, /^\d+\.\d+\.\d+/);
  assert.deepEqual([sequences.kind, sequences.records, sequences.refused], ["protein", 280, 0]);
  assert.equal(sequences.inSeveralWindows, lengths.filter((length) => length > 1022).length);
}
