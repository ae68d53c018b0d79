/**
 * `crossgrain.js` in pages that are not ours: a plain page of the same site, a page of another site, and the example
 * that comes with it. Numbers are compared with the demonstration model's stored reference.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { largestDifference, readSafetensors } from "./files.mjs";
import { root, serve } from "./serve.mjs";

const DEMO = join(root, "models", "esm2-demo");
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>a page of somebody else</title>';
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
/** Largest allowed difference to the reference, on the CPU and on WebGPU. */
const TOLERANCES = { cpu: 1e-4, webgpu: 5e-4 };

let server, foreign;
before(async () => {
  server = await serve({ hub: { "crossgrain/esm2-demo": DEMO }, extra: { "plain.html": PLAIN } });
  foreign = await serve({ extra: { "plain.html": PLAIN } });
});
after(() => Promise.all([server?.close(), foreign?.close()]));

/** Runs `work` in a plain page of `site`. */
async function inPage(site, webgpu, work) {
  const browser = await launch({ webgpu });
  try {
    const { page, record } = await open(browser, site.origin);
    await page.goto(`${site.origin}/extra/plain.html`);
    await work(page, record);
  } finally {
    await browser.close();
  }
}

for (const device of ["cpu", "webgpu"]) {
  test(`every hidden state of the reference proteins on ${device}`, (context) =>
    inPage(server, device === "webgpu", async (page, record) => {
      const { sequences } = JSON.parse(await readFile(join(DEMO, "inputs.json"), "utf8"));
      const { tensors } = readSafetensors(await readFile(join(DEMO, "expected.safetensors")));
      const records = sequences.map((sequence, index) => ({ id: `seq${index}`, sequence }));
      const out = await page.evaluate(async ([records, device]) => {
        const { Crossgrain } = await import("/crossgrain.js");
        const cg = await Crossgrain.create({ device });
        const model = await cg.loadModel({ builtin: "esm2-demo" });
        const out = await model.embed(records, { layers: "all", pool: "none" });
        const layers = Object.fromEntries(Object.entries(out.layers).map(([index, rows]) => [index, Array.from(rows)]));
        const answer = { ...out, layers, windows: [...out.windows], offsets: [...out.offsets], device: cg.device };
        cg.close();
        return answer;
      }, [records, device]);
      context.diagnostic(out.device.reason);
      assert.equal(out.device.kind, device);
      assert.deepEqual(out.ids, records.map(({ id }) => id));
      assert.deepEqual(Object.keys(out.layers).map(Number), [0, 1, 2, 3, 4, 5, 6]);
      let largest = 0;
      for (const [index, { id }] of records.entries()) {
        for (const [layer, rows] of Object.entries(out.layers)) {
          const { data } = tensors[`${id}_hidden_${layer}`];
          // The reference holds the start and end tokens too; rows per residue do not.
          const expected = data.subarray(out.dims, data.length - out.dims);
          const got = rows.slice(out.offsets[index] * out.dims, out.offsets[index + 1] * out.dims);
          largest = Math.max(largest, largestDifference(got, expected));
        }
      }
      context.diagnostic(`largest difference: ${largest.toExponential(2)} (tolerance ${TOLERANCES[device]})`);
      assert.ok(largest <= TOLERANCES[device], String(largest));
      assert.deepEqual(record, CLEAN);
    }));
}

