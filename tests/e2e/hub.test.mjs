/**
 * Models by hub id, from a server that behaves like the hub: from the site's own address and, as in life, from another
 * one. Each kind of failure has its own code, and after each the page loads and embeds as if nothing had happened.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { embed, loadFromHub, openPage, pasteSequences } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const MODEL = "crossgrain/esm2-demo";
const hub = { [MODEL]: join(root, "models", "esm2-demo") };
const WEIGHTS = `${MODEL}/model.safetensors`;
const TEXT = ">ubiquitin\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG\n>short\nMKTAYIAK\n>third\nGGGG\n";

let far, near, browser;

before(async () => {
  far = await serve({ hub });
  near = await serve({ hub });
  browser = await launch({ webgpu: false });
});

after(async () => {
  await browser?.close();
  await Promise.all([far?.close(), near?.close()]);
});

/** Runs `work` on a fresh page whose hub is `server`'s. */
async function withPage(site, work) {
  const { page, record, context } = await openPage(browser, site);
  try {
    await work(page, record);
  } finally {
    await context.close();
  }
}

async function checkUsable(page) {
  assert.equal(await loadFromHub(page, MODEL), null);
  assert.equal(await page.getByTestId("model-name").innerText(), MODEL);
  await pasteSequences(page, TEXT);
  assert.match(await embed(page), /^3 sequences, 3 vectors of 128 numbers/);
}

test("a model by its id, through a redirect", () =>
  withPage(near, async (page, record) => {
    near.asked.length = 0;
    await checkUsable(page);
    const files = near.asked.filter((path) => path.startsWith("/hub/")).map((path) => path.split("/").at(-1));
    assert.deepEqual(files.sort(), ["config.json", "model.safetensors", "vocab.txt"]);
    assert.equal(near.asked.filter((path) => path.startsWith("/hub-cdn/")).length, 3);
    assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
  }));

test("a model from a hub at another address, which is asked for nothing else", async () => {
  const site = await serve({ hubAddress: `${far.origin}/hub` });
  try {
    await withPage(site, async (page, record) => {
      await checkUsable(page);
      const { otherOrigins, ...rest } = record;
      assert.ok(otherOrigins.length > 0 && otherOrigins.every((url) => url.startsWith(`${far.origin}/hub`)), String(otherOrigins));
      assert.deepEqual(rest, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [] });
    });
  } finally {
    await site.close();
  }
});

const FAULTS = [
  ["a model that does not exist", () => {}, "nobody/nothing", "hub.not_found"],
  ["a model without weights", () => near.faults.set(WEIGHTS, "404"), MODEL, "hub.no_weights"],
  ["a file that is cut", () => near.faults.set(WEIGHTS, "cut"), MODEL, "hub.truncated"],
  ["a web page instead of weights", () => near.faults.set(WEIGHTS, "html"), MODEL, "hub.html_instead_of_weights"],
  ["a web page called weights", () => near.faults.set(WEIGHTS, "html-disguised"), MODEL, "hub.html_instead_of_weights"],
  ["a web page instead of the configuration", () => near.faults.set(`${MODEL}/config.json`, "html"), MODEL, "hub.html_instead_of_weights"],
  ["an id that is none", () => {}, "../../etc/passwd", "hub.bad_id"],
];

for (const [name, prepare, id, code] of FAULTS) {
  test(`${name} ends in ${code}, and the page stays usable`, () =>
    withPage(near, async (page, record) => {
      prepare();
      assert.equal(await loadFromHub(page, id), code);
      near.faults.clear();
      await checkUsable(page);
      assert.equal(await page.getByTestId("error-code").count(), 0, "the error must be gone");
      assert.deepEqual(record.pageErrors, []);
      assert.deepEqual(record.otherOrigins, []);
    }));
}
