/**
 * One file through models of several granularities, from files as a user gives them: a GenBank file through a tiny
 * BiGCARP (domains) and a tiny ESM (the residues of each domain), a file of coding sequences through a tiny Nucleotide
 * Transformer and, translated, a tiny ESM; both pairs joined, mapped and saved. Numbers are checked, and pictures left
 * in out/.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { readCsv, readSafetensors } from "./files.mjs";
import { chooseSequences, drawn, embed, openPage, save } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
const golden = (...path) => join(root, "tests", "golden", ...path);
const hub = (folder) => ["config.json", "model.safetensors", "vocab.txt"].map((name) => golden(folder, name));
const MODELS = {
  esm: { files: hub("esm2-tiny"), known: /3 layers, width 64/ },
  nt: { files: hub("ntv2-tiny-6mer"), known: /3 layers, width 32/ },
  bigcarp: { files: [golden("bigcarp-tiny-random", "bigcarp_random.pt")], known: /bigcarp_random/ },
};
const GENES = join(root, "www", "public", "examples", "coding-sequences.fasta");
/** Two clusters of DeepBGC; and, where it lies beside the project, a region as antiSMASH 6 writes it. */
const DEEPBGC = join(root, "tests", "corpus", "genbank", "deepbgc_labelled_contigs.gbk.gz");
const ANTISMASH = join(root, "..", "shared", "data", "genbank", "BGC0002476_antismash6.gbk");
/** An antiSMASH file without Pfam domains. */
const BARE = join(root, "tests", "corpus", "genbank", "BGC0001090_antismash5.gbk.gz");

