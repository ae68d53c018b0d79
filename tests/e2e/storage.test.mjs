/**
 * Models saved in the browser: a second visit gives the same rows, bit for bit; a damaged file is refused; a full disk
 * and a second tab do no harm; downloads lie on the disk, not in memory.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { embed, loadFromHub, openPage, pasteSequences } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const PLAIN = '<!doctype html><link rel="icon" href="data:,"><title>a page of somebody else</title>';
const TEXT = ">ubiquitin\nMQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG\n>short\nMKTAYIAK\n";
const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };
const HUB = "crossgrain/esm2-demo";

let server, browser;
before(async () => {
  server = await serve({ hub: { [HUB]: join(root, "models", "esm2-demo") }, extra: { "plain.html": PLAIN } });
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

/** Runs `work` in a plain page, which takes `visit(choice)`: load, embed, perhaps save; rows as bytes. */
async function withVisitor(work) {
  const { context, page, record } = await open(browser, server.origin);
  const plain = `${server.origin}/extra/plain.html`;
  await page.goto(plain);
  const visit = (choice, save = null) =>
    page.evaluate(
      async ([choice, save]) => {
        const { Crossgrain } = await import("/crossgrain.js");
        const cg = await Crossgrain.create({ device: "cpu" });
        try {
          const start = performance.now();
          const model = await cg.loadModel(choice);
          const seconds = (performance.now() - start) / 1000;
          const sequence = "MQIFVKTLTGKTITLEVEPSDTIENVKAKIQDKEGIPPDQQRLIFAGKQLEDGRTLSDYNIQKESTLHLVLRLRGG";
          const out = await model.embed([{ id: "a", sequence }], { layers: "all", pool: "none" });
          const rows = Object.values(out.layers).map((layer) => Array.from(new Uint32Array(layer.buffer)));
          const saved = save === null ? null : await model.save(save);
          return { seconds, rows, report: model.report, saved };
        } catch (error) {
          return { code: error.code, message: error.message };
        } finally {
          cg.close();
        }
      },
      [choice, save],
    );
  try {
    await work({ page, visit, plain, record, context });
  } finally {
    await context.close();
  }
}

const list = (page) => page.evaluate(async () => (await import("/crossgrain.js")).Crossgrain.stored.list());

for (const weights of ["int8", "int4", "f16"]) {
  test(`a model saved as ${weights} gives the same rows on the next visit`, (t) =>
    withVisitor(async ({ page, visit, plain, record }) => {
      const first = await visit({ builtin: "esm2-demo", weights }, {});
      assert.equal(first.code, undefined, first.message);
      assert.equal(first.saved.precision, weights);
      await page.goto(plain);
      assert.deepEqual(await list(page), [first.saved]);
      const second = await visit({ stored: first.saved.id });
      assert.equal(second.code, undefined, second.message);
      t.diagnostic(`loaded from the site in ${first.seconds.toFixed(2)} s, from storage in ${second.seconds.toFixed(2)} s`);
      assert.deepEqual(second.rows, first.rows);
      const { weightsBytes, source, quantized, ...same } = second.report;
      assert.ok(quantized && weightsBytes === first.saved.bytes && source === "saved in this browser");
      assert.deepEqual({ ...first.report, ...same }, first.report, "name, family, precision, digest, shape");
      assert.equal((await visit({ stored: first.saved.id, weights: "f32" })).code, "model.precision");
      assert.deepEqual(record, CLEAN);
    }));
}

test("a changed byte anywhere is refused; a deleted model is gone", () =>
  withVisitor(async ({ page, visit }) => {
    const { saved } = await visit({ builtin: "esm2-demo", weights: "int8" }, {});
    for (const share of [0.001, 0.3, 0.7, 0.999]) {
      const flip = () =>
        page.evaluate(
          async ([id, share]) => {
            const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("models");
            const handle = await folder.getFileHandle(`${id}.safetensors`);
            const file = await handle.getFile();
            const at = Math.floor(file.size * share);
            const byte = new Uint8Array(await file.slice(at, at + 1).arrayBuffer());
            byte[0] ^= 1;
            const writable = await handle.createWritable({ keepExistingData: true });
            await writable.write({ type: "write", position: at, data: byte });
            await writable.close();
          },
          [saved.id, share],
        );
      await flip();
      const { code } = await visit({ stored: saved.id });
      assert.match(code ?? "accepted", /^weights\./, `byte at ${share}`);
      if (share > 0.1) assert.equal(code, "weights.damaged", `byte at ${share}`);
      await flip();
    }
    assert.equal((await visit({ stored: saved.id })).code, undefined, "as it was");
    await page.evaluate(async (id) => (await import("/crossgrain.js")).Crossgrain.stored.delete(id), saved.id);
    assert.deepEqual(await list(page), []);
    assert.equal((await visit({ stored: saved.id })).code, "storage.not_found");
    assert.equal((await visit({ stored: "../escape" })).code, "storage.not_found");
  }));

