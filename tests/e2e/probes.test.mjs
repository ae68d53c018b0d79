/**
 * Probes beyond one table and one label per sequence: numbers and classes appended, another embedding beside and joined
 * on the same folds, and a letter per residue, also where a token stands for two. In the module with data whose answer
 * is known, in the page on the example sets.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, open } from "./browser.mjs";
import { readCsv } from "./files.mjs";
import { embed, openPage, save } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };

let server, browser;
before(async () => {
  await mkdir(OUT, { recursive: true });
  server = await serve({ extra: { "plain.html": '<!doctype html><link rel="icon" href="data:,"><title>plain</title>' } });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Runs `work` in a plain page with `Analyses` and a source of even numbers. */
async function inModule(work) {
  const { page, record, context } = await open(browser, server.origin);
  await page.goto(`${server.origin}/extra/plain.html`);
  const found = await page.evaluate(async (work) => {
    const module = await import("/crossgrain.js");
    let state = 7;
    const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
    return new Function("module", "random", `return (${work})(module, random)`)(module, random);
  }, work.toString());
  await context.close();
  assert.deepEqual(record, CLEAN);
  return found;
}

const score = (report, table, metric) => report.tables[table].scores.find((one) => one.metric === metric);

test("appended numbers and classes say what the table does not", async () => {
  const found = await inModule(async ({ Analyses }, random) => {
    const analyses = new Analyses();
    const n = 80;
    const noise = { data: Float32Array.from({ length: n * 4 }, random), rows: n, cols: 4 };
    const kinds = Array.from({ length: n }, () => Math.floor(random() * 3));
    const labels = kinds.map((kind) => ["a", "b", "c"][kind]);
    // The first two kinds by a number, the third by a class.
    const numbers = [kinds.map((kind) => (kind === 0 ? 1 : 0) + random() / 10)];
    const classes = [kinds.map((kind) => (kind === 2 ? "third" : "other"))];
    const question = {
      features: [
        { name: "both", of: [noise], numbers, classes },
        { name: "noise", of: [noise] },
        { name: "number", of: [noise], numbers },
        { name: "appended alone", numbers, classes },
      ],
      labels,
      seeds: [1],
      draws: 100,
    };
    const report = await analyses.probe(question);
    const code = (features) => analyses.probe({ ...question, features }).then(() => "answered", (error) => error.code);
    const codes = [
      await code([{ name: "gaps", of: [noise], classes: [labels.map((label, row) => (row === 3 ? null : label))] }]),
      await code([{ name: "short", of: [noise], numbers: [[1, 2, 3]] }]),
      await code([{ name: "nothing" }]),
      await code([{ name: "not a number", of: [noise], numbers: [labels.map(() => Number.NaN)] }]),
    ];
    analyses.close();
    return { report, codes };
  });
  const { report } = found;
  assert.deepEqual(report.tables.map(({ columns }) => columns), [7, 4, 5, 3]);
  const accuracy = report.tables.map((_, at) => score(report, at, "accuracy").value);
  assert.ok(accuracy[0] >= 0.95 && accuracy[3] >= 0.98, String(accuracy));
  assert.ok(accuracy[1] < 0.6 && accuracy[2] < 0.9 && accuracy[2] > accuracy[1], String(accuracy));
  assert.equal(report.residues, null);
  assert.deepEqual(found.codes, ["labels.incomplete", "analysis.labels", "probe.nothing", "options.invalid"]);
});

