/**
 * The list of published models as a user meets it: every `models/<id>/model.toml`, found by keyboard, with size, memory,
 * longest sequence and licence before anything is downloaded, and terms to agree to where commercial use is excluded.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { parse } from "smol-toml";
import { launch, open } from "./browser.mjs";
import { openPage } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
const ESM = "facebook/esm2_t6_8M_UR50D";
const NT = "InstaDeepAI/nucleotide-transformer-v2-50m-3mer-multi-species";

let server, browser, models;
before(async () => {
  await mkdir(OUT, { recursive: true });
  const folders = (await readdir(join(root, "models"), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const texts = folders.map(({ name }) => readFile(join(root, "models", name, "model.toml"), "utf8"));
  models = (await Promise.all(texts)).map(parse).filter((model) => !model.demonstration);
  // The hub's look-alike has small models under the published names; the page does not believe them.
  const hub = { [ESM]: join(root, "models", "esm2-demo"), [NT]: join(root, "models", "nt-3mer-demo") };
  server = await serve({ hub, extra: { "plain.html": '<!doctype html><link rel="icon" href="data:,"><title>plain</title>' } });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Waits until the page says that a download is not the published model; the demonstration model stays in use. */
async function refused(page, id) {
  const error = page.locator("cg-model").getByTestId("error").filter({ hasText: `not the published files of ${id}` });
  await error.waitFor({ timeout: 60_000 });
  assert.equal(await error.getByTestId("error-code").innerText(), "model.not_published");
  assert.equal(await page.getByTestId("model-name").innerText(), "esm2-demo");
}

const revision = (repository) => models.find(({ source }) => source.repository === repository).source.revision;

/** Runs `work` on a fresh page that shows the list. */
async function withList(work, options = {}) {
  const { page, record, context } = await openPage(browser, server, options);
  try {
    await page.getByTestId("model-choice-hub").check({ force: true });
    await page.getByTestId("models-list").waitFor();
    server.asked.length = 0;
    await work(page);
    // A file that is larger than the published one is broken off.
    const failedRequests = record.failedRequests.filter((one) => !/\/hub-cdn\/.*ERR_ABORTED/.test(one));
    assert.deepEqual({ ...record, failedRequests }, CLEAN);
  } finally {
    await context.close();
  }
}

const facts = (page) => page.getByTestId("hub-facts").innerText();
/** Thin spaces stand between number and unit. */
const plain = (text) => text.replace(/[\u00a0\u2009\u202f]/g, " ").replace(/\s+/g, " ");

test("every published model is listed under what it reads, and said to be what its file says", () =>
  withList(async (page) => {
    assert.equal(models.length, 25);
    const groups = await page.getByTestId("models-list").locator("fieldset").evaluateAll((sets) =>
      sets.map((set) => [set.querySelector("legend").innerText, [...set.querySelectorAll("input")].map((input) => input.value)]),
    );
    assert.deepEqual(groups.map(([title]) => title), ["Proteins (11)", "DNA (11)", "Domains of gene clusters (3)"]);
    for (const [at, granularity] of ["protein", "nucleotide", "domain"].entries()) {
      const expected = models.filter((model) => model.granularity === granularity).map(({ id }) => id);
      assert.deepEqual(groups[at][1].toSorted(), expected.toSorted());
    }
    for (const model of models) {
      await page.getByTestId(`published-${model.id}`).check();
      const said = plain(await facts(page));
      const { memory_bytes: memory, window_residues: residues, window_tokens: tokens } = model.use;
      assert.ok(said.includes(`${size(memory.f32)} in 32-bit floats, ${size(memory.f16)} in 16-bit, ${size(memory.int8)} as 8-bit, ${size(memory.int4)} as 4-bit`), said);
      assert.ok(said.includes(residues ? `${grouped(residues)} residues in one piece` : tokens ? `${grouped(tokens)} tokens (` : "any number of"), said);
      assert.ok(said.includes(model.attribution), said);
      assert.equal(/not for commercial use/.test(said), model.non_commercial === true, said);
      if (model.source.kind === "hub" && !model.use.refused && memory.f32 < 3.5 * 1024 ** 3)
        assert.equal(await page.getByTestId("hub-id").inputValue(), model.source.repository);
      else assert.equal(await page.getByTestId("hub-load").count(), 0, model.id);
    }
    assert.equal(server.asked.length, 0, "looking at the list must ask nobody");
  }));

/** As the page writes bytes. */
function size(bytes) {
  const [unit, name] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : [1e3, "kB"];
  const value = bytes / unit;
  return `${value >= 100 ? grouped(Math.round(value)) : value.toFixed(1)} ${name}`;
}

function grouped(value) {
  return value < 10_000 ? String(value) : String(value).replace(/\B(?=(\d{3})+$)/g, " ");
}

