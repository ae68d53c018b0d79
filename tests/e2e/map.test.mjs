/** The map as a user handles it: zoom and pan, one selection for map and table, colours of numbers, undo, the keyboard. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { drawn, embed, openPage, save } from "./page.mjs";
import { serve } from "./serve.mjs";

let server, browser;
before(async () => {
  server = await serve();
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
const words = (page, id) => page.getByTestId(id).innerText();

/** The example set with its map in sight. */
async function mapped(options = {}) {
  const opened = await openPage(browser, server, { reducedMotion: "reduce", ...options });
  const { page } = opened;
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await embed(page);
  await page.getByTestId("map-quality").waitFor();
  await page.getByTestId("map-canvas").scrollIntoViewIfNeeded();
  await drawn(page);
  return opened;
}

/** What the canvas shows, once it is drawn. */
async function picture(page) {
  await drawn(page);
  return page.getByTestId("map-canvas").evaluate((canvas) => canvas.toDataURL());
}

/** Draws through places of the map, as shares of its sides. */
async function draw(page, [first, ...others]) {
  const { x, y, width, height } = await page.getByTestId("map-canvas").boundingBox();
  const at = ([right, down]) => [x + right * width, y + down * height];
  await page.mouse.move(...at(first));
  await page.mouse.down();
  for (const one of others) await page.mouse.move(...at(one), { steps: 3 });
  await page.mouse.up();
}

/** How many sequences are selected, once it is another number than `before`. */
async function selected(page, before = "0 selected") {
  await page.getByTestId("selection-count").filter({ hasNotText: before }).waitFor();
  return Number((await words(page, "selection-count")).split(" ")[0]);
}