test("a letter per residue, read from residues and from tokens of two", async (context) => {
  const found = await inModule(async (module, random) => {
    const analyses = new module.Analyses();
    const lengths = Array.from({ length: 14 }, (_, i) => 9 + (i % 5));
    const letters = lengths.map((length) => Array.from({ length }, () => Math.floor(random() * 3)));
    const vector = (kind) => [kind === 0 ? 1 : 0, kind === 1 ? 1 : 0];
    const offsets = (counts) => counts.reduce((ends, count) => [...ends, ends.at(-1) + count], [0]);
    const ones = letters.flatMap((kinds) => kinds.flatMap(vector));
    const pairs = letters.flatMap((kinds) =>
      Array.from({ length: Math.ceil(kinds.length / 2) }, (_, i) => [...vector(kinds[2 * i]), ...vector(kinds[2 * i + 1] ?? 2)]).flat(),
    );
    const matrix = (data, cols) => ({ data: Float32Array.from(data), rows: data.length / cols, cols });
    const [one, two] = [matrix(ones, 2), matrix(pairs, 4)];
    const labels = letters.map((kinds) => kinds.map((kind) => "HEC"[kind]).join("").replace("H", "?"));
    const features = [
      { name: "residues", of: [one], offsets: Uint32Array.from(offsets(lengths)) },
      { name: "pairs", of: [two], offsets: offsets(lengths.map((length) => Math.ceil(length / 2))) },
    ];
    const question = { features, labels, perResidue: true, residuesPerToken: [1, 2], folds: { kind: "leaveOneOut" }, seeds: [1, 2], draws: 50 };
    const report = await analyses.probe(question);
    const code = (more) => analyses.probe({ ...question, ...more }).then(() => "answered", (error) => error.code);
    const codes = [
      await code({ residuesPerToken: [1], features: [{ name: "no offsets", of: [one] }] }),
      await code({ residuesPerToken: [1], features: [{ name: "other offsets", of: [one], offsets: [0, 5] }] }),
      await code({ residuesPerToken: [0], features: features.slice(0, 1) }),
      await code({ labels: labels.map(() => null) }),
      await code({ labels: labels.map((text) => text.replace(/./g, "H")) }),
    ];
    // The demonstration model: is a residue hydrophobic? Its own embedding must know.
    const cg = await module.Crossgrain.create({ device: "cpu" });
    const model = await cg.loadModel({ builtin: "esm2-demo" });
    const acids = "ACDEFGHIKLMNPQRSTVWY";
    const records = Array.from({ length: 12 }, (_, i) => ({
      id: `p${i}`,
      sequence: Array.from({ length: 40 }, () => acids[Math.floor(random() * 20)]).join(""),
    }));
    const out = await model.embed(records, { pool: "none" });
    const real = await cg.analyses.probe({
      features: [{ name: "layer 6", of: [module.Analyses.matrix(out, 6)], offsets: out.offsets }],
      labels: records.map(({ sequence }) => sequence.replace(/[AFILMVWY]/g, "h").replace(/[A-Z]/g, "p")),
      perResidue: true,
      unlabelled: "",
      draws: 100,
    });
    cg.close();
    analyses.close();
    const labelled = labels.join("").replaceAll("?", "").length;
    return { report, codes, real, labelled, marked: labels.join("").length - labelled };
  });
  const { report, real } = found;
  assert.deepEqual(report.classes, ["C", "E", "H"]);
  assert.deepEqual([report.rows, report.unlabelled], [found.labelled, found.marked]);
  assert.deepEqual(report.residues, { sequences: 14, residuesPerToken: [1, 2], withoutToken: 0 });
  assert.equal(report.folds.count, 14);
  for (const table of [0, 1]) {
    const { value, constant: majority } = score(report, table, "accuracy");
    assert.ok(value === 1 && majority < 0.6, `table ${table}: ${value}, majority ${majority}`);
  }
  assert.ok(score(report, 0, "accuracy").permuted.mean < 0.6);
  assert.deepEqual(found.codes, ["probe.offsets", "probe.offsets", "probe.setting", "probe.nothing", "probe.one_class"]);
  const { value, constant: majority } = score(real, 0, "accuracy");
  context.diagnostic(`hydrophobic or not, demonstration model: ${value.toFixed(3)}, majority ${majority.toFixed(3)}`);
  assert.equal(real.rows, 480);
  assert.ok(value > majority + 0.2);
});

