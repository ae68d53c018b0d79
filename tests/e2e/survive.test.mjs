/**
 * A run that survives: workers that die, a GPU that is lost once and twice, a cancel, a reload in the middle. No finished
 * vector is lost, and all of them have the bits of an undisturbed run.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { launch, open } from "./browser.mjs";
import { chooseDevice, chooseSequences, embed, PATIENCE, pasteSequences, save } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const PROTEINS = join(root, "tests", "e2e", "data", "sample_280_protein.fasta");
const OUT = join(root, "tests", "e2e", "out");

let server;
before(async () => {
  await mkdir(OUT, { recursive: true });
  server = await serve();
});
after(() => server?.close());

/**
 * A page that keeps the workers it starts, as `window.workers`. In each of them a prelude counts what is submitted to a
 * GPU, and destroys the device when it is told to.
 */
async function withPage(work, { webgpu = false, prepare } = {}) {
  const browser = await launch({ webgpu });
  const { page, record, context } = await open(browser, server.origin, { reducedMotion: "reduce" });
  await context.addInitScript(() => {
    const prelude = `{
      let device = null, left = Infinity;
      new BroadcastChannel("faults").onmessage = ({ data }) => (left = data.after);
      const { GPUAdapter, GPUQueue } = self;
      if (GPUAdapter) {
        const request = GPUAdapter.prototype.requestDevice;
        GPUAdapter.prototype.requestDevice = async function (...given) { return (device = await request.apply(this, given)); };
        const submit = GPUQueue.prototype.submit;
        GPUQueue.prototype.submit = function (...given) {
          if ((left -= 1) === 0) device.destroy();
          return submit.apply(this, given);
        };
      }
    }\n`;
    const { createObjectURL } = URL;
    URL.createObjectURL = (blob) => createObjectURL(blob.type === "text/javascript" ? new Blob([prelude, blob], { type: blob.type }) : blob);
    const { Worker } = globalThis;
    globalThis.workers = [];
    globalThis.Worker = class extends Worker {
      constructor(...given) {
        super(...given);
        globalThis.workers.push(this);
      }
      postMessage(message, ...more) {
        // A call of the engine, in the form of comlink.
        if (/^embed/.test(message?.path?.[0] ?? "")) this.embeds = true;
        super.postMessage(message, ...more);
      }
      terminate() {
        this.ended = true;
        super.terminate();
      }
    };
  });
  try {
    if (prepare !== undefined) await context.addInitScript(prepare);
    await page.goto(`${server.origin}/`);
    await page.getByTestId("model-facts").waitFor({ timeout: 120_000 });
    await work(page, record);
  } finally {
    await browser.close();
  }
}

/** Different proteins as a file: the software GPU computes some hundred residues a second. */
async function some(count, length) {
  const letters = "ACDEFGHIKLMNPQRSTVWY";
  let state = 1;
  const next = () => letters[(state = (state * 48271) % 2147483647) % 20];
  const text = Array.from({ length: count }, (_, at) => `>r${at}\n${Array.from({ length }, next).join("")}\n`).join("");
  return { name: "some.fasta", mimeType: "text/plain", buffer: Buffer.from(text) };
}

const rows = async (page) => (await save(page, "export-npy")).bytes.toString("base64");
const survived = (page) => page.getByTestId("survived").allInnerTexts();
const embedding = (page, moment) => page.locator("cg-status cg-progress").filter({ hasText: moment }).waitFor({ timeout: PATIENCE });

/** Waits for the results of a run that was begun, which take the place of those on show, or for an error. */
async function results(page, before) {
  const done = page.locator(`[data-testid=result-summary]:not([data-run="${before}"])`);
  const failed = page.locator("cg-run").getByTestId("error");
  await done.or(failed).first().waitFor({ timeout: PATIENCE });
  if ((await failed.count()) > 0) throw new Error(await failed.innerText());
  return done.innerText();
}
const shown = (page) => page.getByTestId("result-summary").getAttribute("data-run");

