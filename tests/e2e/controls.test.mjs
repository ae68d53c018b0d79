/**
 * What keeps an answer honest: the control with shuffled letters beside map, purity and probe; in-frame codons beside
 * coding sequences; composition beside mutants; purity of numbers; clusters as groups; old answers under a new question;
 * few records; what is not known of joined and imported vectors.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { launch } from "./browser.mjs";
import { readCsv } from "./files.mjs";
import { drawn, embed, openPage, pasteSequences, save, tableRows } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };

let server, browser;
before(async () => {
  await mkdir(OUT, { recursive: true });
  server = await serve();
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const words = (page, id) => page.getByTestId(id).innerText();
const number = (text, pattern) => Number(text.match(pattern)?.[1].replace("−", "-"));

/** The example set of a demonstration model, embedded. */
async function embedded(options = {}, model = "esm2-demo") {
  const opened = await openPage(browser, server, { reducedMotion: "reduce", ...options });
  const { page } = opened;
  if (model !== "esm2-demo") {
    await page.getByTestId("demonstration").selectOption(model);
    await page.getByTestId("model-facts").filter({ hasText: model }).waitFor({ timeout: 60_000 });
  }
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").filter({ hasText: /records read/ }).waitFor();
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  return opened;
}

/** The value of the option of a select whose name holds `text`. */
function option(page, id, text) {
  return page.getByTestId(id).locator("option", { hasText: text }).first().getAttribute("value");
}

