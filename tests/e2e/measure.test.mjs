/** "Measure my device" and the number of CPU workers, as a user meets them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { chooseDevice, embed, openPage, pasteSequences, save } from "./page.mjs";
import { serve } from "./serve.mjs";

const CLEAN = { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] };

let server, browser;
before(async () => {
  server = await serve();
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("measures the CPU, keeps the page's results and saves what it found", async () => {
  const { page, record, context } = await openPage(browser, server);
  await pasteSequences(page, ">a\nMKTAYIAKQR\n>b\nGGGGG\n>c\nWWWWW\n");
  const before = await embed(page);
  await page.getByTestId("measure").click();
  await page.getByTestId("measure-table").waitFor({ timeout: 120_000 });
  const cells = await page.getByTestId("measure-table").locator("tbody tr").first().locator("td").allInnerTexts();
  assert.equal(cells[0], "CPU");
  assert.ok(cells.slice(1, 5).every((cell) => Number(cell.replace(/\D/g, "")) > 0), String(cells));
  assert.equal(await page.getByTestId("result-summary").innerText(), before);
  const { name, bytes } = await save(page, "measure-save");
  assert.equal(name, "crossgrain.esm2-demo.measure.json");
  const report = JSON.parse(bytes.toString("utf8"));
  assert.equal(report.model.name, "esm2-demo");
  const [cpu] = report.devices;
  assert.deepEqual(cpu.cases.map(({ length, batch }) => [length, batch]), [[64, 8], [256, 1], [256, 8], [1000, 1]]);
  assert.ok(cpu.cases.every(({ milliseconds, residuesPerSecond }) => milliseconds.length > 0 && residuesPerSecond > 0));
  assert.ok(cpu.wasmBytes > 1e6);
  // There is no adapter here; the page says so beside the numbers of the CPU.
  for (const { choice, device, error } of report.devices.slice(1)) assert.deepEqual([choice, device, error.code], ["webgpu", null, "device.unavailable"]);
  assert.deepEqual(record, CLEAN);
  await context.close();
});

test("cancels a measurement; two workers embed", async () => {
  const { page, record, context } = await openPage(browser, server);
  await page.getByTestId("measure").click();
  await page.getByTestId("cancel").click();
  await page.getByTestId("measure").waitFor({ timeout: 5000 });
  assert.equal(await page.getByTestId("measure-table").count(), 0);
  await chooseDevice(page, "cpu");
  await page.getByTestId("workers").selectOption("2");
  await pasteSequences(page, ["MKTAYIAKQR", "GGGGG", "WWWWW"].map((letters, i) => `>r${i}\n${letters.repeat(60)}\n`).join(""));
  assert.match(await embed(page), /^3 sequences, 3 vectors/);
  assert.deepEqual(record, CLEAN);
  await context.close();
});