test("a model that cannot be loaded from here says why", () =>
  withList(async (page) => {
    const reasons = {
      "agro-nucleotide-transformer-1b": /cannot be run: its attention heads are 75 numbers wide/,
      bigcarp_random: /on Zenodo, where this page does not fetch: download bigcarp_random\.pt there and open it from disk/,
      esm2_t36_3B_UR50D: /more than a browser tab can hold/,
      esm2_t48_15B_UR50D: /command line/,
    };
    for (const [id, reason] of Object.entries(reasons)) {
      await page.getByTestId(`published-${id}`).check();
      assert.match(await page.getByTestId("published-reason").innerText(), reason);
    }
    await page.getByTestId("published-bigcarp_random").check();
    await page.getByTestId("published-files").click();
    assert.match(await page.getByTestId("wanted-files").innerText(), /bigcarp_random\.pt/);
    assert.ok(await page.getByTestId("model-choice-files").isChecked());
  }));

test("by keyboard alone: filter, choose, download", () =>
  withList(async (page) => {
    await page.getByTestId("models-filter").focus();
    await page.keyboard.type("esm-2 mit");
    const shown = () => page.getByTestId("models-list").locator("input").evaluateAll((inputs) => inputs.map(({ value }) => value));
    assert.equal((await shown()).length, 6);
    assert.ok((await shown()).every((id) => id.startsWith("esm2_")));
    await page.keyboard.press("Tab");
    assert.ok(await page.getByTestId("published-esm2_t6_8M_UR50D").evaluate((input) => input.matches(":focus")));
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.getByTestId("hub-id").inputValue(), "facebook/esm2_t12_35M_UR50D");
    await page.keyboard.press("ArrowUp");
    assert.equal(await page.getByTestId("hub-id").inputValue(), ESM);
    await page.getByTestId("weights").focus();
    await page.keyboard.type("8");
    assert.equal(await page.getByTestId("weights").inputValue(), "int8");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await refused(page, ESM);
    assert.ok(server.asked.some((path) => path.startsWith(`/hub/${ESM}/resolve/${revision(ESM)}/`)));
  }));

test("a licence without commercial use is agreed to before the download", () =>
  withList(async (page) => {
    await page.getByTestId(`published-${NT.split("/")[1]}`).check();
    assert.match(await facts(page), /CC BY-NC-SA 4\.0: not for commercial use, derived works under the same terms/);
    await page.getByTestId("hub-load").click();
    const terms = page.getByTestId("licence-terms");
    assert.match(await terms.innerText(), /not for commercial use.*Nothing has been downloaded yet/s);
    assert.ok(await page.getByTestId("licence-agree").evaluate((button) => button.matches(":focus")));
    await page.getByTestId("licence-decline").click();
    assert.equal(await terms.count(), 0);
    assert.deepEqual(server.asked, [], "nothing may be asked for without a yes");
    // A model that is not listed, of authors with one licence for all.
    await page.getByTestId("hub-id").fill("InstaDeepAI/another");
    assert.match(await facts(page), /CC BY-NC-SA 4\.0/);
    await page.getByTestId("hub-load").click();
    await terms.waitFor();
    assert.deepEqual(server.asked, []);
    await page.getByTestId("hub-id").fill(NT);
    assert.ok(await page.getByTestId(`published-${NT.split("/")[1]}`).isChecked(), "a known id takes the choice with it");
    await page.getByTestId("hub-load").click();
    await page.getByTestId("licence-agree").click();
    await refused(page, NT);
    assert.ok(server.asked.some((path) => path.startsWith(`/hub/${NT}/resolve/${revision(NT)}/`)));
  }));

test("the module lists the same models", async () => {
  const { page, record, context } = await open(browser, server.origin);
  await page.goto(`${server.origin}/extra/plain.html`);
  const listed = await page.evaluate(async () => (await import("/crossgrain.js")).Crossgrain.models());
  assert.deepEqual(listed.map(({ id }) => id).toSorted(), models.map(({ id }) => id).toSorted());
  for (const one of listed) {
    const model = models.find(({ id }) => id === one.id);
    assert.deepEqual(one.memoryBytes, { ...model.use.memory_bytes });
    assert.equal(one.hub, model.source.repository ?? null);
    assert.equal(one.nonCommercial, model.non_commercial ?? null);
    assert.equal(one.reason === null, one.availability === "download");
  }
  const by = (availability) => listed.filter((one) => one.availability === availability).length;
  assert.deepEqual(["download", "file", "command-line", "none"].map(by), [13, 7, 4, 1]);
  await context.close();
  assert.deepEqual(record, CLEAN);
});

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${width} pixels, ${colorScheme}`, () =>
      withList(
        async (page) => {
          await page.getByTestId(`published-${NT.split("/")[1]}`).check();
          await page.getByTestId("hub-load").click();
          await page.getByTestId("licence-terms").waitFor();
          await page.screenshot({ path: join(OUT, `models-${width}-${colorScheme}.png`), fullPage: true });
          const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
          assert.ok(overhang <= 0, `${overhang} pixels wider than the window`);
        },
        { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" },
      ));
  }
}
