/**
 * The large sums of `crossgrain.js`'s analyses on a GPU: the same neighbours to the last bit, the same similarities to
 * rounding; what is chosen without being told; and what happens when there is no GPU, or it goes away in the middle.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { serve } from "./serve.mjs";

const PLAIN = `<!doctype html><title>plain</title><link rel="icon" href="data:,">`;

let server;
before(async () => (server = await serve({ extra: { "plain.html": PLAIN } })));
after(() => server?.close());

/** Runs `work` in a plain page with the module, and random matrices that are the same each time. */
async function inModule(webgpu, work) {
  const browser = await launch({ webgpu });
  try {
    const { page, record } = await open(browser, server.origin);
    await page.goto(`${server.origin}/extra/plain.html`);
    await page.evaluate(async () => {
      const { Analyses } = await import("/crossgrain.js");
      let state = 1;
      const next = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
      const matrix = (rows, cols) => ({ data: Float32Array.from({ length: rows * cols }, next), rows, cols });
      const codeOf = (promise) => promise.then(() => "no error", ({ code, name }) => (name === "AbortError" ? name : code));
      Object.assign(globalThis, { analyses: new Analyses(), Analyses, matrix, codeOf });
    });
    await work(page, record);
    assert.deepEqual(record.pageErrors, []);
  } finally {
    await browser.close();
  }
}

test("WebGPU by name gives the answers of the CPU", (context) =>
  inModule(true, async (page) => {
    const seen = await page.evaluate(async () => {
      const [table, queries, other] = [matrix(300, 64), matrix(40, 64), matrix(300, 33)];
      const labels = Array.from({ length: 300 }, (_, i) => "abc"[i % 3]);
      const ask = async (device) => ({
        euclidean: await analyses.neighbours({ table, k: 15, device }),
        cosine: await analyses.neighbours({ table, k: 15, metric: "cosine", device }),
        queries: await analyses.neighbours({ table, queries, k: 5, device }),
        purity: await analyses.purity({ table, labels, k: 5, shuffles: 50, device }),
        overlap: await analyses.overlap({ a: table, b: other, k: 5, device }),
        predict: await analyses.predict({ table, queries, labels, k: 5, device }),
        linear: await analyses.cka({ x: [table, other], device }),
        rbf: await analyses.cka({ x: [table], y: [other], kernel: "rbf", device }),
      });
      const plain = (answers) => JSON.parse(JSON.stringify(answers, (_, value) => (ArrayBuffer.isView(value) ? Array.from(value) : value)));
      const progress = [];
      await analyses.neighbours({ table, k: 2, device: "webgpu" }, { onProgress: ({ stage, done, total }) => progress.push([stage, done, total]) });
      const auto = (await analyses.neighbours({ table, k: 2 })).computed;
      return { cpu: plain(await ask("cpu")), webgpu: plain(await ask("webgpu")), progress, auto };
    });
    context.diagnostic(seen.webgpu.linear.computed.reason);
    for (const [name, { computed, ...cpu }] of Object.entries(seen.cpu)) {
      const { computed: where, ...webgpu } = seen.webgpu[name];
      assert.deepEqual([computed.device, where.device], ["cpu", "webgpu"], name);
      if (name !== "linear" && name !== "rbf") {
        assert.deepEqual(webgpu, cpu, name);
        continue;
      }
      for (const estimate of ["debiased", "biased"]) {
        const apart = cpu[estimate].map((value, at) => Math.abs(value - webgpu[estimate][at]));
        context.diagnostic(`${name}, ${estimate}: largest difference ${Math.max(...apart).toExponential(1)}`);
        assert.ok(apart.every((one) => one < 1e-6), `${name}: ${cpu[estimate]} ${webgpu[estimate]}`);
      }
    }
    assert.deepEqual(seen.progress.at(-1), ["neighbours", 300, 300]);
    assert.equal(seen.auto.device, "cpu");
    assert.match(seen.auto.reason, /so little/);
  }));

