/** Several workers: bit for bit the numbers of one, one progress, one cancel, and a crash that costs no run. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { root, serve } from "./serve.mjs";

const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>a page of somebody else</title>';
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };

let server, records;
before(async () => {
  server = await serve({ extra: { "plain.html": PLAIN } });
  const text = await readFile(join(root, "tests", "e2e", "data", "sample_280_protein.fasta"), "utf8");
  const all = text.split(/^>/m).slice(1).map((record) => {
    const [head, ...lines] = record.split("\n");
    return { id: head.split(" ")[0], sequence: lines.join("").trim() };
  });
  // Duplicates, a sequence of two windows, and lengths in no order.
  const long = { id: "long", sequence: all.slice(0, 5).map(({ sequence }) => sequence).join("").slice(0, 1300) };
  records = [...all.slice(0, 30), { ...all[3], id: "again" }, long, { id: "short", sequence: "MKV" }, { ...all[29], id: "and again" }];
});
after(() => server?.close());

/** Runs `work` with `argument` in a plain page. */
async function inPage(work, argument) {
  const browser = await launch({ webgpu: false });
  try {
    const { page, record } = await open(browser, server.origin);
    await page.goto(`${server.origin}/extra/plain.html`);
    return [await page.evaluate(work, argument), record];
  } finally {
    await browser.close();
  }
}

test("three workers give bit for bit what one gives", async () => {
  const [[one, three], record] = await inPage(async (records) => {
    const { Crossgrain } = await import("/crossgrain.js");
    const digest = async (rows) => {
      const hash = await crypto.subtle.digest("SHA-256", rows);
      return Array.from(new Uint8Array(hash), (byte) => byte.toString(16)).join(" ");
    };
    const runs = [];
    for (const workers of [1, 3]) {
      const cg = await Crossgrain.create({ device: "cpu", workers });
      const model = await cg.loadModel({ builtin: "esm2-demo" });
      const seen = [];
      for (const options of [{ layers: [0, 6], pool: "mean" }, { layers: "last", pool: "none" }]) {
        let last = { done: 0, total: 1 };
        let rising = true;
        const onProgress = (report) => {
          rising &&= report.done >= last.done;
          last = report;
        };
        const out = await model.embed(records, { ...options, onProgress });
        const layers = {};
        for (const [layer, rows] of Object.entries(out.layers)) layers[layer] = await digest(rows);
        seen.push({ ...out, layers, windows: [...out.windows], offsets: [...(out.offsets ?? [])], rising, complete: last.done === last.total });
      }
      runs.push({ seen, memory: await cg.memory() });
      cg.close();
    }
    return runs;
  }, records);
  assert.deepEqual(three.seen, one.seen);
  assert.equal(one.seen[0].rows, records.length);
  assert.equal(one.seen[0].windows[31], 2, "the long one takes two windows");
  assert.ok(one.seen.every(({ rising, complete }) => rising && complete));
  assert.ok(three.memory > one.memory, `${three.memory} bytes in three workers, ${one.memory} in one`);
  assert.deepEqual(record, CLEAN);
});

test("an abort ends the run, a worker that breaks does not; the next one is whole", async () => {
  const [seen, record] = await inPage(async (records) => {
    const started = [];
    const { Worker } = window;
    window.Worker = class extends Worker {
      constructor(...args) {
        super(...args);
        started.push(this);
      }
    };
    const { Crossgrain, CrossgrainError } = await import("/crossgrain.js");
    const codeOf = (promise) => promise.then(() => "no error", (error) => (error instanceof CrossgrainError ? error.code : error.name));
    const cg = await Crossgrain.create({ device: "cpu", workers: 2 });
    const model = await cg.loadModel({ builtin: "esm2-demo" });
    const many = records.flatMap(({ id, sequence }) => [0, 1, 2, 3].map((n) => ({ id: `${id}-${n}`, sequence: `${sequence}${"ACDE"[n]}` })));
    const first = await model.embed(records);
    const workers = started.length;

    const controller = new AbortController();
    setTimeout(() => controller.abort(), 500);
    const start = performance.now();
    const aborted = await codeOf(model.embed(many, { signal: controller.signal }));
    const abortedAfter = performance.now() - start - 500;

    // The one started last is alive, whether or not the abort replaced any.
    const fault = new ErrorEvent("error", { message: "for a test", cancelable: true });
    let told = 0;
    const onProgress = () => (told += 1) === 3 && started.at(-1).dispatchEvent(fault);
    const whole = await model.embed(many);
    const broken = await model.embed(many, { onProgress });
    const survived = told >= 3 && whole.layers[6].every((value, index) => value === broken.layers[6][index]);
    const again = await model.embed(records);
    const same = first.layers[6].every((value, index) => value === again.layers[6][index]);
    const refused = [];
    for (const workers of [0, 1.5, 17, "2"]) refused.push(await codeOf(Crossgrain.create({ workers })));
    cg.close();
    return { workers, aborted, abortedAfter, survived, same, refused };
  }, records);
  const { abortedAfter, ...rest } = seen;
  assert.deepEqual(rest, {
    workers: 2,
    aborted: "AbortError",
    survived: true,
    same: true,
    refused: Array(4).fill("options.bad_value"),
  });
  assert.ok(abortedAfter <= 600, `aborted after ${abortedAfter} ms`);
  assert.deepEqual(record.pageErrors, []);
});