for (const workers of [1, 2]) {
  test(`${workers === 1 ? "one worker" : "two workers"}, killed at four moments without an event: the run goes on by itself, with the same bits`, (context) =>
    withPage(async (page, record) => {
      if (workers > 1) await page.getByTestId("workers").selectOption(String(workers));
      await chooseSequences(page, await some(200, 150));
      await embed(page);
      const undisturbed = await rows(page);
      for (const moments of [[/Embedding [0-9]/, /Embedding [2-9][0-9]/], [/Embedding [1-9][0-9]/, /Embedding [5-9][0-9]/]]) {
        const before = await shown(page);
        await page.getByTestId("embed").click();
        for (const [at, moment] of moments.entries()) {
          await embedding(page, moment);
          await page.evaluate((at) => globalThis.workers.filter(({ embeds, ended }) => embeds && !ended).at(-at).terminate(), at);
          await page.getByTestId("survived").nth(at).waitFor({ timeout: 10_000 });
        }
        await results(page, before);
        const said = await survived(page);
        assert.equal(said.length, 2);
        for (const sentence of said) assert.match(sentence, /^The browser ended a worker of the engine after [\d\u202f]+ of 200 sequences: it was started again, and the run went on( in smaller steps)?\. No finished vector was lost\.$/);
        assert.equal(await rows(page), undisturbed);
        assert.match(await page.getByTestId("methods").innerText(), /"interruptions": \[/);
        context.diagnostic(said.join(" "));
      }
      assert.deepEqual(record.pageErrors, []);
    }));
}

test("a GPU that is lost once is opened again, with the same bits; lost twice, the CPU goes on and it is said", (context) =>
  withPage(
    async (page, record) => {
      await chooseDevice(page, "webgpu");
      await chooseSequences(page, await some(80, 150));
      await embed(page);
      const undisturbed = await rows(page);
      assert.equal(await page.getByTestId("unfinished").count(), 0);
      const lose = (after) => page.evaluate((after) => new BroadcastChannel("faults").postMessage({ after }), after);

      let before = await shown(page);
      await page.getByTestId("embed").click();
      await embedding(page, /Embedding [2-9][0-9]/);
      await lose(2);
      await results(page, before);
      assert.match((await survived(page)).join(), /^The GPU stopped after [\d\u202f]+ of 80 sequences: it was started again/);
      assert.equal(await rows(page), undisturbed);

      before = await shown(page);
      await page.getByTestId("embed").click();
      await embedding(page, /Embedding [1-9][0-9]/);
      await lose(2);
      await page.getByTestId("survived").first().waitFor({ timeout: PATIENCE });
      // The first of two chunks is two thirds of the run.
      await embedding(page, /Embedding [7-9][0-9]/);
      await lose(2);
      await results(page, before);
      const said = await survived(page);
      assert.equal(said.length, 2);
      assert.match(said[1], /^The GPU stopped after [\d\u202f]+ of 80 sequences: the CPU computed the rest, and its numbers may differ .* by up to 6e-4/);
      const methods = JSON.parse(await page.getByTestId("methods").innerText());
      assert.equal(methods.computedBy.length, 2);
      assert.equal(methods.computedBy.reduce((sum, { sequences }) => sum + sequences, 0), 80);
      assert.match(await page.getByTestId("device-line").innerText(), /CPU/);
      context.diagnostic(`${said.join(" ")} ${JSON.stringify(methods.computedBy)}`);
      assert.deepEqual(record.pageErrors, []);
    },
    { webgpu: true },
  ));

test("a cancelled run is gone on with, or used as it is", (context) =>
  withPage(async (page, record) => {
    await chooseSequences(page, PROTEINS);
    await embed(page);
    const undisturbed = await rows(page);
    const before = await shown(page);
    await page.getByTestId("embed").click();
    await embedding(page, /Embedding [2-9][0-9]/);
    await page.getByTestId("cancel").click();
    await page.getByTestId("cancelled").waitFor();
    const line = page.getByTestId("unfinished").locator("li");
    const [, finished] = (await line.innerText()).match(/sample_280_protein\.fasta with esm2-demo: (\d+) of 280 sequences finished/);
    assert.ok(Number(finished) > 0 && Number(finished) < 280, finished);
    assert.deepEqual((await violations(page)).join("\n"), "");
    await page.locator("cg-run").screenshot({ path: join(OUT, "unfinished.png") });

    await page.getByTestId("use-finished").click();
    assert.match(await results(page, before), new RegExp(`^${finished} sequences`));
    await page.getByTestId("map-quality").waitFor();
    const methods = JSON.parse(await page.getByTestId("methods").innerText());
    assert.deepEqual([methods.sequences.records, methods.notEmbedded], [Number(finished), 280 - Number(finished)]);
    // The rows are those of the whole run: each of them is there, under its name.
    const part = (await save(page, "export-csv")).bytes.toString().trim().split("\n");
    assert.equal(part.length, Number(finished) + 1);

    const used = await shown(page);
    // Other sequences are open: what is missing is said, and nothing is mixed.
    await pasteSequences(page, ">a\nMKTAYIAK\n");
    await page.getByTestId("continue-run").click();
    const code = page.locator("cg-run").getByTestId("error-code");
    await code.filter({ hasText: "run.other_sequences" }).waitFor();
    await page.setViewportSize({ width: 390, height: 800 });
    await page.locator("cg-run").screenshot({ path: join(OUT, "unfinished-390.png") });
    await page.setViewportSize({ width: 1280, height: 900 });
    // The same file once more, as a person would choose it again.
    await chooseSequences(page, PROTEINS);
    await page.getByTestId("sequence-summary").filter({ hasText: "280" }).waitFor();
    await page.getByTestId("continue-run").click();
    // The error of before is not that of this try.
    await code.waitFor({ state: "detached" });
    assert.match(await results(page, used), /^280 sequences/);
    assert.equal(await rows(page), undisturbed);
    const whole = new Set((await save(page, "export-csv")).bytes.toString().split("\n"));
    assert.ok(part.every((row) => whole.has(row)), "a row of the part differs");
    assert.equal(await page.getByTestId("unfinished").count(), 0);
    context.diagnostic(`${finished} of 280 used, then all`);
    assert.deepEqual(record.pageErrors, []);
  }));

/** How many sequences of the unfinished run are on the disk. */
const onDisk = (page) =>
  page.evaluate(async () => {
    const sessions = await (await navigator.storage.getDirectory()).getDirectoryHandle("sessions", { create: true });
    for await (const folder of sessions.values()) {
      const file = await folder.getFileHandle("session.json").then((handle) => handle.getFile(), () => null);
      const found = file === null ? [] : (JSON.parse(await file.text()).unfinished ?? []);
      if (found.length > 0) return found[0].finished;
    }
    return 0;
  });

test("a reload in the middle offers the rest of the run, and gives the same bits", (context) =>
  withPage(async (page, record) => {
    await chooseSequences(page, PROTEINS);
    await embed(page);
    const undisturbed = await rows(page);
    await page.getByRole("button", { name: /^Remove/ }).click();
    await page.getByTestId("embed").click();
    for (let kept = 0; kept === 0; kept = await onDisk(page)) await embedding(page, /Embedding [1-9][0-9]/);
    await page.reload();
    const offer = page.getByTestId("kept-unfinished");
    await offer.waitFor();
    const text = await offer.innerText();
    const [, kept] = text.match(/^Continue the run of sample_280_protein\.fasta: (\d+) of 280 sequences are there\.$/);
    assert.ok(Number(kept) > 0, text);
    assert.deepEqual((await violations(page)).join("\n"), "");
    await page.locator("cg-resume").screenshot({ path: join(OUT, "resume-run.png") });
    await page.locator("[data-testid=device-line].ready").waitFor({ timeout: 60_000 });
    await page.getByTestId("resume-run").click();
    assert.match(await results(page, "none"), /^280 sequences/);
    assert.equal(await rows(page), undisturbed);
    assert.equal(await page.getByTestId("resume-panel").count(), 0);
    assert.equal(await page.getByTestId("unfinished").count(), 0);
    context.diagnostic(text);
    assert.deepEqual(record.pageErrors, []);
  }));

test("a full disk is said, and costs no row", () =>
  withPage(async (page) => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin: server.origin, quotaSize: 2000 });
    await chooseSequences(page, PROTEINS);
    await page.getByTestId("embed").click();
    await page.getByTestId("unfinished-not-kept").filter({ hasText: "there is no room left in this browser to keep this work" }).waitFor({ timeout: 60_000 });
    assert.match(await results(page, "none"), /^280 sequences/);
  }));

test("a browser that keeps nothing says so once there is something to keep, and the run goes on", () =>
  withPage(
    async (page) => {
      await chooseSequences(page, PROTEINS);
      await page.getByTestId("embed").click();
      await page.getByTestId("unfinished-not-kept").filter({ hasText: "Finished vectors are held until the page is closed" }).waitFor({ timeout: 60_000 });
      await page.evaluate(() => globalThis.workers.findLast(({ embeds, ended }) => embeds && !ended).terminate());
      assert.match(await results(page, "none"), /^280 sequences/);
      assert.equal((await survived(page)).length, 1);
    },
    {
      prepare: () => {
        navigator.storage.getDirectory = () => Promise.reject(new DOMException("not in a private window", "SecurityError"));
      },
    },
  ));
