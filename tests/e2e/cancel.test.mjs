/** Cancel: the run has ended within 200 ms of the click, and the page goes on from there. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { chooseDevice, chooseSequences, embed, openPage, pasteSequences } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const PROTEINS = join(root, "tests", "e2e", "data", "sample_280_protein.fasta");
/** P14: acknowledged at once, and the device idle soon after. */
const ACKNOWLEDGED_MS = 200;
const IDLE_MS = 2500;

let server;
before(async () => (server = await serve()));
after(() => server?.close());

for (const device of ["cpu", "webgpu"]) {
  test(`cancel on ${device}`, async (context) => {
    const browser = await launch({ webgpu: device === "webgpu" });
    try {
      const { page, record } = await openPage(browser, server);
      await chooseDevice(page, device);
      const times = [];
      // At the start, and in the middle of the work.
      for (const said of [/Embedding [0-9]/, /Embedding [1-9][0-9]/]) {
        await chooseSequences(page, PROTEINS);
        await page.getByTestId("embed").click();
        await page.getByTestId("cancel").waitFor();
        await page.locator("cg-status cg-progress").filter({ hasText: said }).waitFor();
        times.push(await cancelled(page));
      }
      const seen = times.map(({ acknowledged, ended }) => `${Math.round(acknowledged)}/${Math.round(ended)}`).join(", ");
      context.diagnostic(`acknowledged/ended after ms: ${seen}`);
      assert.ok(times.every(({ acknowledged }) => acknowledged <= ACKNOWLEDGED_MS), seen);
      // On two cores the software GPU finishes what it was given; a step on the CPU is short.
      assert.ok(times.every(({ ended }) => ended <= (device === "cpu" ? ACKNOWLEDGED_MS : IDLE_MS)), seen);
      await pasteSequences(page, ">a\nMKTAYIAKQR\n>b\nGGGGG\n>c\nWWWWW\n");
      assert.match(await embed(page), /^3 sequences, 3 vectors/);
      assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
    } finally {
      await browser.close();
    }
  });
}

/**
 * Clicks cancel and measures inside the page, frame by frame: when the button had gone, and when the page said that
 * the run was over.
 */
function cancelled(page) {
  return page.getByTestId("cancel").evaluate((button) => {
    const panel = document.querySelector("cg-app").shadowRoot.querySelector("cg-run").shadowRoot;
    const start = performance.now();
    let acknowledged = null;
    button.click();
    return new Promise((done) => {
      const look = () => {
        const now = performance.now() - start;
        if (acknowledged === null && !button.isConnected) acknowledged = now;
        if (panel.querySelector("[data-testid=cancelled]") !== null) return done({ acknowledged: acknowledged ?? now, ended: now });
        setTimeout(look, 2);
      };
      look();
    });
  });
}
