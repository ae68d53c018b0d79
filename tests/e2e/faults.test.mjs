/**
 * Faults around the engine: models that are not what their names say, downloads that break. Nothing hangs, the model in use
 * stays, and the rows are those of an undisturbed run. Workers and devices that are lost: `survive.test.mjs`.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { embed, loadFromHub, pasteSequences, until } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const MODEL = "crossgrain/esm2-demo";
const LARGE = "facebook/esm2_t33_650M_UR50D";
const SMALL = "facebook/esm2_t6_8M_UR50D";
const demo = join(root, "models", "esm2-demo");
const TEXT = ">a\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG\n>b\nMKTAYIAK\n>c\nGGGG\n";

let server, browser;
before(async () => {
  server = await serve({ hub: { [MODEL]: demo, [LARGE]: demo, [SMALL]: demo } });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** A page with the demonstration model. */
async function withPage(work) {
  const { page, record, context } = await open(browser, server.origin);
  try {
    await page.goto(`${server.origin}/`);
    await page.getByTestId("model-facts").waitFor({ timeout: 120_000 });
    await work(page, record);
  } finally {
    await context.close();
  }
}

test("a worker that computes for long is not taken for dead", () =>
  withPage(async (page) => {
    await pasteSequences(page, `>long\n${"MQIFVKTLTGKTITLEVEPS".repeat(1000)}\n>other\n${"ACDEFGHIKLMNPQRSTVWY".repeat(600)}\n`);
    assert.match(await embed(page), /^2 sequences/);
  }));

test("a model under a published name that is another: refused, and the model in use stays with its results", () =>
  withPage(async (page, record) => {
    await pasteSequences(page, TEXT);
    const summary = await embed(page);
    await page.getByTestId("map-quality").waitFor();
    await page.getByTestId("model-choice-hub").check({ force: true });
    for (const id of [LARGE, SMALL]) {
      await page.getByTestId("hub-id").fill(id);
      await page.getByTestId("hub-load").click();
      const error = page.locator("cg-model").getByTestId("error").first();
      await error.waitFor({ timeout: 60_000 });
      assert.match(await error.innerText(), /not the published files of facebook/);
      assert.equal(await page.getByTestId("error-code").first().innerText(), "model.not_published");
      assert.equal(await page.getByTestId("model-name").innerText(), "esm2-demo");
      assert.equal(await page.getByTestId("result-summary").innerText(), summary);
    }
    const asked = server.asked.filter((path) => path.includes("esm2_t33_650M_UR50D"));
    assert.ok(asked.length > 0 && asked.every((path) => path.includes("/resolve/08e4846e537177426273712802403f7ba8261b6c/")), String(asked));
    await page.getByTestId("embed").click();
    await page.getByTestId("result-summary").filter({ hasText: "3 sequences" }).waitFor();
    assert.deepEqual(record.pageErrors, []);
  }));

test("files from disk under a published name get a name that says so", () =>
  withPage(async (page) => {
    const files = {
      "config.json": await (await fetch(`${server.origin}/models/esm2-demo/config.json`)).arrayBuffer(),
      "model.safetensors": await (await fetch(`${server.origin}/models/esm2-demo/model.safetensors`)).arrayBuffer(),
      "vocab.txt": await (await fetch(`${server.origin}/models/esm2-demo/vocab.txt`)).arrayBuffer(),
    };
    const given = Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes).toString("base64")]);
    const found = await page.evaluate(async (given) => {
      const { Crossgrain } = await import("/crossgrain.js");
      const cg = await Crossgrain.create({ device: "cpu" });
      const files = Object.fromEntries(given.map(([name, text]) => [name, Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer]));
      const model = await cg.loadModel({ files, name: "facebook/esm2_t33_650M_UR50D" });
      const plain = await cg.loadModel({ files, name: "mine" });
      cg.close();
      return [model.report.name, model.identity.state, plain.report.name, plain.identity];
    }, given);
    assert.deepEqual(found, [`${LARGE} (not the published file)`, "other", "mine", null]);
  }));

test("a download that breaks goes on where it stopped, and a busy hub is asked again", () =>
  withPage(async (page) => {
    server.faults.set(`${MODEL}/model.safetensors`, "cut-once").set(`${MODEL}/vocab.txt`, "busy-once");
    server.asked.length = 0;
    try {
      assert.equal(await loadFromHub(page, MODEL), null);
    } finally {
      server.faults.clear();
    }
    const ranges = server.asked.filter((path) => path.includes("bytes="));
    assert.equal(ranges.length, 1, String(server.asked));
    assert.match(ranges[0], /bytes=[1-9]\d{4,}-$/);
    assert.equal(await page.getByTestId("model-name").innerText(), MODEL);
    await pasteSequences(page, TEXT);
    const summary = await embed(page);
    assert.match(summary, /^3 sequences/);
  }));

test("downloads that no model needs leave nothing on the disk", () =>
  withPage(async (page) => {
    const folders = () =>
      page.evaluate(async () => {
        const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("incoming");
        const names = [];
        for await (const name of folder.keys()) names.push(name);
        return names;
      });
    for (let round = 0; round < 3; round += 1) assert.equal(await loadFromHub(page, MODEL), null);
    await until(page, async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("incoming");
      let count = 0;
      for await (const name of folder.keys()) count += name ? 1 : 0;
      return count === 1;
    });
    server.faults.set(`${MODEL}/model.safetensors`, "html");
    assert.equal(await loadFromHub(page, MODEL), "hub.html_instead_of_weights");
    server.faults.clear();
    assert.equal((await folders()).length, 1);
    await page.getByTestId("model-choice-builtin").check({ force: true });
    await until(page, async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("incoming");
      for await (const name of folder.keys()) if (name) return false;
      return true;
    });
  }));
