/**
 * The same request on both sides: each line of tests/requests goes to the command line (`crossgrain ask … --json`) and
 * to the module in Chromium. The answers must be the same JSON, and matrices the same bits.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { root, serve } from "./serve.mjs";

const FOLDER = join(root, "tests", "requests");
const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>a page of somebody else</title>';
/** In the order in which the module gets them: the first is its `table-1`. */
const TABLES = ["rows.npy", "other.npy", "queries.npy", "residues.npy", "map.npy"];
const requests = JSON.parse(await readFile(join(FOLDER, "requests.json"), "utf8"));

let server, browser, page, record, program;
before(async () => {
  const built = spawnSync("cargo", ["build", "--workspace", "--message-format=json"], { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
  assert.equal(built.status, 0, built.stderr);
  const made = built.stdout.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  program = made.find(({ executable, target }) => executable && target.name === "crossgrain")?.executable;
  server = await serve({ extra: { "plain.html": PLAIN } });
  browser = await launch({ webgpu: false });
  ({ page, record } = await open(browser, server.origin));
  await page.goto(`${server.origin}/extra/plain.html`);
  const tables = await Promise.all(TABLES.map(async (name) => ({ name, ...npy(await readFile(join(FOLDER, name))) })));
  await page.evaluate(async (tables) => {
    const { Crossgrain } = await import("/crossgrain.js");
    const cg = await Crossgrain.create({ device: "cpu" });
    globalThis.cg = cg;
    globalThis.tables = new Map();
    for (const { name, rows, cols, numbers } of tables) {
      const table = { data: Float32Array.from(numbers), rows, cols };
      globalThis.tables.set(name, table);
      await cg.analyses.neighbours({ table, k: 1 });
    }
  }, tables.map(({ data, ...table }) => ({ ...table, numbers: Array.from(data) })));
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Shape and numbers of a NumPy file in C order. */
function npy(file) {
  const length = file.readUInt16LE(8);
  const text = file.subarray(10, 10 + length).toString("latin1");
  const [, rows, cols] = text.match(/'shape': \((\d+), (\d+)\)/).map(Number);
  const bytes = new Uint8Array(file.subarray(10 + length)).buffer;
  const type = { "<f4": Float32Array, "<f8": Float64Array, "<u4": Uint32Array, "|u1": Uint8Array }[text.match(/'descr': '(.+?)'/)[1]];
  return { rows, cols, data: new type(bytes) };
}

/** The answer of the command line: JSON, and matrices as lists of bytes. */
async function native(request) {
  const out = await mkdtemp(join(tmpdir(), "crossgrain-requests-"));
  try {
    const run = spawnSync(program, ["ask", "-", "--json", "--out", out], { cwd: FOLDER, input: JSON.stringify(request), encoding: "utf8" });
    if (run.status !== 0) return { refused: run.stderr.match(/error \[(\S+)\]/)?.[1] ?? run.stderr };
    const matrices = {};
    for (const name of (await readdir(out)).sort()) {
      const { data } = npy(await readFile(join(out, name)));
      matrices[name.replace(/\.npy$/, "")] = Buffer.from(data.buffer).toString("base64");
    }
    return { json: JSON.parse(run.stdout), matrices };
  } finally {
    await rm(out, { recursive: true, force: true });
  }
}

/** The answer of the module, in the same form. */
function inChromium(request) {
  return page.evaluate(async (request) => {
    const [[method, fields]] = Object.entries(request);
    const { tables, cg } = globalThis;
    const named = (value) => {
      if (typeof value === "string" && tables.has(value)) return tables.get(value);
      if (Array.isArray(value)) return value.map(named);
      if (typeof value === "object" && value !== null)
        return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, key === "name" ? part : named(part)]));
      return value;
    };
    const base64 = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
    try {
      const answer = await cg.analyses.ask(method, named(fields));
      const [json, matrices] = [{}, {}];
      for (const [key, value] of Object.entries(answer)) {
        if (ArrayBuffer.isView(value)) matrices[key] = base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
        else json[key] = value;
      }
      return { json: JSON.parse(JSON.stringify(json)), matrices };
    } catch (thrown) {
      return { refused: thrown.code };
    }
  }, request);
}

/** The module calls its tables `table-1`, `table-2` …; the command line by their files. */
function withFileNames(answer) {
  return JSON.parse(JSON.stringify(answer).replace(/table-(\d+)/g, (_, number) => TABLES[number - 1] ?? "?"));
}

test("every method is asked", async () => {
  const source = await readFile(join(root, "www", "src", "protocol", "index.ts"), "utf8");
  const methods = [...source.matchAll(/^ {2}(\w+): \{ request:/gm)].map(([, method]) => method);
  const asked = new Set(requests.flatMap(Object.keys));
  assert.ok(methods.length >= 17, `${methods.length} methods`);
  assert.deepEqual(methods.filter((method) => !asked.has(method)), []);
});

for (const [at, request] of requests.entries()) {
  const [[method, fields]] = Object.entries(request);
  test(`${at + 1}: ${method} ${JSON.stringify(fields).slice(0, 60)}`, async () => {
    const [expected, found] = [await native(request), withFileNames(await inChromium(request))];
    assert.equal(expected.refused, undefined, `the command line refused: ${expected.refused}`);
    assert.deepEqual(found.json, expected.json);
    assert.deepEqual(found.matrices, expected.matrices);
  });
}

test("refusals have the same code", async () => {
  for (const request of [
    { purity: { table: "rows.npy", labels: ["a"] } },
    { neighbours: { table: "rows.npy", k: 60 } },
    { probe: { features: [{ name: "rows", of: ["rows.npy"] }], labels: requests.find(({ probe }) => probe).probe.labels, folds: { kind: "grouped" } } },
    { map: { table: "rows.npy", noSuchField: 1 } },
    { codons: { sequences: [{ id: "a", sequence: "ATGA" }] } },
  ]) {
    const [expected, found] = [await native(request), await inChromium(request)];
    assert.ok(expected.refused?.includes("."), JSON.stringify(expected));
    assert.equal(found.refused, expected.refused);
  }
});

test("nothing went wrong in the page", () => {
  assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
});
