/**
 * The analyses in the page on the example set: maps with their quality, neighbours, purity, probes, layers compared,
 * mutants, codons, files and the methods. All reachable by keyboard, at 1280 and 390 pixels, light and dark; a cancel
 * ends within a second.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { launch } from "./browser.mjs";
import { readCsv } from "./files.mjs";
import { drawn, embed, openPage, pasteSequences, save } from "./page.mjs";
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

/** The example set, embedded with all layers. */
async function embedded(options = {}) {
  const opened = await openPage(browser, server, { reducedMotion: "reduce", ...options });
  const { page } = opened;
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await page.getByTestId("layers").selectOption("all");
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  return opened;
}

const words = (page, id) => page.getByTestId(id).innerText();
const number = (text, pattern) => Number(text.match(pattern)?.[1].replace("−", "-"));

test("maps: quality, seed, shown groups alone, a second map", async (context) => {
  const { page, record, context: tab } = await embedded();
  assert.match(await words(page, "map-quality"), /of the variance/);
  await page.getByTestId("map-method").selectOption("umap");
  await page.getByTestId("map-quality").filter({ hasNotText: "variance" }).waitFor();
  const umap = await words(page, "map-quality");
  context.diagnostic(umap);
  assert.ok(number(umap, /Trustworthiness ([\d.]+)/) >= 0.9);
  const first = await picture(page);
  await page.getByTestId("map-seed").fill("7");
  await page.getByTestId("map-seed").press("Enter");
  await page.getByTestId("map-quality").filter({ hasNotText: umap }).waitFor();
  const other = await words(page, "map-quality");
  await page.getByTestId("map-seed").fill("42");
  await page.getByTestId("map-seed").press("Enter");
  await page.getByTestId("map-quality").filter({ hasNotText: other }).waitFor();
  assert.equal(await words(page, "map-quality"), umap, "the same seed must give the same map");
  assert.equal(await picture(page), first, "the same seed must give the same picture");
  await page.getByTestId("hide-0").click();
  await page.getByTestId("map-isolate").click();
  await page.getByTestId("map-quality").filter({ hasText: /Of \d+ sequences/ }).waitFor();
  await page.getByTestId("map-all").click();
  await page.getByTestId("map-isolate").waitFor();
  await page.getByTestId("map-quality").filter({ hasNotText: /Of \d+ sequences/ }).waitFor();
  await page.getByTestId("compare-open").click();
  await page.getByTestId("compare-method").selectOption("tsne");
  await page.getByTestId("compare-run").click();
  await page.getByTestId("compare-summary").waitFor();
  const compared = await words(page, "compare-summary");
  context.diagnostic(compared);
  const disparity = number(compared, /disparity ([\d.]+)/);
  assert.ok(disparity > 0 && disparity < 1);
  const svg = (await save(page, "export-svg")).name;
  assert.match(svg, /umap\.svg$/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("neighbours of a marked sequence, and label purity", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("near-hint").waitFor();
  await page.getByTestId("results-table").locator("tbody tr").first().click();
  const table = page.getByTestId("near-table");
  await table.waitFor();
  assert.equal(await table.locator("tbody tr").count(), 10);
  const distances = (await table.locator("tbody tr td:nth-child(2)").allInnerTexts()).map(Number);
  assert.ok(distances.every((distance, at) => at === 0 || distance >= distances[at - 1]), String(distances));
  const id = await table.locator("tbody button").first().innerText();
  await table.locator("tbody button").first().click();
  assert.ok((await words(page, "map-selected")).includes(id));
  assert.match(await words(page, "near-computed"), /^Computed with: CPU, /);
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-summary").waitFor();
  const purity = await words(page, "purity-summary");
  context.diagnostic(purity);
  const [measured, shuffled] = [number(purity, /average ([\d.]+)/), number(purity, /labels it is\s+([\d.]+)/)];
  assert.ok(measured > 2 * shuffled, purity);
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId("near-csv").click()]);
  assert.match(download.suggestedFilename(), /^neighbours\.layer6\.euclidean\.csv$/);
  await page.getByTestId("shared-run").click();
  await page.getByTestId("shared-summary").waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("sequences of another run are placed among these", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  // The first protein of the example set, by itself, then the set.
  await pasteSequences(page, ">known\nFMSGRAFRDRNAAAKVSDLIALKARRPECCSHPACNVDHPEICR\n>new\nFMSGRAFRDRNAAAKVSDLIALKARRPECCSHPACNVDHPEIC\n");
  await embed(page);
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "120 records" }).waitFor();
  await embed(page);
  await page.getByTestId("queries-run").click();
  const table = page.getByTestId("queries-table");
  await table.waitFor();
  const rows = await table.locator("tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  context.diagnostic(rows.map((row) => row.join(" | ")).join("; "));
  assert.deepEqual(rows[0].slice(0, 2), ["known", "A0A3G3C7S0"]);
  assert.ok(Number(rows[0][2]) < 1e-3 && rows[1][1] === "A0A3G3C7S0");
  assert.match(rows[0][3], /Conotoxin.*%/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("a probe beats its baselines and is written into the methods", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-run").click();
  await page.getByTestId("probe-table").waitFor({ timeout: 120_000 });
  const cells = await page.getByTestId("probe-table").locator("tbody tr").first().locator("td").allInnerTexts();
  context.diagnostic(cells.join(" | "));
  const [, score, interval, shuffled] = cells;
  const [low] = interval.split(" to ").map(Number);
  assert.ok(low > Number.parseFloat(shuffled) && Number(score) > 0.8);
  const saved = readCsv((await save(page, "save-csv-probe")).bytes);
  assert.deepEqual([...new Set(saved.rows.map(([name]) => name))].length, 4, "the layer, two kinds of words, random vectors");
  assert.match((await save(page, "save-svg-probe")).bytes.toString(), /^<svg /);
  assert.match(await words(page, "methods-words"), /cross-validation of 5 folds \(stratified; seed 42\)/);
  const methods = JSON.parse((await save(page, "export-methods")).bytes.toString());
  assert.deepEqual(methods.analyses.probe.seeds, [42]);
  assert.ok(methods.analyses.map.quality.trustworthiness > 0.5);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("layers are compared, a cell is tested, a saved table comes back", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("tab-cka").click();
  await page.getByTestId("cka-run").click();
  const chart = page.getByTestId("chart-cka");
  await page.getByTestId("cka-summary").waitFor();
  await chart.focus();
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight"]) await page.keyboard.press(key);
  assert.match(await words(page, "tip-cka"), /Layer 0 with layer 2: debiased 0\.\d+/);
  await page.keyboard.press("Enter");
  await page.getByTestId("cka-cell").waitFor();
  context.diagnostic(await words(page, "cka-cell"));
  assert.match(await words(page, "cka-cell"), /95 % interval 0\.\d+ to .* shuffles/s);
  const saved = readCsv((await save(page, "save-csv-cka")).bytes);
  assert.equal(saved.rows.length, 49);
  for (const [row, col, debiased] of saved.rows) if (row === col) assert.ok(Math.abs(Number(debiased) - 1) < 1e-6);
  // The saved vectors of layer 6 as a second model: equal to layer 6.
  const { bytes } = await save(page, "export-csv");
  await page.getByTestId("table-file").setInputFiles({ name: "again.csv", mimeType: "text/csv", buffer: bytes });
  await page.getByTestId("cka-b").locator("option", { hasText: "again.csv" }).waitFor({ state: "attached" });
  await page.getByTestId("cka-b").selectOption({ label: "again.csv" });
  const [run] = await page.getByTestId("cka-a").locator("option").evaluateAll((all) => all.map(({ value }) => value));
  await page.getByTestId("cka-a").selectOption(run);
  await page.getByTestId("cka-run").click();
  await page.getByTestId("cka-summary").filter({ hasText: /7 × 1 layers over 120.*Computed with: CPU, /s }).waitFor();
  const again = readCsv((await save(page, "save-csv-cka")).bytes);
  assert.ok(Math.abs(Number(again.rows[6][2]) - 1) < 1e-6);
  await page.getByTestId("table-file").setInputFiles({ name: "bad.csv", mimeType: "text/csv", buffer: Buffer.from("id,a\nx,1\ny\n") });
  await page.getByTestId("error-code").filter({ hasText: "table.csv" }).waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("mutants are made from a sequence, embedded, and judged by the published protocol", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await pasteSequences(page, ">wild\nMKTAYIAKQR\n>other\nGGGGGWWWWW\n>third\nMKTAYIAWWW\n");
  await embed(page);
  await page.getByTestId("results-table").locator("tbody tr").first().click();
  await page.getByTestId("tab-mutants").click();
  await page.getByTestId("mutants-make").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "190 records" }).waitFor();
  await embed(page);
  await page.getByTestId("tab-mutants").click();
  await page.getByTestId("mutants-run").click();
  await page.getByTestId("mutants-summary").waitFor();
  context.diagnostic(await words(page, "mutants-summary"));
  assert.match(await words(page, "mutants-summary"), /^190 mutants, k = 10/);
  await drawn(page);
  await page.locator("cg-analyses").screenshot({ path: join(OUT, "mutants-1280-light.png") });
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("codons of pasted genes", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const genes = ">a species=one\nATGTTTTTCTTTGCTGCCTAA\n>b species=two\nATGTTCTTCTTCGCGGCGTAA\n>c species=two\nATGTT\n";
  await pasteSequences(page, genes);
  await page.getByTestId("codons-run").click();
  const table = page.getByTestId("codons-table-shown");
  await table.waitFor();
  const cells = await table.locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.innerText.trim())));
  assert.deepEqual(cells.map(([name, sequences, codons]) => [name, sequences, codons]), [["one", "1", "7"], ["two", "1", "7"]]);
  const rscu = readCsv((await save(page, "save-csv-rscu")).bytes);
  const of = (group, codon) => Number(rscu.rows.find((row) => row[0] === group && row[5] === codon)[8]);
  assert.ok(Math.abs(of("one", "TTT") - 4 / 3) < 1e-9 && of("two", "TTC") === 2);
  const sampled = (await save(page, "codons-sample")).bytes.toString();
  assert.match(sampled, /^>a codons=permuted seed=42\nATG/);
  await page.screenshot({ path: join(OUT, "codons-1280-light.png"), fullPage: true });
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("cancel: a long probe ends within a second, and the next answer comes", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("tab-probe").click();
  await page.getByTestId("probe-model").selectOption("mlp");
  await page.getByTestId("probe-seeds").fill("10");
  await page.getByTestId("probe-seeds").press("Enter");
  await page.getByTestId("probe-run").click();
  // In the middle of the training: it has said how far it is.
  await page.getByTestId("work-probe").filter({ hasText: /Training probes [1-9]/ }).waitFor();
  const start = Date.now();
  await page.getByTestId("work-probe").getByTestId("cancel").click();
  await page.getByTestId("cancelled-probe").waitFor();
  context.diagnostic(`ended ${Date.now() - start} ms after the click`);
  assert.ok(Date.now() - start < 1000);
  await page.getByTestId("tab-neighbours").click();
  await page.getByTestId("purity-run").click();
  await page.getByTestId("purity-summary").waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("two layers share neighbours, more than randomly paired sequences", async (context) => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("tab-mutual-knn").click();
  await page.getByTestId("mutual-run").click();
  const answer = page.getByTestId("mutual-answer");
  await answer.waitFor();
  const text = await answer.innerText();
  context.diagnostic(text);
  const [alignment, chance] = [number(text, /^([\d.]+)\s%/), number(text, /which share ([\d.]+)\s%/)];
  assert.ok(alignment > 2 * chance && alignment < 100, `${alignment} % beside ${chance} %`);
  assert.match(text, /share more neighbours than randomly paired sequences/);
  await page.getByTestId("mutual-a").selectOption(await page.getByTestId("mutual-b").inputValue());
  await page.getByTestId("mutual-run").click();
  await answer.filter({ hasText: /^\s*100\.0\s%/ }).waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("every card is reached by keyboard alone", async () => {
  const { page, context: tab } = await embedded();
  await page.getByTestId("tab-neighbours").focus();
  for (const next of ["probe", "cka", "mutual-knn", "mutants", "neighbours"]) {
    await page.keyboard.press("ArrowRight");
    await page.locator(`[data-testid=tab-${next}][aria-selected=true]:focus`).waitFor();
  }
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "near-k");
  await tab.close();
});

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`analyses at ${width} pixels, ${colorScheme}`, async () => {
      const { page, record, context: tab } = await embedded({ viewport: { width, height: 900 }, colorScheme });
      const shot = async (name) => {
        await drawn(page);
        await page.locator(name === "map" ? "cg-map" : "cg-analyses").screenshot({ path: join(OUT, `${name}-${width}-${colorScheme}.png`) });
        assert.equal(await overhang(page), 0, `${name} is wider than the window`);
        assert.deepEqual(await violations(page), [], name);
      };
      await page.getByTestId("map-method").selectOption("umap");
      await page.getByTestId("map-quality").filter({ hasNotText: "variance" }).waitFor();
      await page.getByTestId("compare-open").click();
      await page.getByTestId("compare-run").click();
      await page.getByTestId("compare-summary").waitFor();
      await shot("map");
      await page.getByTestId("results-table").locator("tbody tr").first().click();
      await page.getByTestId("purity-run").click();
      await page.getByTestId("purity-summary").waitFor();
      await shot("neighbours");
      await page.getByTestId("tab-probe").click();
      await page.getByTestId("probe-layers").selectOption("all");
      await page.getByTestId("probe-run").click();
      await page.getByTestId("probe-table").waitFor({ timeout: 120_000 });
      await shot("probe");
      await page.getByTestId("tab-cka").click();
      await page.getByTestId("cka-run").click();
      await page.getByTestId("cka-summary").waitFor();
      await page.getByTestId("chart-cka").click({ position: { x: 150, y: 60 } });
      await page.getByTestId("cka-cell").waitFor();
      await shot("cka");
      await page.getByTestId("tab-mutual-knn").click();
      await page.getByTestId("mutual-run").click();
      await page.getByTestId("mutual-answer").waitFor();
      await shot("mutual-knn");
      assert.deepEqual(record, CLEAN);
      await tab.close();
    });
  }
}

/** The map, once it is drawn. */
async function picture(page) {
  await drawn(page);
  return page.getByTestId("map-canvas").evaluate((canvas) => canvas.toDataURL());
}

/** By how many pixels the page is wider than its window. */
function overhang(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

/** The test id of what has the focus, through shadow roots. */
function focused(page) {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element?.dataset.testid ?? null;
  });
}
