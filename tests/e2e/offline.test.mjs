/**
 * Without a network: once the page is open; after one visit, from a reload on; and after an update, which is taken whole or
 * not at all.
 */
import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { writePrecache } from "../../www/build/precache.mjs";
import { launch, open } from "./browser.mjs";
import { embed, mapColours, openPage } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };

test("the example set is embedded and drawn without a network", async () => {
  const server = await serve();
  const browser = await launch({ webgpu: false });
  try {
    const { page, context, record } = await openPage(browser, server);
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.getByTestId("example-load").click();
    await page.getByTestId("sequence-summary").waitFor();
    assert.match(await embed(page), /^120 sequences/);
    assert.ok((await mapColours(page)).colours > 50);
    assert.deepEqual(record, CLEAN);
  } finally {
    await browser.close();
    await server.close();
  }
});

/** A copy of the built site in a folder of its own, served below `/mount/`, in a browser that may keep service workers. */
async function withSite(work) {
  const folder = await mkdtemp(join(tmpdir(), "crossgrain-offline-"));
  await cp(join(root, "www", "dist"), folder, { recursive: true });
  const server = await serve({ mount: folder });
  const browser = await launch({ webgpu: false });
  try {
    const { page, context, record } = await open(browser, server.origin, { serviceWorkers: "allow" });
    await page.goto(`${server.origin}/mount/`);
    await page.getByTestId("offline-ready").waitFor({ timeout: 60_000 });
    await work({ folder, server, page, context, record });
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

/** Opens the page again and waits for the model. */
async function again(page) {
  await page.reload();
  await page.getByTestId("model-facts").waitFor({ timeout: 60_000 });
}

/** The names of the versions that are kept, and the files of each. */
const kept = (page) =>
  page.evaluate(async () => {
    const versions = {};
    for (const name of await caches.keys()) versions[name.split(" ").at(-1)] = (await (await caches.open(name)).keys()).length;
    return versions;
  });

/** Puts a new version of the site into the folder: the title is another, and so is the name of its script. */
async function update(folder, title, change = async () => undefined) {
  const assets = await readdir(join(folder, "assets"));
  const script = assets.find((name) => /^index-.*\.js$/.test(name));
  const renamed = `index-${title.replace(/\W/g, "")}.js`;
  await cp(join(folder, "assets", script), join(folder, "assets", renamed));
  await rm(join(folder, "assets", script));
  const index = await readFile(join(folder, "index.html"), "utf8");
  await writeFile(join(folder, "index.html"), index.replaceAll(script, renamed).replace(/<title>.*<\/title>/, `<title>${title}</title>`));
  const worker = join(folder, "sw.js");
  await writeFile(worker, (await readFile(worker, "utf8")).replace(/^self\.CROSSGRAIN_SITE=.*\n/, ""));
  writePrecache(folder);
  await change();
}

test("after one visit: a reload without a network, and every demonstration model with its example", (context) =>
  withSite(async ({ page, context: tab, server, record }) => {
    const [[version, files]] = Object.entries(await kept(page));
    await tab.setOffline(true);
    // Nothing answers any more, whatever the browser believes about its network.
    await server.close();
    await again(page);
    const models = await page.getByTestId("demonstration").locator("option").evaluateAll((options) => options.map(({ value }) => value));
    assert.ok(models.length >= 3, String(models));
    for (const id of models) {
      await page.getByTestId("demonstration").selectOption(id);
      await page.getByTestId("model-name").filter({ hasText: id }).waitFor({ timeout: 60_000 });
      await page.getByTestId("example-load").click();
      await page.getByTestId("status-idle").filter({ hasText: "Ready" }).waitFor({ timeout: 60_000 });
      assert.match(await embed(page), /^\d+ sequences/, id);
      await page.getByTestId("map-quality").waitFor();
    }
    await page.getByTestId("offline-ready").waitFor();
    context.diagnostic(`version ${version}: ${files} files`);
    assert.deepEqual(record.pageErrors, []);
  }));

test("an update is announced, and taken whole when the page is loaded again; the version before is deleted", () =>
  withSite(async ({ folder, page, context: tab, record }) => {
    const [first] = Object.keys(await kept(page));
    await update(folder, "Crossgrain, second version");
    await again(page);
    await page.getByTestId("offline-update").filter({ hasText: "A new version of this page is ready" }).waitFor({ timeout: 60_000 });
    assert.doesNotMatch(await page.title(), /second/);
    assert.equal(Object.keys(await kept(page)).length, 2);
    // Another tab has the page open: the version waits.
    const other = await tab.newPage();
    await other.goto(page.url());
    await other.getByTestId("offline-update").waitFor({ timeout: 60_000 });
    assert.doesNotMatch(await other.title(), /second/);
    await other.close();
    await page.getByTestId("offline-reload").click();
    await page.waitForFunction(() => /second version/.test(document.title), null, { timeout: 60_000 });
    await page.getByTestId("offline-ready").waitFor({ timeout: 60_000 });
    const versions = Object.keys(await kept(page));
    assert.equal(versions.length, 1);
    assert.notEqual(versions[0], first);
    await tab.setOffline(true);
    await again(page);
    assert.match(await page.title(), /second version/);
    assert.deepEqual(record.pageErrors, []);
  }));

/** The script of the new version; what has not changed is taken from the version before, not fetched. */
const NEW = join("assets", "index-Crossgrainbrokenversion.js");
for (const [what, spoil] of [
  ["lacks a file", (folder) => rm(join(folder, NEW))],
  ["has a file of another version", (folder) => writeFile(join(folder, NEW), "nothing")],
  ["has the page of another version", async (folder) => writeFile(join(folder, "index.html"), "<!doctype html><title>another</title>")],
]) {
  test(`an update that ${what} is not taken: the version before works on`, () =>
    withSite(async ({ folder, server, page, context: tab, record }) => {
      const before = await kept(page);
      await update(folder, "Crossgrain, broken version", () => spoil(folder));
      // The browser looks for a new version of the worker whenever the page is loaded; here the test waits for what comes of it.
      const state = await page.evaluate(async () => {
        const registration = await navigator.serviceWorker.getRegistration();
        await registration.update();
        const worker = registration.installing;
        await new Promise((done) => worker.addEventListener("statechange", done, { once: true }));
        return worker.state;
      });
      assert.equal(state, "redundant");
      assert.deepEqual(await kept(page), before);
      await tab.setOffline(true);
      await server.close();
      await again(page);
      assert.doesNotMatch(await page.title(), /broken|another/);
      await page.getByTestId("demonstration").selectOption("nt-3mer-demo");
      await page.getByTestId("model-name").filter({ hasText: "nt-3mer-demo" }).waitFor({ timeout: 60_000 });
      assert.deepEqual(record.pageErrors, []);
    }));
}

test("the page can be installed: its manifest and its icons are what they say", async () => {
  const folder = join(root, "www", "dist");
  const manifest = JSON.parse(await readFile(join(folder, "manifest.webmanifest"), "utf8"));
  assert.deepEqual([manifest.start_url, manifest.scope, manifest.display], ["./", "./", "standalone"]);
  for (const { src, sizes, type } of manifest.icons) {
    const bytes = await readFile(join(folder, src));
    if (type !== "image/png") continue;
    assert.equal(`${bytes.readUInt32BE(16)}x${bytes.readUInt32BE(20)}`, sizes, src);
  }
  assert.match(await readFile(join(folder, "index.html"), "utf8"), /<link rel="manifest" href="\.\/manifest\.webmanifest"/);
});