let server, browser;
before(async () => {
  await mkdir(OUT, { recursive: true });
  server = await serve({ mount: "tests/golden", extra: { "plain.html": '<!doctype html><link rel="icon" href="data:,">' } });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const words = (page, id) => page.getByTestId(id).innerText();

/** Loads a model from files on disk. */
async function loadModel(page, { files, known }) {
  await page.getByTestId("model-choice-files").check({ force: true });
  await page.getByTestId("model-files").setInputFiles(files);
  await page.getByTestId("model-facts").filter({ hasText: known }).waitFor({ timeout: 120_000 });
}

/** The saved table of what is shown: `{ ids, rows }`. */
async function table(page) {
  const { header, rows } = readCsv((await save(page, "export-csv")).bytes);
  return { width: header.length - 1, ids: rows.map(([id]) => id), rows: rows.map((row) => row.slice(1).map(Number)) };
}

/** Asserts that every joined row is the rows of its parts, one after the other. */
function concatenated(joined, ...parts) {
  const places = parts.map(({ ids }) => new Map(ids.map((id, at) => [id, at])));
  joined.ids.forEach((id, at) => {
    const expected = parts.flatMap(({ rows }, part) => rows[places[part].get(id)]);
    assert.deepEqual(joined.rows[at], expected, id);
  });
}

test("genes: nucleotides and their proteins, joined", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await loadModel(page, MODELS.nt);
  assert.match(await chooseSequences(page, GENES), /105 records/);
  await embed(page);
  const nt = await table(page);

  // The page does not guess the genetic code: it asks.
  await loadModel(page, MODELS.esm);
  await page.getByTestId("translation").waitFor();
  assert.ok(await page.getByTestId("embed").isDisabled());
  assert.match(await words(page, "translation"), /coding sequences/);
  await page.getByTestId("genetic-code").selectOption("11");
  await page.getByTestId("translate").click();
  await page.getByTestId("translation").filter({ hasText: "Translated by genetic code" }).waitFor();
  await embed(page);
  const esm = await table(page);
  assert.equal(esm.ids.length, 105);

  const runs = page.getByTestId("runs").locator("li");
  assert.equal(await runs.count(), 2);
  for (const at of [1, 0]) await runs.nth(at).locator("input[type=checkbox]").check();
  const said = await words(page, "join-count");
  context.diagnostic(said);
  assert.match(said, new RegExp(`^105 of 105 names are in all of them; a row will have ${esm.width + nt.width} numbers`));
  // Numbers as they are, so that they can be compared with those of the parts.
  await page.getByTestId("join-equal").uncheck();
  await page.getByTestId("join-run").click();
  await page.getByTestId("joined-from").waitFor();
  context.diagnostic(await words(page, "joined-from"));
  assert.match(await words(page, "joined-from"), /105 names matched, none left out/);
  const both = await table(page);
  assert.equal(both.width, esm.width + nt.width);
  assert.deepEqual(both.ids, esm.ids);
  concatenated(both, esm, nt);

  // It behaves as any run: a map with the species of the headers, neighbours, a probe, CKA, tensors.
  await page.getByTestId("map-quality").waitFor();
  assert.match(await words(page, "legend"), /Homo|Escherichia|Arabidopsis/);
  await page.getByTestId("results-table").locator("tbody tr").first().click();
  await page.getByTestId("near-table").waitFor();
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-column").selectOption("field:species");
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-table").waitFor({ timeout: 300_000 });
  await page.getByTestId("tab-cka").click();
  await page.getByTestId("cka-run").click();
  await page.getByTestId("cka-summary").waitFor();
  const { name, bytes } = await save(page, "export-safetensors");
  assert.match(name, /joined.*\.safetensors$/);
  const { tensors, metadata } = readSafetensors(bytes);
  assert.deepEqual(tensors.layer_0.shape, [105, both.width]);
  assert.deepEqual(JSON.parse(metadata.ids), both.ids);
  const methods = JSON.parse((await save(page, "export-methods")).bytes.toString());
  assert.deepEqual(methods.joined.map(({ columns }) => columns), [[0, esm.width], [esm.width, both.width]]);
  assert.deepEqual([methods.matched, methods.leftOut], [105, 0]);
  assert.match(methods.joined[0].methods.weightsSha256 ?? methods.joined[0].methods.model.weightsSha256, /^[0-9a-f]{64}/);
  await pictures(page, "genes");

  // Back to nucleotides: the same file is read as what it is, without asking; each run can be shown again.
  await loadModel(page, MODELS.nt);
  await page.getByTestId("translation").waitFor({ state: "detached" });
  assert.match(await words(page, "sequence-summary"), /105 records/);
  await runs.first().getByRole("button", { name: /^Show/ }).click();
  await page.getByTestId("result-summary").waitFor();
  assert.deepEqual((await table(page)).rows, nt.rows);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("a record that one model lacks is left out and named", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const genes = { good: "ATGAAAACCGCGTATATTGCG", shift: "ATGCCGTAAGTGTTTGCGCAT", stop: "TAA", cut: "ATGGATGCGGAAGATCAGC" };
  const fasta = Object.entries(genes).map(([id, letters]) => `>${id}\n${letters}\n`).join("");
  await loadModel(page, MODELS.nt);
  await page.getByTestId("sequence-paste").fill(fasta);
  await page.getByTestId("paste-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await embed(page);
  await loadModel(page, MODELS.esm);
  await page.getByTestId("translate").click();
  await page.getByTestId("translation").filter({ hasText: "Translated by genetic code" }).waitFor();
  const told = await page.locator("cg-sequences cg-diagnostics summary").allInnerTexts();
  assert.match(told.join(" "), /1 refused record/);
  assert.match(told.join(" "), /2 warnings/);
  await embed(page);
  const runs = page.getByTestId("runs").locator("li");
  for (const at of [0, 1]) await runs.nth(at).locator("input[type=checkbox]").check();
  await page.getByTestId("join-run").click();
  await page.getByTestId("joined-from").waitFor();
  assert.match(await words(page, "joined-from"), /3 names matched, 1 left out/);
  const left = page.locator("cg-results cg-diagnostics details").filter({ hasText: "left out" });
  await left.locator("summary").click();
  assert.match(await left.innerText(), /stop/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

for (const [name, file] of [["deepbgc", DEEPBGC], ["antismash6", ANTISMASH]]) {
  test(`clusters of ${name}: domains and their residues, joined by position`, async (context) => {
    if (!existsSync(file)) return context.skip(`no file ${file}`);
    const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
    await loadModel(page, MODELS.bigcarp);
    await chooseSequences(page, file);
    context.diagnostic((await words(page, "sequence-summary")).replace(/\s+/g, " "));
    await page.getByTestId("pool").selectOption("none");
    await embed(page);
    const carp = await table(page);

    await loadModel(page, MODELS.esm);
    await page.getByTestId("kind").selectOption("domain-slices");
    await page.getByTestId("sequence-summary").waitFor();
    await page.getByTestId("pool").selectOption("mean");
    await embed(page);
    const esm = await table(page);
    assert.deepEqual(esm.ids, carp.ids);

    const runs = page.getByTestId("runs").locator("li");
    for (const at of [1, 0]) await runs.nth(at).locator("input[type=checkbox]").check();
    await page.getByTestId("join-by").selectOption("position");
    await page.getByTestId("join-mean").uncheck();
    await page.getByTestId("join-equal").uncheck();
    await page.getByTestId("join-run").click();
    await page.getByTestId("joined-from").waitFor();
    assert.match(await words(page, "joined-from"), new RegExp(`${esm.ids.length} positions matched, none left out`));
    const both = await table(page);
    assert.equal(both.width, esm.width + carp.width);
    assert.equal(both.ids.length, esm.ids.length);
    concatenated(both, esm, carp);
    await page.getByTestId("map-quality").waitFor();
    await pictures(page, `domains-${name}`);

    await page.getByTestId("join-mean").check();
    await page.getByTestId("join-run").click();
    await page.getByTestId("joined-from").filter({ hasText: "mean over the positions" }).waitFor();
    const means = await table(page);
    const clusters = [...new Set(both.ids.map((id) => id.replace(/\/\d+$/, "")))];
    assert.deepEqual(means.ids, clusters);
    const own = both.rows.filter((_, at) => both.ids[at].startsWith(`${clusters[0]}/`));
    for (const column of [0, esm.width, both.width - 1]) {
      const mean = own.reduce((sum, row) => sum + row[column], 0) / own.length;
      assert.ok(Math.abs(means.rows[0][column] - mean) < 1e-5, `column ${column}`);
    }
    assert.deepEqual(record, CLEAN);
    await tab.close();
  });
}

test("an antiSMASH file without Pfam domains says so", async () => {
  const { page, record, context: tab } = await openPage(browser, server);
  await loadModel(page, MODELS.bigcarp);
  assert.match(await chooseSequences(page, BARE), /0 records/);
  const told = await page.locator("cg-sequences cg-diagnostics summary").allInnerTexts();
  assert.match(told.join(" "), /1 warning/);
  assert.ok(await page.getByTestId("embed").isDisabled());
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("vectors of chosen positions, from a table", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await loadModel(page, MODELS.esm);
  const proteins = ["MKTAYIAKQR", "MSIQHFRVAL", "MQIFVKTLTG", "MVLSPADKTN"];
  await page.getByTestId("sequence-paste").fill(proteins.map((letters, at) => `>p${at + 1} kind=${at % 2}\n${letters}\n`).join(""));
  await page.getByTestId("paste-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await page.getByTestId("pool").selectOption("none");
  await embed(page);
  const residues = await table(page);
  await page.getByTestId("pool").selectOption("positions");
  assert.ok(await page.getByTestId("embed").isDisabled(), "positions are asked for first");
  const text = "# a pocket\np1\t3,1\np2\t10,2\np3\t11\np4\t5,6\np1\t9\n";
  await page.getByTestId("positions-file").setInputFiles({ name: "pocket.tsv", mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByTestId("positions-name").filter({ hasText: "pocket.tsv" }).waitFor();
  await page.getByTestId("embed").click();
  await page.getByTestId("result-summary").filter({ hasText: "chosen positions" }).waitFor();
  const told = await page.locator("cg-results cg-diagnostics summary").allInnerTexts();
  assert.match(told.join(" "), /2 warnings/, "a line that names a sequence again, and a position that p3 has not");
  const pocket = await table(page);
  assert.deepEqual(pocket.ids, ["p1", "p2", "p4"]);
  const row = (name) => residues.rows[residues.ids.indexOf(name)];
  for (const [at, [one, other]] of [["p1/3", "p1/1"], ["p2/10", "p2/2"], ["p4/5", "p4/6"]].entries())
    for (const [column, value] of pocket.rows[at].entries())
      assert.ok(Math.abs(value - (row(one)[column] + row(other)[column]) / 2) < 1e-6, `${one}, column ${column}`);
  await page.getByTestId("map-quality").waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("the module: translated, joined, pooled at chosen positions", async () => {
  const { page, record, context: tab } = await open(browser, server.origin);
  await page.goto(`${server.origin}/extra/plain.html`);
  const seen = await page.evaluate(async () => {
    const { Crossgrain, CrossgrainError } = await import("/crossgrain.js");
    const codeOf = (promise) => promise.then(() => "no error", (error) => (error instanceof CrossgrainError ? error.code : String(error)));
    const file = async (folder, name) => (await fetch(`/mount/${folder}/${name}`)).arrayBuffer();
    const files = async (folder) =>
      Object.fromEntries(await Promise.all(["config.json", "model.safetensors", "vocab.txt"].map(async (name) => [name, await file(folder, name)])));
    const cg = await Crossgrain.create({ device: "cpu" });
    const genes = [
      { id: "g1", sequence: "ATGAAAACCGCGTATATTGCGAAACAG" },
      { id: "g2", sequence: "GTGAGCATTCAGCATTTTCGC" },
      { id: "g3", sequence: "TAA" },
    ];
    const nt = await (await cg.loadModel({ files: await files("ntv2-tiny-6mer") })).embed(genes);
    const model = await cg.loadModel({ files: await files("esm2-tiny") });
    const esm = await model.embed(genes, { translate: 11 });
    const proteins = await model.embed([{ id: "g1", sequence: "MKTAYIAKQ" }, { id: "g2", sequence: "MSIQHFR" }]);
    const residues = await model.embed(genes, { translate: 11, pool: "none" });
    const pocket = await model.embed(genes, { translate: 11, positions: { g1: [9, 1], g2: [8] } });
    const side = await model.embed(genes, { translate: 11, positions: "g1\t9,1\ng2\t1,2\n", positionPooling: "concatenated" });
    const joined = await cg.join([{ name: "esm", embedding: esm }, { name: "nt", embedding: nt }]);
    const places = await cg.join([{ embedding: residues }, { embedding: residues }], { by: "position", mean: true });
    const last = Object.keys(esm.layers).at(-1);
    const rows = (one, layer) => Array.from({ length: one.rows }, (_, at) => Array.from(one.layers[layer].subarray(at * one.dims, (at + 1) * one.dims)));
    const [e, n] = [rows(esm, last), rows(nt, Object.keys(nt.layers).at(-1))];
    const codes = [
      await codeOf(model.embed(genes, { translate: 7 })),
      await codeOf(model.embed(genes, { translate: 0 })),
      await codeOf(model.embed(genes, { translate: 1, pool: "mean", positions: { g1: [1] } })),
      await codeOf(model.embed(genes, { translate: 1, positions: { x: [1] } })),
      await codeOf(cg.join([{ embedding: esm }])),
      await codeOf(cg.join([{ embedding: esm }, { embedding: nt }], { by: "position" })),
      await codeOf(cg.join([{ embedding: esm }, { embedding: nt }], { how: "id" })),
      await codeOf(cg.join([{ embedding: esm }, { ids: ["a"], matrix: { data: new Float32Array(2), rows: 1, cols: 2 } }])),
    ];
    cg.close();
    return {
      joined: { ...joined, matrix: Array.from(joined.matrix.data), shape: [joined.matrix.rows, joined.matrix.cols] },
      expected: [0, 1].flatMap((at) => [...e[at], ...n[at]]),
      widths: [esm.dims, nt.dims],
      translated: [esm.ids, esm.warnings.map(({ code, where }) => `${code} ${where.record}`)],
      same: JSON.stringify(e) === JSON.stringify(rows(proteins, last)),
      pocket: [pocket.ids, pocket.rows, pocket.dims, pocket.warnings.map(({ code, where }) => `${code} ${where.record}`)],
      pocketNumbers: [pocket.layers[last][0], (residues.layers[last][8 * esm.dims] + residues.layers[last][0]) / 2],
      side: [side.rows, side.dims, side.layers[last][0] === residues.layers[last][8 * esm.dims]],
      places: [places.ids, places.matched, places.matrix.cols],
      codes,
    };
  });
  const { joined, expected, widths } = seen;
  assert.deepEqual(joined.ids, ["g1", "g2"]);
  assert.deepEqual(joined.shape, [2, widths[0] + widths[1]]);
  assert.deepEqual(joined.matrix, expected);
  const [one, other] = joined.columns;
  assert.deepEqual(joined.columns, [{ name: "esm", start: 0, end: widths[0], share: one.share }, { name: "nt", start: widths[0], end: widths[0] + widths[1], share: other.share }]);
  assert.ok(one.share > 0 && other.share > 0 && Math.abs(one.share + other.share - 1) < 1e-6, "each part's share of the variance");
  assert.deepEqual(joined.missing, [{ id: "g3", tables: ["esm"] }]);
  assert.equal(joined.matched, 2);
  assert.deepEqual(seen.translated, [["g1", "g2"], ["cds.no_protein g3"]]);
  assert.ok(seen.same, "a translated gene has the rows of its protein");
  assert.deepEqual(seen.pocket, [["g1"], 1, widths[0], ["cds.no_protein g3", "positions.outside g2"]]);
  assert.ok(Math.abs(seen.pocketNumbers[0] - seen.pocketNumbers[1]) < 1e-6);
  assert.deepEqual(seen.side, [2, 2 * widths[0], true]);
  assert.deepEqual(seen.places, [["g1", "g2"], 16, 2 * widths[0]]);
  assert.deepEqual(seen.codes, [
    "codon.table",
    "codon.table",
    "options.bad_value",
    "positions.none",
    "join.tables",
    "join.no_position",
    "options.unknown_field",
    "join.nothing",
  ]);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

/** The joined run in both colours, wide and narrow, and nothing sticks out. */
async function pictures(page, name) {
  for (const [width, colorScheme] of [[1280, "light"], [390, "light"], [390, "dark"]]) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForFunction((wanted) => document.documentElement.dataset.theme === wanted, colorScheme);
    await drawn(page);
    await page.screenshot({ path: join(OUT, `grains-${name}-${width}-${colorScheme}.png`), fullPage: true });
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overhang <= 0, `${name} at ${width} pixels is wider than the window`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}
