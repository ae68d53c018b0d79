/** The tools of these tests themselves: a record that saw nothing is worth only as much as what it can see. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { launch, open } from "./browser.mjs";
import { root, serve } from "./serve.mjs";

const WORKER = (url) => `fetch(${JSON.stringify(url)}).then(() => postMessage("sent"), () => postMessage("refused"));`;
let server, other;

before(async () => {
  other = await serve({ extra: { "sink.txt": "received" } });
  server = await serve({
    hub: { "crossgrain/esm2-demo": join(root, "models", "esm2-demo") },
    extra: { "page.html": "<!doctype html><link rel=icon href='data:,'><title>harness</title>", "worker.js": WORKER(`${other.origin}/extra/sink.txt`) },
  });
});

after(() => Promise.all([server.close(), other.close()]));

const MODEL = "/hub/crossgrain/esm2-demo/resolve/main";

test("the hub look-alike redirects, announces lengths and honours ranges", async () => {
  const first = await fetch(`${server.origin}${MODEL}/config.json`, { redirect: "manual" });
  assert.equal(first.status, 302);
  assert.match(first.headers.get("location"), /^\/hub-cdn\/[0-9a-f]{64}$/);
  const whole = await fetch(`${server.origin}${MODEL}/vocab.txt`);
  const text = await whole.text();
  assert.equal(Number(whole.headers.get("content-length")), text.length);
  const part = await fetch(`${server.origin}${MODEL}/vocab.txt`, { headers: { Range: "bytes=2-5" } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get("content-range"), `bytes 2-5/${text.length}`);
  assert.equal(await part.text(), text.slice(2, 6));
  const beyond = await fetch(`${server.origin}${MODEL}/vocab.txt`, { headers: { Range: "bytes=900-" } });
  assert.equal(beyond.status, 416);
});

test("the hub look-alike fails as told, and only where told", async () => {
  const file = "crossgrain/esm2-demo/config.json";
  const ask = () => fetch(`${server.origin}${MODEL}/config.json`);
  server.faults.set(file, "404");
  assert.equal((await ask()).status, 404);
  server.faults.set(file, "html");
  assert.match((await ask()).headers.get("content-type"), /^text\/html/);
  server.faults.set(file, "html-disguised");
  const disguised = await ask();
  assert.equal(disguised.headers.get("content-type"), "application/octet-stream");
  assert.match(await disguised.text(), /^<!DOCTYPE html>/);
  server.faults.set(file, "cut");
  await assert.rejects((await ask()).arrayBuffer());
  assert.equal((await fetch(`${server.origin}${MODEL}/vocab.txt`)).status, 200);
  server.faults.delete(file);
  assert.equal((await (await ask()).json()).model_type, "esm");
  assert.equal((await fetch(`${server.origin}/hub/no/body/resolve/main/config.json`)).status, 404);
});

for (const webgpu of [false, true]) {
  test(`the record sees what a page and its worker do wrong (browser ${webgpu ? "with" : "without"} WebGPU)`, async () => {
    const browser = await launch({ webgpu });
    try {
      const { page, record } = await open(browser, server.origin);
      await page.goto(`${server.origin}/extra/page.html`);
      const adapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);
      assert.equal(adapter, webgpu);
      assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
      const sent = await page.evaluate(async (sink) => {
        await fetch(sink);
        const worker = new Worker("/extra/worker.js");
        const answer = await new Promise((done) => (worker.onmessage = ({ data }) => done(data)));
        await fetch("/missing");
        console.error("seen");
        setTimeout(() => { throw new Error("thrown"); });
        await new Promise((done) => setTimeout(done, 100));
        return answer;
      }, `${other.origin}/extra/sink.txt`);
      assert.equal(sent, "sent");
      assert.deepEqual(record.otherOrigins, [`${other.origin}/extra/sink.txt`, `${other.origin}/extra/sink.txt`]);
      assert.deepEqual(record.badAnswers, [`404 ${server.origin}/missing`]);
      assert.equal(record.consoleErrors.length, 2);
      assert.equal(record.pageErrors.length, 1);
    } finally {
      await browser.close();
    }
  });
}

test("axe sees what is wrong, also inside components", async () => {
  const browser = await launch({ webgpu: false });
  try {
    const { page } = await open(browser, server.origin);
    await page.goto(`${server.origin}/extra/page.html`);
    await page.evaluate(() => {
      document.documentElement.lang = "en";
      const host = document.body.appendChild(document.createElement("div"));
      host.attachShadow({ mode: "open" }).append(document.createElement("select"));
    });
    const found = await violations(page);
    assert.equal(found.length, 1, String(found));
    assert.match(found[0], /^select-name \(critical\)/);
  } finally {
    await browser.close();
  }
});
