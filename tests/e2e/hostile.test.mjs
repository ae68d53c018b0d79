/**
 * Weight files made to do harm, given to the wasm engine: the native tests write the very files they refuse, and each
 * must be refused here with the same code, without a trap, in the same worker, and within 64 MiB of wasm memory.
 * `CROSSGRAIN_HOSTILE_OUT` names a folder where they were written before.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { launch, open } from "./browser.mjs";
import { root, serve } from "./serve.mjs";

const PEAK_BYTES = 64 * 1024 * 1024;
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>hostile files</title>';

/** Wasm has words of 32 bits: these two are refused there too, but by the check of what a word or a tensor can hold. */
const BY_WORD_SIZE = new Map([
  ["a far stride", "weights.strides"],
  ["one number a billion times", "weights.tensor_too_large"],
]);

let server, browser, folder, made, cases;

before(async () => {
  const kept = process.env.CROSSGRAIN_HOSTILE_OUT;
  folder = kept ?? (await mkdtemp(join(tmpdir(), "crossgrain-hostile-")));
  // The whole workspace, as `npm test` says it: one package alone would be compiled anew, with other features.
  const cargo = (...words) =>
    promisify(execFile)("cargo", ["test", "-q", "--workspace", ...words], {
      cwd: root,
      env: { ...process.env, CROSSGRAIN_HOSTILE_OUT: folder },
      maxBuffer: 1 << 26,
    });
  if (kept === undefined) {
    await cargo("--test", "weights");
    await cargo("--test", "hostile", "every_hostile_checkpoint_is_refused");
    made = folder;
  }
  const lists = ["safetensors", "pytorch", "shards"].map((list) => readFile(join(folder, `${list}.jsonl`), "utf8"));
  cases = (await Promise.all(lists)).flatMap((lines) => lines.trim().split("\n").map((line) => JSON.parse(line)));
  for (const one of cases) one.code = BY_WORD_SIZE.get(one.what) ?? one.code;
  server = await serve({ extra: { "plain.html": PLAIN }, mount: folder });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
  if (made) await rm(made, { recursive: true });
});

test("every hostile file is refused with its code, and the engine goes on", async (context) => {
  const { page, record } = await open(browser, server.origin);
  await page.goto(`${server.origin}/extra/plain.html`);
  const found = await page.evaluate(async (cases) => {
    const { Crossgrain, CrossgrainError } = await import("/crossgrain.js");
    // Whatever replaces a worker makes a new one: one for the page's engine is all there may be.
    const alive = new Set();
    const Real = globalThis.Worker;
    globalThis.Worker = class extends Real {
      constructor(...words) {
        super(...words);
        alive.add(this);
      }
      terminate() {
        alive.delete(this);
        super.terminate();
      }
    };
    const cg = await Crossgrain.create({ device: "cpu" });
    const records = [{ id: "a", sequence: "MKTAYIAKQRQISFVKSHFSRQ" }];
    const vector = async () => {
      const model = await cg.loadModel({ builtin: "esm2-demo" });
      return Array.from((await model.embed(records)).layers[6]);
    };
    const first = await vector();
    // Each model is loaded in a worker beside this one, which is given up only for a model that was accepted.
    const [engine] = alive;
    const before = await cg.memory();
    const codeOf = async (files) => {
      try {
        await cg.loadModel({ files });
        return "accepted";
      } catch (thrown) {
        if (!(thrown instanceof CrossgrainError)) return String(thrown);
        return thrown.hint === "" || thrown.message.includes("\n") ? `${thrown.code} without help` : thrown.code;
      }
    };
    const differences = [];
    let most = [0, ""];
    for (const { what, code, files } of cases) {
      const blobs = await Promise.all(
        Object.entries(files).map(async ([name, file]) => [name, await (await fetch(`/mount/${file}`)).blob()]),
      );
      const held = await cg.memory();
      const answer = await codeOf(Object.fromEntries(blobs));
      if (answer !== code) differences.push(`${what}: ${answer} instead of ${code}`);
      const grown = (await cg.memory()) - held;
      if (grown > most[0]) most = [grown, what];
    }
    // A legal header of 100 MB, which the parser of the safetensors crate would take 762 MiB for.
    const spaces = new Uint8Array(1 << 20).fill(0x20);
    const header = [new BigUint64Array([BigInt(100 << 20)]), "{", ...Array.from({ length: 100 }, () => spaces)];
    const started = performance.now();
    const large = await codeOf({ "model.safetensors": new Blob(header) });
    const largeMs = performance.now() - started;
    const held = await cg.memory();
    const workers = { engineKept: alive.has(engine), alive: alive.size };
    const again = await vector();
    cg.close();
    return { differences, most, grown: held - before, before, large, largeMs, first, again, workers };
  }, cases);
  const mib = (bytes) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  context.diagnostic(`${cases.length} files; wasm memory ${mib(found.before)} before, ${mib(found.grown)} more after all of them`);
  context.diagnostic(`most for one: ${mib(found.most[0])} (${found.most[1]}); a 100 MB header refused in ${found.largeMs.toFixed(1)} ms`);
  assert.deepEqual(found.differences, []);
  assert.ok(cases.length >= 200, `only ${cases.length} files`);
  assert.equal(found.large, "weights.header_too_large");
  assert.ok(found.grown <= PEAK_BYTES, mib(found.grown));
  assert.deepEqual(found.workers, { engineKept: true, alive: 1 }, "the engine's worker was replaced, or others stayed");
  assert.deepEqual(found.again, found.first, "the engine must answer as before");
  assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
});
