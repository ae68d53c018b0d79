/**
 * Work is safe: no act but "Remove" ends a result; files of any kind come in any order; a reload brings back what was
 * kept. Faults 15 to 20, 21, 27 to 29 of the page as it was tried by five kinds of people.
 */
import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { violations } from "./axe.mjs";
import { launch } from "./browser.mjs";
import { readCsv } from "./files.mjs";
import { drawn, drop, embed, openPage, pasteSequences, save, until } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
const EXAMPLES = join(root, "www", "public", "examples");
const CORPUS = join(root, "tests", "corpus", "genbank");

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
const runs = (page) => page.getByTestId("runs").locator("li");
const text = (name, content, mimeType = "text/plain") => ({ name, mimeType, buffer: Buffer.from(content) });

/** Different proteins of 300 residues: enough to be embedded for minutes. */
function proteins(count) {
  const letters = "ACDEFGHIKLMNPQRSTVWY";
  let state = 1;
  const next = () => letters[(state = (state * 48271) % 2147483647) % 20];
  return Array.from({ length: count }, (_, at) => `>r${at}\n${Array.from({ length: 300 }, next).join("")}\n`).join("");
}

/** Waits until every file of a drop of `count` was taken or refused; answers what each was taken for. */
async function taken(page, count) {
  await page.waitForFunction((count) => {
    const find = (node) => [...node.querySelectorAll("*")].flatMap((one) => [...(one.matches("[data-testid=opened-files] li") ? [one] : []), ...(one.shadowRoot === null ? [] : find(one.shadowRoot))]);
    const items = find(document);
    return items.length === count && items.every(({ dataset }) => dataset.phase !== "waiting");
  }, count);
  return page.getByTestId("opened-files").locator("li").evaluateAll((items) => items.map(({ dataset }) => `${dataset.role} ${dataset.phase}`));
}

/** A few proteins, embedded. */
async function embedded(options = {}) {
  const opened = await openPage(browser, server, { reducedMotion: "reduce", ...options });
  await opened.page.getByTestId("example-load").click();
  await opened.page.getByTestId("sequence-summary").waitFor();
  await embed(opened.page);
  await opened.page.getByTestId("map-quality").waitFor();
  return opened;
}