/** Rows of a CSV without quoted cells. */
const cells = (bytes) => bytes.toString().trim().split("\n").map((line) => line.split(/,(?=(?:[^"]*"[^"]*")*[^"]*$)/));

/** A label table for the open sequences, offered as a file. */
async function label(page, name, text) {
  await page.getByTestId("labels-file").setInputFiles({ name, mimeType: "text/plain", buffer: Buffer.from(text) });
  await page.getByTestId("labels-summary").filter({ hasText: name }).waitFor();
}

test("wheel, buttons and dragging change the view; reset and undo bring it back", async () => {
  const { page, record, context } = await mapped();
  const whole = await picture(page);
  const canvas = page.getByTestId("map-canvas");
  await canvas.hover({ position: { x: 300, y: 200 } });
  await page.mouse.wheel(0, -300);
  const near = await picture(page);
  assert.notEqual(near, whole);
  await page.getByTestId("zoom-in").click();
  const nearer = await picture(page);
  assert.notEqual(nearer, near);
  await draw(page, [[0.5, 0.5], [0.6, 0.6]]);
  assert.notEqual(await picture(page), nearer);
  await page.getByTestId("zoom-reset").click();
  await canvas.hover({ position: { x: 2, y: 2 } });
  assert.equal(await picture(page), whole);
  for (let step = 0; step < 4; step += 1) await page.getByTestId("undo").click();
  await canvas.hover({ position: { x: 2, y: 2 } });
  assert.equal(await picture(page), whole, "four steps: the wheel, the button, the drag, the reset");
  assert.equal(await page.getByTestId("undo").isDisabled(), true);
  await page.getByTestId("redo").click();
  await canvas.hover({ position: { x: 2, y: 2 } });
  assert.equal(await picture(page), near);
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("a lasso, and the table of what is inside, in three acts", async () => {
  const { page, record, context } = await mapped();
  await page.getByTestId("tool-lasso").click();
  await draw(page, [[0.05, 0.05], [0.6, 0.05], [0.6, 0.7], [0.05, 0.7]]);
  const { name, bytes } = await save(page, "selection-csv");
  const count = await selected(page);
  const [header, ...rows] = cells(bytes);
  assert.match(name, /^venom-families\.esm2-demo\.layer6\.pca\.selected\.csv$/);
  assert.deepEqual(header.slice(0, 2), ["id", "description"]);
  assert.deepEqual(header.slice(-2), ["x", "y"]);
  assert.ok(header.includes("family") && header.includes("length"), header.join());
  assert.ok(count > 5 && count < 115, `${count} selected`);
  assert.equal(rows.length, count);
  for (const row of rows) assert.ok(row.length === header.length && row.slice(-2).every((one) => one !== "" && Number.isFinite(Number(one))), row.join());
  // The table shows the same, and by itself on request.
  await page.getByTestId("table-selected").check();
  await page.getByTestId("results-table").locator("tbody tr").first().waitFor();
  const shown = await page.getByTestId("results-table").locator("tbody .id").allInnerTexts();
  assert.deepEqual(shown.map((one) => one.trim()), rows.slice(0, shown.length).map(([id]) => id));
  // With vectors: 128 more columns.
  await page.getByTestId("selection-vectors").check();
  const wide = cells((await save(page, "selection-csv")).bytes);
  assert.equal(wide[0].length, header.length + 128);
  assert.equal(wide[0].at(-1), "v128");
  // The same vectors by the Save panel.
  await page.getByTestId("export-selected").check();
  const vectors = await save(page, "export-csv");
  assert.match(vectors.name, /\.layer6\.mean\.selected\.csv$|\.layer6\.auto\.selected\.csv$/);
  const [, ...lines] = cells(vectors.bytes);
  assert.deepEqual(lines.map(([id]) => id), rows.map(([id]) => id));
  assert.ok(Math.abs(Number(lines[0].at(-1)) - Number(wide[1].at(-1))) < 1e-5);
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("box, shift, legend, search and list select; a label is made; undo goes back step by step", async () => {
  const { page, record, context } = await mapped();
  await page.getByTestId("tool-box").click();
  await draw(page, [[0.02, 0.02], [0.5, 0.98]]);
  const left = await selected(page);
  await page.keyboard.down("Shift");
  await draw(page, [[0.5, 0.02], [0.98, 0.98]]);
  await page.keyboard.up("Shift");
  assert.equal(await selected(page, `${left} selected`), 120);
  await page.getByTestId("group-0").click();
  assert.equal(await selected(page, "120 selected"), 15);
  await page.getByTestId("group-1").click({ modifiers: ["Shift"] });
  assert.equal(await selected(page, "15 selected"), 30);
  await page.getByTestId("find").fill("kunitz");
  assert.equal(await words(page, "find-count"), "15 sequences found.");
  await page.getByTestId("find").press("Enter");
  assert.equal(await selected(page, "30 selected"), 15);
  await page.getByTestId("find-list").click();
  const ids = (await page.getByTestId("results-table").locator("tbody .id").allInnerTexts()).slice(0, 3).map((one) => one.trim());
  await page.getByTestId("list-ids").fill(`>${ids[0]}\n${ids[1].toLowerCase()}, ${ids[2]}\nnot-there`);
  await page.getByTestId("list-select").click();
  assert.equal(await selected(page, "15 selected"), 3);
  assert.match(await words(page, "list-said"), /^3 sequences selected\. 1 entry fit.*not-there\.$/s);
  await page.getByTestId("selection-label").click();
  await page.getByTestId("selection-name").fill("my favourites");
  await page.getByTestId("selection-name").press("Enter");
  await page.getByTestId("legend").getByText("my favourites").waitFor();
  assert.equal(await page.getByTestId("colour-by").inputValue(), "made:groups");
  assert.match(await words(page, "group-0"), /my favourites\s*3/);
  await page.getByTestId("map-canvas").focus();
  await page.keyboard.press("Control+z");
  await page.getByTestId("legend").getByText("Kunitz").waitFor();
  await page.keyboard.press("Control+z");
  assert.equal(await selected(page, "3 selected"), 15, "the search again");
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("the keyboard: arrows to the nearest in a direction, ends, a selection, Escape", async () => {
  const { page, record, context } = await mapped();
  await page.getByTestId("map-canvas").focus();
  await page.keyboard.press("Home");
  const first = (await page.getByTestId("results-table").locator("tbody .id").first().innerText()).trim();
  await page.getByTestId("map-selected").filter({ hasText: first }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByTestId("map-selected").filter({ hasNotText: first }).waitFor();
  await page.keyboard.press("Enter");
  assert.equal(await selected(page), 1);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  assert.equal(await selected(page, "1 selected"), 2);
  await page.keyboard.press("Escape");
  await page.getByTestId("selection-count").filter({ hasText: "0 selected" }).waitFor();
  await page.getByTestId("map-selected").filter({ hasText: "Hover" }).waitFor();
  const whole = await picture(page);
  await page.keyboard.press("+");
  assert.notEqual(await picture(page), whole);
  await page.keyboard.press("0");
  assert.equal(await picture(page), whole);
  assert.equal(await page.getByTestId("map-canvas").getAttribute("role"), "application");
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("numbers have a colour bar, missing ones are grey; the type can be changed; what needs no labels", async () => {
  const { page, record, context } = await mapped();
  const ids = (await page.getByTestId("results-table").locator("tbody .id").allInnerTexts()).map((one) => one.trim());
  await label(page, "tm.tsv", `id\ttm\n${ids.map((id, at) => `${id}\t${at % 5 === 0 ? "NA" : (40 + at / 3).toFixed(2)}`).join("\n")}\n`);
  await page.getByTestId("colour-bar").waitFor();
  assert.equal(await page.getByTestId("column-type").inputValue(), "number");
  assert.match(await words(page, "legend"), /tm\s*20\b[\s\S]*no value\s*100/);
  const linear = await picture(page);
  await page.getByTestId("colour-transform").selectOption("quantile");
  const quantile = await picture(page);
  assert.notEqual(quantile, linear);
  await page.getByTestId("colour-scale").selectOption("cividis");
  assert.notEqual(await picture(page), quantile);
  await page.getByTestId("column-type").selectOption("class");
  await page.getByTestId("colour-bar").waitFor({ state: "detached" });
  assert.match(await words(page, "type-detected"), /numbers/);
  const options = await page.getByTestId("colour-by").locator("option").allInnerTexts();
  for (const name of ["length", "cysteine, share"]) assert.ok(options.some((one) => one.trim() === name), options.join());
  await page.getByTestId("colour-by").selectOption("sequence:length");
  await page.getByTestId("colour-bar").waitFor();
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("the silhouette is never that of another column, and the old picture is dimmed", async () => {
  const { page, record, context } = await mapped();
  const line = page.getByTestId("map-quality");
  await line.filter({ hasText: /Silhouette of family: 0\.04 on the map and 0\.09/ }).waitFor();
  await page.getByTestId("colour-by").selectOption("field:order");
  await line.filter({ hasText: /Silhouette of order: −\d/ }).waitFor();
  await page.getByTestId("colour-by").selectOption("");
  await line.filter({ hasNotText: "Silhouette" }).waitFor();
  await page.getByTestId("colour-by").selectOption("sequence:length");
  assert.doesNotMatch(await line.innerText(), /Silhouette/, "lengths are no groups");
  await page.getByTestId("colour-by").selectOption("field:family");
  await line.filter({ hasText: /Silhouette of family: 0\.04 on the map and 0\.09/ }).waitFor();
  // The class is seen by the page itself, because the map of so few sequences takes no time.
  await page.evaluate(() => {
    const map = document.querySelector("cg-app").shadowRoot.querySelector("cg-results").shadowRoot.querySelector("cg-map").shadowRoot;
    globalThis.dimmed = false;
    new MutationObserver(() => (globalThis.dimmed ||= map.querySelector(".figure.old") !== null)).observe(map, { subtree: true, attributes: true, childList: true });
  });
  await page.getByTestId("map-method").selectOption("umap");
  await line.filter({ hasNotText: "variance" }).waitFor();
  assert.equal(await page.evaluate(() => globalThis.dimmed), true);
  assert.equal(await page.getByTestId("map-old").count(), 0);
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("groups are hidden, renamed, moved and merged; twins on one spot are reported", async () => {
  const { page, record, context } = await mapped();
  await page.getByTestId("hide-0").click();
  assert.equal(await page.getByTestId("hide-0").getAttribute("aria-pressed"), "true");
  await page.getByTestId("edit-1").click();
  await page.getByTestId("group-name").fill("Second");
  await page.getByTestId("group-name").press("Enter");
  await page.getByTestId("group-up").click();
  assert.match(await words(page, "group-0"), /Second/);
  assert.equal(await page.getByTestId("hide-1").getAttribute("aria-pressed"), "true", "the hidden group moved down with its row");
  await page.getByTestId("group-merge").click();
  assert.match(await words(page, "other-open"), /1 label is drawn as/);
  await page.getByTestId("legend-reset").click();
  assert.equal(await page.getByTestId("other-open").count(), 0);
  await page.getByTestId("sequence-paste").fill(">a\nMKVLAAGIVGLLLAQ\n>b\nMKVLAAGIVGLLLAQ\n>c\nMSTNPKPQRKTKRNTNRRPQ\n>d\nMWWCHHACNVDHPEIC\n");
  await page.getByTestId("paste-load").click();
  await page.getByTestId("sequence-summary").filter({ hasText: "4 records" }).waitFor();
  await embed(page);
  await page.getByTestId("stacked").filter({ hasText: "2 sequences share one spot" }).waitFor();
  assert.deepEqual(record, CLEAN);
  await context.close();
});

for (const [width, height] of [[1100, 800], [1280, 800], [1920, 1080]])
  test(`the map takes 60 % of a window of ${width} × ${height}`, async () => {
    const { page, context } = await mapped({ viewport: { width, height } });
    const box = await page.getByTestId("map-canvas").boundingBox();
    assert.ok(box.width >= 0.6 * width && box.height >= 0.6 * height, JSON.stringify(box));
    await context.close();
  });