test("without being told, much work does not go to a GPU emulated in software", () =>
  inModule(true, async (page) => {
    const computed = await page.evaluate(async () => (await analyses.neighbours({ table: matrix(6500, 192), k: 2 })).computed);
    assert.equal(computed.device, "cpu");
    assert.match(computed.reason, /software/);
  }));

test("without WebGPU it is refused by name, and not missed otherwise", () =>
  inModule(false, async (page) => {
    const seen = await page.evaluate(async () => {
      const table = matrix(300, 64);
      const code = await codeOf(analyses.neighbours({ table, k: 3, device: "webgpu" }));
      const other = await codeOf(analyses.cka({ x: [table], device: "webgpu" }));
      const wrong = await codeOf(analyses.cka({ x: [table], device: "tpu" }));
      return { codes: [code, other, wrong], device: (await analyses.cka({ x: [table], device: "auto" })).computed.device };
    });
    assert.deepEqual(seen, { codes: ["device.unavailable", "device.unavailable", "options.invalid"], device: "cpu" });
  }));

test("a cancel ends the wait at once", () =>
  inModule(true, async (page) => {
    const seen = await page.evaluate(async () => {
      const table = matrix(4000, 64);
      await analyses.neighbours({ table: matrix(40, 64), k: 3, device: "webgpu" });
      const controller = new AbortController();
      let aborted = 0;
      const onProgress = () => {
        aborted ||= performance.now();
        controller.abort();
      };
      const code = await codeOf(analyses.neighbours({ table, k: 3, device: "webgpu" }, { onProgress, signal: controller.signal }));
      const waited = performance.now() - aborted;
      const next = await analyses.neighbours({ table: matrix(40, 64), k: 3, device: "webgpu" });
      return { code, waited, next: next.computed.device };
    });
    assert.deepEqual([seen.code, seen.next], ["AbortError", "webgpu"]);
    assert.ok(seen.waited < 150, `${seen.waited} ms`);
  }));

for (const [how, reason] of [
  ["goes away", /^CPU, because the GPU gave up \(.*\)$/],
  ["brings the engine down", /^CPU, because the engine stopped when it might use the GPU \(.*\)$/],
]) {
  test(`a GPU that ${how} in the middle leaves the answer to the CPU`, (context) =>
    inModule(true, (page) => lost(page, how, reason, context)));
}

async function lost(page, how, reason, context) {
  const started = new Promise((resolve) => page.once("worker", resolve));
  await page.evaluate(async () => {
    globalThis.table = matrix(2100, 64);
    globalThis.expected = await analyses.neighbours({ table, k: 3, device: "cpu" });
  });
  // The worker is there and has opened no device yet.
  const worker = await started;
  await worker.evaluate((how) => {
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (...given) {
      globalThis.device = await request.apply(this, given);
      return globalThis.device;
    };
    const submit = GPUQueue.prototype.submit;
    globalThis.left = Infinity;
    GPUQueue.prototype.submit = function (...given) {
      globalThis.left -= 1;
      if (globalThis.left === 0 && how !== "goes away") throw new WebAssembly.RuntimeError("unreachable");
      if (globalThis.left === 0) globalThis.device.destroy();
      return submit.apply(this, given);
    };
  }, how);
  const before = await page.evaluate(async () => (await analyses.neighbours({ table: matrix(40, 64), k: 3, device: "webgpu" })).computed);
  assert.equal(before.device, "webgpu");
  await worker.evaluate(() => (globalThis.left = 3));
  const seen = await page.evaluate(async () => {
    const found = await analyses.neighbours({ table, k: 3, device: "webgpu" });
    const after = await analyses.neighbours({ table: matrix(40, 64), k: 3, device: "webgpu" });
    const same = found.indices.every((one, at) => one === expected.indices[at]);
    return { computed: found.computed, same, after: after.computed.device };
  });
  context.diagnostic(seen.computed.reason);
  assert.match(seen.computed.reason, reason);
  assert.deepEqual([seen.computed.device, seen.same, seen.after], ["cpu", true, "webgpu"]);
}