test("in the page: GC content, classes, another embedding beside and joined", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.getByTestId("demonstration").selectOption("nt-3mer-demo");
  await page.getByTestId("model-facts").filter({ hasText: "nt-3mer-demo" }).waitFor({ timeout: 60_000 });
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "105 records" }).waitFor();
  await page.getByTestId("pool").selectOption("max");
  await embed(page);
  await page.getByTestId("pool").selectOption("auto");
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  await page.getByTestId("tab-probe").click();
  const species = await page.getByTestId("probe-column").locator("option", { hasText: "species" }).getAttribute("value");
  await page.getByTestId("probe-column").selectOption(species);
  await page.getByTestId("probe-gc").check();
  const others = await page.getByTestId("probe-beside").locator("option").allInnerTexts();
  assert.equal(others.length, 2, others.join(" | "));
  await page.getByTestId("probe-beside").selectOption({ index: 1 });
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-table").waitFor({ timeout: 120_000 });
  const columns = async () => {
    const { header, rows } = readCsv((await save(page, "save-csv-probe")).bytes);
    assert.deepEqual(header.slice(0, 4), ["features", "columns", "figure", "score"]);
    const heads = rows.filter(([, , figure]) => figure === "accuracy");
    return heads.map(([name, wide, , value]) => [name, Number(wide), Number(value)]);
  };
  const first = await columns();
  context.diagnostic(first.map((row) => row.join(": ")).join("; "));
  const width = 128;
  assert.match(first[0][0], /^layer 5 \+ GC content$/);
  assert.deepEqual(first.map(([, wide]) => wide), [width + 1, width, width, 2 * width, 1, 4, 64, 64, width]);
  assert.match(first[3][0], /^layer 5 \+ nt-3mer-demo, coding-sequences/);
  assert.equal(first[4][0], "GC content");
  await page.screenshot({ path: join(OUT, "probe-beside.png"), fullPage: true });
  // The answer itself, appended as classes, must be found.
  await page.getByTestId("probe-classes").selectOption(species);
  await page.getByTestId("probe-gc").uncheck();
  await page.getByTestId("probe-beside").selectOption("");
  await page.getByTestId("probe-run").click();
  await page.locator("cg-probe-answer").filter({ hasText: "layer 5 + species" }).waitFor({ timeout: 120_000 });
  const second = await columns();
  context.diagnostic(second.map((row) => row.join(": ")).join("; "));
  assert.equal(second[0][0], "layer 5 + species");
  assert.ok(second[0][2] > second[1][2] + 0.1, "the appended classes must help");
  assert.deepEqual(second[2].slice(0, 3), ["species", 7, 1]);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("in the page: folds by clusters of similar sequences, and scores within groups", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "120 records" }).waitFor();
  await embed(page);
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-column").selectOption({ label: "family" });
  await page.getByTestId("probe-folds").selectOption("clusters");
  await page.getByTestId("probe-within").selectOption({ label: "order" });
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-table").waitFor({ timeout: 120_000 });
  const summary = await page.getByTestId("probe-summary").innerText();
  context.diagnostic(summary);
  assert.match(summary, /5 folds; \d+ clusters of similar sequences \(estimated identity from 0\.5; the largest of \d+ sequences\), none of them divided\.$/);
  assert.match(await page.getByTestId("probe-within-of").innerText(), /^Within order: the mean of the scores inside each of [2-9] groups, weighted by their tested rows/);
  const heads = await page.getByTestId("probe-table").locator("th").allInnerTexts();
  assert.deepEqual(heads, ["Metric", "Score", "95 % interval", "Within order", "Permuted labels", "Class shares"]);
  const { header, rows } = readCsv((await save(page, "save-csv-probe")).bytes);
  const accuracy = rows.find(([, , figure]) => figure === "accuracy");
  const within = Number(accuracy[header.indexOf("within groups")]);
  assert.ok(within > 0 && within <= 1 && Number(accuracy[header.indexOf("groups")]) >= 2, accuracy.join(" | "));
  await page.screenshot({ path: join(OUT, "probe-clusters.png"), fullPage: true });
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("in the page: gene clusters stand beside vectors of their domains, not beside words of letters", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.getByTestId("demonstration").selectOption("bigcarp-demo");
  await page.getByTestId("model-facts").filter({ hasText: "bigcarp-demo" }).waitFor({ timeout: 60_000 });
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await embed(page);
  await page.getByTestId("tab-probe").click();
  // Lists of domains have no letters to compare.
  assert.equal(await page.getByTestId("probe-folds").locator("option[value=clusters]").count(), 0);
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-table").waitFor({ timeout: 120_000 });
  const { rows } = readCsv((await save(page, "save-csv-probe")).bytes);
  const tables = new Map(rows.map(([name, wide]) => [name, Number(wide)]));
  context.diagnostic(rows.filter(([, , figure]) => /auroc/i.test(figure)).map((row) => row.slice(0, 4).join(": ")).join("; "));
  assert.deepEqual([...tables].slice(1), [
    ["random vector per domain", 256],
    ["skip-gram vectors of domains", 100],
    ["random vectors", 96],
  ]);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]]) {
  test(`in the page: a letter per residue, ${width} pixels, ${colorScheme}`, async (context) => {
    const options = { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" };
    const { page, record, context: tab } = await openPage(browser, server, options);
    await page.getByTestId("example-load").click();
    await page.getByTestId("sequence-summary").filter({ hasText: "120 records" }).waitFor();
    await page.getByTestId("pool").selectOption("none");
    await embed(page);
    const text = await (await page.request.get(`${server.origin}/examples/venom-families.fasta`)).text();
    const records = text.split(">").slice(1).map((entry) => [entry.split(" ")[0], entry.slice(entry.indexOf("\n")).replace(/\s/g, "")]);
    const lines = records.map(([id, letters]) => `${id}\t${letters.replace(/[AFILMVWY]/g, "h").replace(/[A-Z]/g, "p").replace(/^./, "?")}`);
    const buffer = Buffer.from(`id\tkind\n${lines.join("\n")}\n`);
    await page.getByTestId("residue-labels").setInputFiles({ name: "kinds.tsv", mimeType: "text/tab-separated-values", buffer });
    await page.getByTestId("residue-column").locator("option[value='label:kind']").waitFor({ state: "attached" });
    assert.equal(await page.getByTestId("residue-column").inputValue(), "label:kind");
    assert.equal(await page.getByTestId("residue-per-token").inputValue(), "1");
    await page.getByTestId("residue-run").click();
    await page.getByTestId("probe-table").waitFor({ timeout: 300_000 });
    const summary = await page.getByTestId("probe-summary").innerText();
    const cells = await page.getByTestId("probe-table").locator("tbody tr", { hasText: "Accuracy" }).locator("td").allInnerTexts();
    context.diagnostic(`${summary} ${cells.join(" | ")}`);
    assert.match(summary, /kind \(one class each\) of .* residues of 120 sequences, 120 without a label left out; 5 folds/);
    const [, score, , , majority] = cells.map((cell) => Number(cell));
    assert.ok(score > majority + 0.2, `${score} beside ${majority}`);
    await page.screenshot({ path: join(OUT, `residues-${width}-${colorScheme}.png`), fullPage: true });
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    assert.ok(overhang <= 0, `${overhang} pixels wider than the window`);
    assert.deepEqual(record, CLEAN);
    await tab.close();
  });
}