test("no setting and no file deletes a result", async (context) => {
  const { page, record, context: tab } = await embedded();
  const summary = await words(page, "result-summary");
  assert.equal(await runs(page).count(), 1, "listed from the first one on");
  const stays = async (what) => {
    assert.equal(await words(page, "result-summary"), summary, what);
    assert.ok(await page.getByTestId("map-quality").isVisible(), `${what}: the map`);
    assert.ok((await page.getByTestId("legend").locator("button").count()) > 3, `${what}: the colours`);
  };
  const settled = () => page.getByTestId("status-idle").filter({ hasText: "Ready" }).waitFor({ timeout: 120_000 });
  const acts = {
    "another precision": () => page.getByTestId("weights").selectOption("int8"),
    "another device": () => page.getByTestId("device").selectOption("cpu"),
    "another kind": () => page.getByTestId("kind").selectOption("protein"),
    "another model": () => page.getByTestId("demonstration").selectOption("nt-3mer-demo"),
    "the first model": () => page.getByTestId("demonstration").selectOption("esm2-demo"),
    "a wrong file": () => page.getByTestId("sequence-file").setInputFiles(text("paper.pdf", "%PDF-1.7\n")),
    "other sequences": () => pasteSequences(page, ">a\nMKTAYIAKQR\n>b\nGGGGGWWW\n"),
  };
  for (const [what, act] of Object.entries(acts)) {
    await act();
    await settled();
    await stays(what);
    if (what === "a wrong file") {
      assert.match(await words(page, "error"), /PDF/);
      assert.match(await words(page, "sequence-summary"), /venom-families/);
    }
  }
  assert.match(await words(page, "other-settings"), /precision \(f32, now int8\); sequences \(venom-families\.fasta, now pasted text\)/);

  // A run that is cancelled leaves the results where they are.
  await page.getByTestId("sequence-file").setInputFiles(text("many.fasta", proteins(1000)));
  await page.getByTestId("sequence-summary").filter({ hasText: "many.fasta" }).waitFor();
  await page.getByTestId("embed").focus();
  await page.keyboard.press("Enter");
  const cancel = page.getByTestId("cancel");
  await cancel.waitFor();
  const { y, height } = await cancel.boundingBox();
  assert.ok(y + height <= page.viewportSize().height, "the button that cancels is in sight");
  await page.getByTestId("status").getByText(/Embedding [0-9]/).waitFor();
  await stays("while another run is under way");
  await cancel.evaluate((button) => button.click());
  await page.getByTestId("cancelled").waitFor();
  await stays("a cancelled run");

  await runs(page).first().getByRole("button", { name: /^Remove/ }).click();
  await page.getByTestId("result-summary").waitFor({ state: "detached" });
  assert.equal(await runs(page).count(), 0);
  context.diagnostic("eight acts, one result");
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("labels stay while the records do, and survive a table that fails", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.getByTestId("demonstration").selectOption("nt-3mer-demo");
  await page.getByTestId("model-name").filter({ hasText: "nt-3mer-demo" }).waitFor();
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await embed(page);
  const ids = readCsv((await save(page, "export-csv")).bytes).rows.map(([id]) => id);
  await page.getByTestId("labels-file").setInputFiles(text("mine.tsv", `id\tgroup\n${ids.map((id, at) => `${id}\t${"abc"[at % 3]}\n`).join("")}`));
  await page.getByTestId("labels-summary").filter({ hasText: "105" }).waitFor();
  const groups = async () => (await page.getByTestId("legend").locator("bdi").allInnerTexts()).sort().join();
  assert.equal(await groups(), "a,b,c");
  await page.getByTestId("labels-file").setInputFiles(text("others.tsv", "id\tx\nnobody\t1\n"));
  await page.getByTestId("error-code").filter({ hasText: "labels.no_match" }).waitFor();
  assert.equal(await groups(), "a,b,c", "a table that fits nothing");
  await page.getByRole("button", { name: "Remove the labels others.tsv" }).click();
  await page.getByTestId("error-code").waitFor({ state: "detached" });
  await page.getByTestId("demonstration").selectOption("esm2-demo");
  await page.getByTestId("translate").click();
  await page.getByTestId("translation").filter({ hasText: "Translated" }).waitFor();
  await embed(page);
  await page.getByTestId("labels-summary").filter({ hasText: "105" }).waitFor();
  assert.equal(await groups(), "a,b,c", "the same records, translated");
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("sequences, labels and vectors in one drop, in any order, anywhere on the page", async (context) => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const proteins = ["MKTAYIAKQR", "MSIQHFRVAL", "MQIFVKTLTG", "MVLSPADKTN"];
  const fasta = text("four.fasta", proteins.map((letters, at) => `>p${at + 1}\n${letters}\n`).join(""));
  const labels = text("a_first.tsv", "id\tgroup\np1\tx\np2\tx\np3\ty\np4\ty\n");
  const vectors = text("z.csv", `id,d0,d1,d2\n${[1, 2, 3, 4].map((at) => `p${at},${at},${at * at},0\n`).join("")}`);
  await drop(page, [labels, vectors, fasta]);
  assert.deepEqual(await taken(page, 3), ["labels taken", "vectors taken", "sequences taken"]);
  assert.match(await words(page, "sequence-summary"), /four\.fasta.*4 records/s);
  assert.match(await words(page, "label-tables"), /a_first\.tsv.*4 of 4 sequences/s);
  // The saved vectors are a run with the labels on it, although nothing was embedded.
  assert.match(await words(page, "result-summary"), /z\.csv/);
  await page.getByTestId("legend").locator("bdi", { hasText: "x" }).waitFor();
  await embed(page);
  assert.deepEqual((await page.getByTestId("legend").locator("bdi").allInnerTexts()).sort(), ["x", "y"]);
  assert.equal(await runs(page).count(), 2);

  // One click says otherwise.
  await page.getByTestId("opened-files").locator("li").first().getByTestId("use-sequences").click();
  assert.match((await taken(page, 3)).join(), /sequences/);
  await page.getByTestId("opened-files").locator("li").first().getByTestId("use-labels").click();
  await page.getByTestId("label-tables").filter({ hasText: "a_first.tsv" }).waitFor();
  assert.deepEqual((await violations(page)).join("\n"), "");
  await page.screenshot({ path: join(OUT, "files.png"), fullPage: true });
  context.diagnostic(await words(page, "opened-files"));
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("three region files are one set; each record knows its file, and the packed one is read too", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const packed = await readFile(join(CORPUS, "deepbgc_labelled_contigs.gbk.gz"));
  const plain = gunzipSync(packed).toString();
  const named = (name) => plain.replace(/LOCUS       (\S+)/g, (whole, id) => whole.replace(id, `${name}${id}`.slice(0, id.length)));
  const bigcarp = { name: "r3.gbk.gz", buffer: gzipSync(Buffer.from(named("Z"))) };
  await page.getByTestId("demonstration").selectOption("bigcarp-demo");
  await page.getByTestId("model-name").filter({ hasText: "bigcarp" }).waitFor();
  await page.getByTestId("sequence-file").setInputFiles({ name: "one.gbk", mimeType: "text/plain", buffer: Buffer.from(plain) });
  await page.getByTestId("sequence-summary").waitFor();
  const count = Number((await words(page, "sequence-summary")).match(/(\d+) records? read/)[1]);
  await drop(page, [{ name: "r1.gbk", buffer: plain }, bigcarp, { name: "r2.gbk", buffer: named("Y") }]);
  assert.deepEqual(await taken(page, 3), ["sequences taken", "sequences taken", "sequences taken"]);
  const summary = await words(page, "sequence-summary");
  assert.match(summary, /3 files: r1\.gbk, r2\.gbk, r3\.gbk\.gz/);
  assert.match(summary, new RegExp(`${3 * count} records read`));
  await embed(page);
  await page.getByTestId("colour-by").selectOption("field:file");
  const legend = await page.getByTestId("legend").locator("bdi").allInnerTexts();
  assert.deepEqual(legend.sort(), ["r1.gbk", "r2.gbk", "r3.gbk.gz"]);
  const ids = readCsv((await save(page, "export-csv")).bytes).rows.map(([id]) => id);
  assert.equal(new Set(ids).size, 3 * count, "ids are distinct");
  // A set with a file of another kind changes nothing.
  await drop(page, [{ name: "a.fasta", buffer: ">a\nMKTAYIAKQRMKTAYIAKQR\n" }, { name: "b.fasta", buffer: ">b\nACGTACGTACGTACGTACGT\n" }]);
  assert.deepEqual(await taken(page, 2), ["sequences failed", "sequences failed"]);
  assert.equal(await words(page, "error-code"), "sequences.mixed_kinds");
  assert.match(await words(page, "sequence-summary"), /3 files/);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("one sequence has its mutants; the results are at the top of the window", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce", viewport: { width: 1280, height: 900 } });
  await pasteSequences(page, ">p\nMKTAYIAKQR\n");
  await embed(page);
  await page.getByTestId("one-sequence").waitFor();
  const summary = await words(page, "result-summary");
  await page.getByTestId("mutants-make").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "190 records" }).waitFor();
  assert.equal(await words(page, "result-summary"), summary, "the result is still there");
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  const top = await page.locator("cg-results h2").first().evaluate((heading) => heading.getBoundingClientRect().top);
  assert.ok(top >= 0 && top < 60, `the results begin at ${top}`);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

/** The map's picture. */
const picture = (page) => page.getByTestId("map-canvas").evaluate((canvas) => canvas.toDataURL());

test("a reload offers the work, and brings back run, labels, map and mark", async () => {
  const { page, record, context: tab } = await embedded();
  await page.getByTestId("labels-file").setInputFiles(text("mine.tsv", "id\tgroup\nP0C1X0\ta\n"));
  await page.getByTestId("label-tables").waitFor();
  await page.getByTestId("colour-by").selectOption("field:family");
  await page.getByTestId("map-method").selectOption("umap");
  // The silhouette comes after the map: without it the line is not the one that a later visit shows.
  await page.getByTestId("map-quality").filter({ hasNotText: "variance" }).filter({ hasText: "Silhouette of family" }).waitFor();
  await page.getByTestId("results-table").locator("tbody tr").nth(3).click();
  const marked = await words(page, "map-selected");
  const [summary, quality] = [await words(page, "result-summary"), await words(page, "map-quality")];
  await drawn(page);
  const before = await picture(page);
  await page.getByTestId("kept-line").filter({ hasText: "Kept in this browser" }).waitFor();
  await kept(page);
  await page.reload();
  await page.getByTestId("resume-panel").filter({ hasText: "venom-families.fasta, 120 vectors (esm2-demo)" }).waitFor();
  assert.equal(await page.getByTestId("result-summary").count(), 0, "nothing is put back unasked");
  assert.deepEqual((await violations(page)).join("\n"), "");
  await page.screenshot({ path: join(OUT, "resume.png") });
  await page.getByTestId("resume").click();
  await page.getByTestId("map-quality").filter({ hasText: quality }).waitFor();
  assert.equal(await words(page, "result-summary"), summary);
  await page.getByTestId("map-selected").filter({ hasText: marked }).waitFor();
  await page.getByTestId("label-tables").filter({ hasText: "mine.tsv" }).waitFor();
  assert.equal(await page.getByTestId("colour-by").inputValue(), "field:family");
  assert.match(await words(page, "sequence-summary"), /venom-families.*120 records/s);
  assert.equal(await page.getByTestId("other-settings").count(), 0, "the same sequences are open, with the same model");
  await drawn(page);
  assert.equal(await picture(page), before, "the same picture");
  await page.getByTestId("resume-panel").waitFor({ state: "detached" });

  // What is kept can be deleted at once; the results stay until the page is closed.
  await page.getByTestId("forget-all").click();
  await page.getByTestId("keep-again").waitFor();
  assert.equal(await words(page, "result-summary"), summary);
  await page.reload();
  await page.getByTestId("model-facts").waitFor();
  assert.equal(await page.getByTestId("resume-panel").count(), 0);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

/** Waits until the session's overview has been written after the last change. */
async function kept(page) {
  await until(page, async () => {
    const sessions = await (await navigator.storage.getDirectory()).getDirectoryHandle("sessions");
    for await (const folder of sessions.values()) {
      const file = await folder.getFileHandle("session.json").then((handle) => handle.getFile(), () => null);
      const view = file === null ? null : JSON.parse(await file.text()).view;
      if (view?.selected != null && view.map.options.method === "umap" && view.map.colourBy === "field:family") return true;
    }
    return false;
  });
}

test("a browser that keeps nothing says so, and works", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  await page.evaluate(() => {
    navigator.storage.getDirectory = () => Promise.reject(new DOMException("not in a private window", "SecurityError"));
  });
  await pasteSequences(page, ">a\nMKTAYIAKQR\n>b\nGGGGG\n>c\nWWWWW\n");
  await embed(page);
  await page.getByTestId("kept-line").filter({ hasText: "keeps no work after the page is closed (not in a private window)" }).waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();
});

test("the address is a link to the view; back and forward go through views", async () => {
  const { page, record, context: tab } = await embedded();
  const address = () => page.evaluate(() => location.hash);
  await page.waitForFunction(() => location.hash.includes("map=pca"));
  await page.getByTestId("map-method").selectOption("umap");
  await page.getByTestId("map-quality").filter({ hasNotText: "variance" }).waitFor();
  await page.getByTestId("colour-by").selectOption("field:order");
  await drawn(page);
  const [hash, before] = [await address(), await picture(page)];
  assert.match(hash, /^#v=1&example=venom-families&model=esm2-demo&layer=6&map=umap&by=field:order$/);
  await page.goBack();
  await page.waitForFunction(() => !location.hash.includes("order"));
  assert.notEqual(await page.getByTestId("colour-by").inputValue(), "field:order");
  await page.goBack();
  await page.getByTestId("map-quality").filter({ hasText: "variance" }).waitFor();
  assert.equal(await page.getByTestId("map-method").inputValue(), "pca");
  await page.goForward();
  await page.goForward();
  await page.getByTestId("map-quality").filter({ hasNotText: "variance" }).waitFor();
  await drawn(page);
  assert.equal(await address(), hash);
  assert.equal(await picture(page), before);

  // A second run is a step too.
  await pasteSequences(page, ">a\nMKTAYIAKQR\n>b\nGGGGG\n>c\nWWWWW\n");
  await embed(page);
  assert.match(await address(), /file=pasted\+text/);
  await page.goBack();
  await page.getByTestId("result-summary").filter({ hasText: "120 sequences" }).waitFor();
  assert.deepEqual(record, CLEAN);
  await tab.close();

  // Somebody else opens the link: the example is embedded and looks the same.
  const other = await browser.newContext({ reducedMotion: "reduce", viewport: { width: 1280, height: 900 } });
  const opened = await other.newPage();
  await opened.goto(`${server.origin}/${hash}`);
  await opened.getByTestId("map-quality").filter({ hasNotText: "variance" }).waitFor({ timeout: 120_000 });
  assert.equal(await opened.getByTestId("colour-by").inputValue(), "field:order");
  assert.equal(await opened.evaluate(() => location.hash), hash);
  await opened.goto("about:blank");
  await opened.goto(`${server.origin}/#v=1&file=mine.fasta&model=esm2-demo&map=tsne`);
  assert.match(await opened.getByTestId("linked").innerText(), /mine\.fasta.*never data/s);
  await opened.getByTestId("model-facts").waitFor();
  await pasteSequences(opened, ">a\nMKTAYIAKQR\n>b\nGGGGG\n>c\nWWWWW\n>d\nLLLLLL\n>e\nMMMM\n");
  await embed(opened);
  assert.equal(await opened.getByTestId("map-method").inputValue(), "tsne");
  await opened.getByTestId("linked").waitFor({ state: "detached" });
  await other.close();
});

test("FASTA, labels and regions in one drop: a coloured map in two acts, the regions one click away", async () => {
  const { page, record, context: tab } = await openPage(browser, server, { reducedMotion: "reduce" });
  const region = gunzipSync(await readFile(join(CORPUS, "deepbgc_labelled_contigs.gbk.gz"))).toString();
  const fasta = await readFile(join(EXAMPLES, "venom-families.fasta"), "utf8");
  const ids = [...fasta.matchAll(/^>(\S+)/gm)].map(([, id]) => id);
  const labels = `id\thalf\n${ids.slice(0, 100).map((id, at) => `${id}\t${at < 50 ? "first" : "second"}\n`).join("")}`;
  await drop(page, [{ name: "region1.gbk", buffer: region }, { name: "labels.tsv", buffer: labels }, { name: "venoms.fasta", buffer: fasta }]);
  assert.deepEqual(await taken(page, 3), ["sequences aside", "labels taken", "sequences taken"]);
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  assert.deepEqual((await page.getByTestId("legend").locator("bdi").allInnerTexts()).sort(), ["first", "no label", "second"]);
  await page.getByTestId("without-label").filter({ hasText: "20 sequences without a label" }).waitFor();
  const summary = await words(page, "result-summary");
  await page.getByTestId("open-set").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "region1.gbk" }).waitFor();
  assert.equal(await words(page, "result-summary"), summary);
  assert.deepEqual(record, CLEAN);
  await tab.close();
});