/** A label table for the records on show. */
async function label(page, name, text) {
  await page.getByTestId("labels-file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByTestId("labels-summary").filter({ hasText: name }).waitFor();
}

/** By how many pixels the page is wider than its window. */
function overhang(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]]) {
  test(`proteins: shuffled residues beside map, purity and probe, ${width} pixels, ${colorScheme}`, async (context) => {
    const { page, record, context: tab } = await embedded({ viewport: { width, height: 900 }, colorScheme });
    const shot = async (name) => {
      await drawn(page);
      await page.locator(name === "map" ? "cg-map" : "cg-analyses").screenshot({ path: join(OUT, `control-${name}-${width}-${colorScheme}.png`) });
      assert.equal(await overhang(page), 0, `${name} is wider than the window`);
      assert.deepEqual(await violations(page), [], name);
    };
    await page.getByTestId("purity-run").click();
    await page.getByTestId("purity-conclusion").waitFor();
    context.diagnostic(await words(page, "purity-conclusion"));
    assert.match(await words(page, "purity-conclusion"), /^Neighbours share their family more often than with shuffled labels .* (amino-acid|dipeptide) composition \(/);
    assert.match(await words(page, "control-why-map"), /Each protein keeps its residues in random order/);
    await page.getByTestId("control-make-map").click();
    await page.getByTestId("control-made-map").waitFor({ timeout: 300_000 });
    // The answer on show is asked again, the map is measured, and nothing was replaced.
    await page.getByTestId("purity-control").waitFor();
    await page.getByTestId("map-control").waitFor();
    const [purity, map] = [await words(page, "purity-control"), await words(page, "map-control")];
    context.diagnostic(`${purity} | ${map}`);
    assert.match(purity, /^Control: with the residues of each sequence shuffled it is \d+\.\d\s%\. .*what is above chance remains/);
    assert.match(map, /^Control: with the residues of each sequence shuffled, the silhouette of family is −?\d\.\d\d on the map and −?\d\.\d\d in all dimensions/);
    assert.equal(await page.getByTestId("runs").locator("li").count(), 2);
    assert.match(await page.getByTestId("runs").innerText(), /Control of esm2-demo, venom-families/);
    assert.match(await words(page, "result-summary"), /^120 sequences/);
    await shot("map");
    await shot("purity");
    // Another colour: the silhouette of the control follows, or goes.
    const order = await option(page, "colour-by", "order");
    if (order !== null) {
      await page.getByTestId("colour-by").selectOption(order);
      await page.getByTestId("map-control").filter({ hasText: "silhouette of order" }).waitFor();
    }
    await page.getByTestId("tab-probe").click();
    await page.getByTestId("probe-column").selectOption("field:family");
    await page.getByTestId("probe-run").click();
    await page.getByTestId("probe-control").waitFor({ timeout: 300_000 });
    const [conclusion, control] = [await words(page, "probe-conclusion"), await words(page, "probe-control")];
    context.diagnostic(`${conclusion} | ${control}`);
    assert.match(conclusion, /^“family” is predicted better than with permuted labels \(AUROC, mean of classes 0\.\d+ against 0\.\d+, p [=≤] [\d.]+\), (but|and) /);
    assert.match(control, /^Control: with the letters of each sequence shuffled it is 0\.\d+\. .*remains.*\(p = [\d.]+, corrected for all comparisons\)/);
    const head = await page.getByTestId("probe-table").locator("th").allInnerTexts();
    assert.deepEqual(head.slice(-2), ["Class shares", "Shuffled letters"]);
    const saved = readCsv((await save(page, "save-csv-probe")).bytes);
    assert.ok(saved.rows.some(([name]) => name === "shuffled letters (control)"));
    await shot("probe");
    // The control itself can be looked at, and says what it is.
    await page.getByTestId("control-made-map").getByRole("button").click();
    await page.getByTestId("is-control").first().waitFor();
    assert.match(await page.getByTestId("is-control").first().innerText(), /residues of each sequence were shuffled \(seed 42\)/);
    assert.deepEqual(record, CLEAN);
    await tab.close();
  });
}

test("a control can be stopped, and made after that; what has no letters says so", async () => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("control-make-map").click();
  await page.getByTestId("control-work-map").getByTestId("cancel").click();
  await page.getByTestId("control-cancelled-map").waitFor();
  assert.equal(await page.getByTestId("runs").locator("li").count(), 1);
  await page.getByTestId("control-make-map").click();
  await page.getByTestId("control-made-map").waitFor({ timeout: 300_000 });
  const csv = (await save(page, "export-csv")).bytes;
  await page.getByTestId("tab-cka").click();
  await page.getByTestId("table-file").setInputFiles({ name: "saved.csv", mimeType: "text/csv", buffer: csv });
  await page.getByTestId("runs").locator("li").nth(2).waitFor();
  await page.getByTestId("runs").locator("li").nth(2).getByRole("button", { name: /^Show/ }).click();
  await page.getByTestId("control-why-map").filter({ hasText: "read from a file" }).waitFor();
  assert.ok(await page.getByTestId("control-make-map").isDisabled());
  // What nobody knows of them is left blank.
  const [first] = await tableRows(page);
  assert.deepEqual(first.slice(2, 4), ["–", "–"]);
  assert.match(await words(page, "result-summary"), /^saved\.csv: 120 vectors of 128 numbers\.$/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("coding sequences: codons in frame stand beside; a shuffle says what it breaks", async (context) => {
  const { page, record, context: tab } = await embedded({}, "nt-3mer-demo");
  await page.getByTestId("tab-neighbours").click();
  await page.getByTestId("near-column").selectOption(await option(page, "near-column", "species"));
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-conclusion").waitFor();
  const purity = await words(page, "purity-summary");
  context.diagnostic(purity);
  assert.match(purity, /% \(base composition\), .*% \(codons in frame\), .*% \(3-mers in all frames\)/);
  assert.match(await words(page, "control-why-map"), /codons, reading frame and protein are gone.*exchange synonymous codons/);
  await page.getByTestId("control-make-purity").click();
  await page.getByTestId("purity-control").waitFor({ timeout: 300_000 });
  assert.match(await words(page, "purity-control"), /bases of each sequence shuffled/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("gene clusters: domains are shuffled within each; a vector per domain has no control", async (context) => {
  const { page, record, context: tab } = await embedded({}, "bigcarp-demo");
  assert.match(await words(page, "control-why-map"), /^Each cluster keeps its domains in random order/);
  await page.getByTestId("control-make-map").click();
  await page.getByTestId("map-control").waitFor({ timeout: 300_000 });
  context.diagnostic(await words(page, "map-control"));
  assert.match(await words(page, "map-control"), /shuffled domains|domains of each sequence shuffled/);
  await page.getByTestId("pool").selectOption("none");
  await embed(page);
  await page.getByTestId("control-why-map").filter({ hasText: "embed with one vector per cluster" }).waitFor();
  assert.ok(await page.getByTestId("control-make-map").isDisabled());
  // One domain each: how many residues it has, nobody knows here.
  const [first] = await tableRows(page);
  assert.deepEqual(first.slice(2, 4), ["–", "–"]);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("DNA that is not coding has no codons beside it", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.getByTestId("demonstration").selectOption("nt-3mer-demo");
  await page.getByTestId("model-facts").filter({ hasText: "nt-3mer-demo" }).waitFor({ timeout: 60_000 });
  let state = 7;
  const base = () => "ACGT"[(state = (state * 1103515245 + 12345) % 2147483648) >> 16 & 3];
  const fasta = Array.from({ length: 24 }, (_, at) => `>s${at} kind=${"ab"[at % 2]}\n${Array.from({ length: 300 }, base).join("")}\n`).join("");
  await pasteSequences(page, fasta);
  await embed(page);
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-conclusion").waitFor();
  assert.match(await words(page, "purity-conclusion"), /no more often than with shuffled labels/);
  assert.doesNotMatch(await words(page, "purity-summary"), /codons/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("numbers, values counted by column, old answers under a new question, few records", async (context) => {
  const { page, record, context: tab } = await embedded();
  const rows = await tableRows(page);
  const lengths = rows.map(([id, , length], at) => `${id}\t${at % 3 === 0 ? "NA" : `${length.replace(/\D/g, "")},5`}`);
  await label(page, "lengths.tsv", `id\tweight\n${lengths.join("\n")}\n`);
  assert.match(await words(page, "labels-values"), /Values for 120 sequences: weight 80\./);
  await page.getByTestId("near-column").selectOption("label:weight");
  assert.match(await words(page, "purity-run"), /similar numbers/);
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-conclusion").waitFor();
  const numbers = await words(page, "purity-summary");
  context.diagnostic(`${await words(page, "purity-conclusion")} ${numbers}`);
  assert.match(numbers, /correlates with a sequence’s own by 0\.\d\d \(Spearman; 80 with a number; R² [−\d.]+\)/);
  assert.ok(number(numbers, /own by (−?[\d.]+)/) > 0.3, "vectors know the length");
  assert.match(await words(page, "purity-conclusion"), /^The mean of the neighbours predicts weight better than with shuffled numbers/);
  // Another column: the answer stays, dimmed, under its own question.
  await page.getByTestId("near-column").selectOption("field:family");
  await page.getByTestId("old-purity").waitFor();
  assert.match(await words(page, "old-purity"), /^Answer to the question before: weight\. Changed since: label \(weight then, family now\)/);
  assert.deepEqual(await violations(page), []);
  await page.getByTestId("near-column").selectOption("label:weight");
  await page.getByTestId("old-purity").waitFor({ state: "detached" });
  // The probe: numbers with decimal commas and missing words are numbers, compared with the mean.
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-column").selectOption("label:weight");
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-summary").waitFor({ timeout: 300_000 });
  assert.match(await words(page, "probe-summary"), /^weight \(a number each\) of 80 sequences, 40 without a label left out/);
  assert.equal((await page.getByTestId("probe-table").locator("th").allInnerTexts()).at(-1), "Mean");
  // Another question: the answer stays, under its own, until the new one is there.
  await page.getByTestId("probe-column").selectOption("field:family");
  await page.getByTestId("old-probe").filter({ hasText: "label (weight then, family now)" }).waitFor();
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-conclusion").filter({ hasText: "family" }).waitFor({ timeout: 300_000 });
  await page.getByTestId("old-probe").waitFor({ state: "detached" });
  await page.getByTestId("probe-count").fill("10");
  await page.getByTestId("probe-count").press("Enter");
  await page.getByTestId("old-probe").filter({ hasText: "folds (5 stratified then, 10 stratified now)" }).waitFor();
  await page.getByTestId("probe-count").fill("5");
  await page.getByTestId("probe-count").press("Enter");
  await page.getByTestId("old-probe").waitFor({ state: "detached" });
  // CKA: the sentence about the biased estimate stands under the biased estimate only.
  await page.getByTestId("tab-cka").click();
  await page.getByTestId("cka-run").click();
  await page.getByTestId("cka-summary").waitFor();
  assert.doesNotMatch(await words(page, "cka-summary"), /too high/);
  await page.getByTestId("cka-estimate").selectOption("biased");
  await page.getByTestId("cka-summary").filter({ hasText: "too high" }).waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("few sequences are too few for a conclusion; composition explains mutants", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const seven = ["MKTAYIAKQRQISFVKSHFSRQ", "MKTAYIAKQRQISFVKSHFSRA", "GGGGGWWWWWGGGGGWWWWW", "GGGGGWWWWWGGGGGWWWWA", "MSTNPKPQRKTKRNTNRRPQ", "MSTNPKPQRKTKRNTNRRPA", "LLLLAAAALLLLAAAALLLL"];
  await pasteSequences(page, seven.map((letters, at) => `>s${at} kind=${"ab"[at % 2]}\n${letters}\n`).join(""));
  await embed(page);
  assert.match(await words(page, "map-quality"), /Too few for a conclusion: 7 sequences, and at least 20 are needed/);
  assert.doesNotMatch(await words(page, "map-quality"), /Trustworthiness/);
  await page.getByTestId("near-k").fill("3");
  await page.getByTestId("near-k").press("Enter");
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-conclusion").waitFor();
  assert.match(await words(page, "purity-conclusion"), /^Too few for a conclusion: 7 labelled sequences/);
  await page.getByTestId("results-table").locator("tbody tr").first().click();
  await page.getByTestId("tab-mutants").click();
  await page.getByTestId("mutants-make").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "418 records" }).waitFor();
  await embed(page);
  await page.getByTestId("tab-mutants").click();
  await page.getByTestId("mutants-run").click();
  await page.getByTestId("mutants-conclusion").waitFor();
  const conclusion = await words(page, "mutants-conclusion");
  context.diagnostic(conclusion);
  assert.match(conclusion, /^Neighbours carry the same new amino acid in [\d.]+\s% of the cases.*with amino-acid composition alone \([\d.]+\s%\)/);
  assert.ok(number(conclusion, /composition alone \(([\d.]+)/) > 40, "mutants to one amino acid have nearly the same composition");
  await drawn(page);
  await page.locator("cg-analyses").screenshot({ path: join(OUT, "control-mutants.png") });
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("clusters of sequences are a colour and groups of folds", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("clusters-open").click();
  await page.getByTestId("clusters-run").click();
  await page.getByTestId("clusters-summary").waitFor();
  const said = await words(page, "clusters-summary");
  context.diagnostic(said);
  assert.match(said, /^120 sequences are \d+ clusters at 50\.0\s% identity; the largest has \d+, \d+ are alone\.$/);
  assert.equal(await page.getByTestId("colour-by").inputValue(), "made:clusters");
  assert.match(await words(page, "legend"), /cluster \d+/);
  await page.locator("cg-legend").screenshot({ path: join(OUT, "control-clusters.png") });
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-column").selectOption("field:family");
  await page.getByTestId("probe-folds").selectOption("grouped");
  await page.getByTestId("probe-groups").selectOption("made:clusters");
  await page.getByTestId("probe-baselines").uncheck();
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-conclusion").waitFor({ timeout: 300_000 });
  assert.deepEqual(await violations(page), []);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("joined vectors: each part's share is said, and each weighs the same unless asked otherwise", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("pool").selectOption("max");
  await embed(page);
  const runs = page.getByTestId("runs").locator("li");
  const joinAgain = async () => {
    for (const at of [0, 1]) await runs.nth(at).locator("input[type=checkbox]").check();
    await page.getByTestId("join-run").click();
  };
  await joinAgain();
  await page.getByTestId("joined-weights").waitFor();
  const from = await words(page, "joined-from");
  context.diagnostic(from);
  const shares = [...from.matchAll(/([\d.]+)\s% of the variance before weighting/g)].map(([, share]) => Number(share));
  assert.equal(shares.length, 2);
  assert.ok(Math.abs(shares[0] + shares[1] - 100) < 0.15, String(shares));
  assert.match(await words(page, "joined-weights"), /same weight/);
  // Both halves of the table now vary by the same amount.
  const variances = async () => {
    const { rows } = readCsv((await save(page, "export-csv")).bytes);
    const numbers = rows.map((row) => row.slice(1).map(Number));
    const of = (from, to) => Array.from({ length: to - from }, (_, at) => numbers.map((row) => row[from + at])).reduce((sum, column) => {
      const mean = column.reduce((a, b) => a + b, 0) / column.length;
      return sum + column.reduce((a, b) => a + (b - mean) ** 2, 0) / column.length;
    }, 0);
    return [of(0, 128), of(128, 256)];
  };
  for (const variance of await variances()) assert.ok(Math.abs(variance - 1) < 1e-3, String(variance));
  await page.getByTestId("join-equal").uncheck();
  await page.getByTestId("join-run").click();
  await page.getByTestId("joined-weights").filter({ hasText: "as they are" }).waitFor();
  const [a, b] = await variances();
  assert.ok(Math.abs((100 * a) / (a + b) - shares[0]) < 0.1, "the shares are those of the numbers as they are");
  const [first] = await tableRows(page);
  assert.deepEqual([first[2] === "–", first[3]], [false, "–"], "lengths are known from the parts, windows are not");
  assert.match(await words(page, "control-why-map"), /make the control of each part/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});