test("files, hub, options, abort and replaced models", () =>
  inPage(server, false, async (page, record) => {
    const seen = await page.evaluate(async () => {
      const { Crossgrain, CrossgrainError } = await import("/crossgrain.js");
      const codeOf = (promise) => promise.then(() => "no error", (error) => (error instanceof CrossgrainError ? error.code : error.name));
      const file = async (name) => (await fetch(`/models/esm2-demo/${name}`)).arrayBuffer();
      const cg = await Crossgrain.create({ device: "cpu", hub: `${location.origin}/hub` });
      const records = [{ id: "a", sequence: "MKTAYIAK" }, { id: "b", sequence: "GGGGG" }, { id: "a2", sequence: "MKTAYIAK" }];

      const fromFiles = await cg.loadModel({ files: { "config.json": await file("config.json"), "model.safetensors": new Blob([await file("model.safetensors")]) } });
      const first = await fromFiles.embed(records, { pool: "mean" });
      const fromHub = await cg.loadModel({ hub: "crossgrain/esm2-demo" });
      const second = await fromHub.embed(records, { layers: [0, 6], pool: "cls" });

      const many = Array.from({ length: 200 }, (_, i) => ({ id: `m${i}`, sequence: "MKTAYIAKQRQISFVKSHFSRQ".repeat(10 + (i % 7)) + "A".repeat(i % 11) }));
      const controller = new AbortController();
      const start = performance.now();
      setTimeout(() => controller.abort(), 300);
      const aborted = await codeOf(fromHub.embed(many, { signal: controller.signal }));
      const abortedAfter = performance.now() - start - 300;
      const again = await fromHub.embed(records.slice(0, 1), {});
      const peptide = await fromHub.embed([{ id: "short", sequence: "GAGAGA" }]);
      const codes = [
        await codeOf(fromFiles.embed(records)),
        await codeOf(fromHub.embed(records, { pooling: "mean" })),
        await codeOf(fromHub.embed(records, { pool: "median" })),
        await codeOf(cg.loadModel({})),
        await codeOf(cg.loadModel({ hub: "nobody/nothing" })),
        await codeOf(Crossgrain.create({ device: "tpu" })),
      ];
      const [row] = Object.values(first.layers);
      cg.close();
      return {
        first: [first.ids, Object.keys(first.layers), first.rows, first.dims, [...first.windows]],
        same: row.slice(0, 128).every((value, index) => value === row[256 + index]),
        second: [Object.keys(second.layers), second.rows],
        again: again.rows,
        peptide: [peptide.rows, peptide.warnings.map(({ code }) => code)],
        aborted, abortedAfter, codes,
      };
    });
    const { abortedAfter, ...rest } = seen;
    assert.deepEqual(rest, {
      first: [["a", "b", "a2"], ["6"], 3, 128, [1, 1, 1]],
      same: true,
      second: [["0", "6"], 3],
      again: 1,
      peptide: [1, ["embed.looks_like_dna"]],
      aborted: "AbortError",
      codes: ["model.replaced", "options.unknown_field", "options.invalid", "options.bad_value", "hub.not_found", "options.invalid"],
    });
    assert.ok(abortedAfter <= 400, `aborted after ${abortedAfter} ms`);
    assert.deepEqual(record.pageErrors, []);
    assert.deepEqual(record.otherOrigins, []);
  }));

test("imported by a page of another site", () =>
  inPage(foreign, false, async (page, record) => {
    const rows = await page.evaluate(async (site) => {
      const { Crossgrain } = await import(`${site}/crossgrain.js`);
      const cg = await Crossgrain.create({ device: "cpu" });
      const model = await cg.loadModel({ builtin: "esm2-demo" });
      const out = await model.embed([{ id: "a", sequence: "MKTAYIAK" }]);
      cg.close();
      return out.rows;
    }, server.origin);
    assert.equal(rows, 1);
    assert.ok(record.otherOrigins.every((url) => url.startsWith(server.origin)), String(record.otherOrigins));
    assert.deepEqual({ ...record, otherOrigins: [] }, CLEAN);
  }));

test("the example page", async () => {
  const browser = await launch({ webgpu: false });
  try {
    const { page, record } = await open(browser, server.origin);
    await page.goto(`${server.origin}/examples/embed.html`);
    await page.getByRole("button", { name: "Embed three sequences" }).click();
    await page.locator("table").waitFor({ timeout: 120_000 });
    // The first cell of a line is the id.
    const cells = await page.locator("tbody td").allInnerTexts();
    assert.equal(cells.length, 12);
    for (const diagonal of [1, 6, 11]) assert.equal(cells[diagonal], "1.000");
    assert.ok(Number(cells[2]) > Number(cells[3]), "two toxins are nearer to each other than to ubiquitin");
    // Browsers ask for an icon where a page names none.
    record.badAnswers = record.badAnswers.filter((answer) => !answer.endsWith("/favicon.ico"));
    record.consoleErrors = record.consoleErrors.filter((line) => !line.includes("/favicon.ico"));
    assert.deepEqual(record, CLEAN);
  } finally {
    await browser.close();
  }
});
