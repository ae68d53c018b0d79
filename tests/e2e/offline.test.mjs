/** Once the page is open the network may go away: the demonstration model, the example and the map still work. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { launch } from "./browser.mjs";
import { embed, mapColours, openPage } from "./page.mjs";
import { serve } from "./serve.mjs";

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
    assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
  } finally {
    await browser.close();
    await server.close();
  }
});