test("a full disk ends in storage.full, leaves nothing behind, and the model stays in use", () =>
  withVisitor(async ({ page, visit, context }) => {
    const devtools = await context.newCDPSession(page);
    const quota = (quotaSize) =>
      devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, ...(quotaSize ? { quotaSize } : {}) });
    for (const size of [1_000, 300_000]) {
      await quota(size);
      const full = await visit({ builtin: "esm2-demo", weights: "int8" }, {});
      assert.equal(full.code, "storage.full", `${size} bytes: ${full.message}`);
      assert.deepEqual(await list(page), []);
      assert.equal((await visit({ builtin: "esm2-demo", weights: "int8" })).code, undefined);
    }
    await quota();
    assert.equal((await visit({ builtin: "esm2-demo", weights: "int8" }, {})).code, undefined);
    assert.equal((await list(page)).length, 1);
  }));

test("two tabs that save the same model at once make one file", async () => {
  const { context, page } = await open(browser, server.origin);
  try {
    const other = await context.newPage();
    const save = async (tab) => {
      await tab.goto(`${server.origin}/extra/plain.html`);
      return tab.evaluate(async () => {
        const { Crossgrain } = await import("/crossgrain.js");
        const cg = await Crossgrain.create({ device: "cpu" });
        const model = await cg.loadModel({ builtin: "esm2-demo", weights: "int8" });
        const saved = await model.save();
        cg.close();
        return saved;
      });
    };
    const [one, two] = await Promise.all([save(page), save(other)]);
    assert.deepEqual(one, two);
    assert.equal((await list(page)).length, 1);
  } finally {
    await context.close();
  }
});

test("in the page: save, come back, load without a network, delete", async () => {
  const { page, record, context } = await openPage(browser, server);
  try {
    await page.getByTestId("save-weights").selectOption("int8");
    await page.getByTestId("save-model").click();
    await page.getByTestId("stored-model").waitFor();
    await page.reload();
    await page.getByTestId("model-facts").waitFor({ timeout: 120_000 });
    await page.waitForLoadState("networkidle");
    await context.setOffline(true);
    await page.getByTestId("stored-load").click();
    await page.getByTestId("model-facts").getByText("int8").waitFor();
    assert.equal(await page.getByTestId("model-name").innerText(), "esm2-demo");
    assert.equal(await page.getByTestId("save-model").count(), 0, "a saved model is not saved again");
    await pasteSequences(page, TEXT);
    assert.match(await embed(page), /^2 sequences, 2 vectors of 128 numbers/);
    const pictures = process.env.CROSSGRAIN_PICTURES;
    if (pictures) {
      mkdirSync(pictures, { recursive: true });
      for (const width of [1280, 390]) {
        await page.setViewportSize({ width, height: 900 });
        await page.locator("cg-model").screenshot({ path: join(pictures, `stored-${width}.png`) });
      }
      await page.setViewportSize({ width: 1280, height: 900 });
    }
    await page.getByTestId("stored-delete").click();
    await page.getByTestId("stored-model").waitFor({ state: "detached" });
    assert.deepEqual(record, CLEAN);
  } finally {
    await context.close();
  }
});

test("the weights of a download lie on the disk", async () => {
  const { page, context } = await openPage(browser, server);
  try {
    assert.equal(await loadFromHub(page, HUB), null);
    const files = await page.evaluate(async () => {
      const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle("incoming");
      const found = [];
      for await (const download of folder.values())
        for await (const file of download.values()) found.push([file.name, (await file.getFile()).size]);
      return found;
    });
    assert.equal(files.length, 1);
    assert.equal(files[0][0], "model.safetensors");
    assert.ok(files[0][1] > 1_000_000);
  } finally {
    await context.close();
  }
});
