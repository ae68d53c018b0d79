/** The page as a user handles it: choose, load, embed, read, save. Elements are found by their test ids. */
import { readFile } from "node:fs/promises";
import { open } from "./browser.mjs";

/** The longest that a step may take on two cores with the GPU in software. */
export const PATIENCE = 15 * 60_000;

/** Opens the page and waits for the demonstration model. */
export async function openPage(browser, server, options = {}) {
  const opened = await open(browser, server.origin, options);
  await opened.page.goto(`${server.origin}/`);
  await opened.page.getByTestId("model-facts").waitFor({ timeout: 120_000 });
  return opened;
}

/** Chooses what computes and waits until it is ready; answers the sentence that the page says about it. */
export async function chooseDevice(page, device) {
  await page.getByTestId("device").selectOption(device);
  const line = page.locator("[data-testid=device-line].ready");
  await line.waitFor({ timeout: 120_000 });
  return line.innerText();
}

/**
 * Waits until an asynchronous question to the page is answered with true. `waitForFunction` of Playwright is for synchronous
 * ones: it takes the promise itself for the answer. A file that is being written when it is read is asked for again.
 */
export async function until(page, question) {
  for (const end = Date.now() + 60_000; Date.now() < end; ) {
    if (await page.evaluate(question).catch((error) => (/NotReadable|NotFound/.test(String(error)) ? false : Promise.reject(error)))) return;
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(next)));
  }
  throw new Error(`never true: ${question}`);
}

/** Gives the page a sequence file and waits for its summary. */
export async function chooseSequences(page, file) {
  await page.getByTestId("sequence-file").setInputFiles(file);
  await page.getByTestId("sequence-summary").waitFor();
  return page.getByTestId("sequence-summary").innerText();
}

/** Pastes sequences and waits for their summary. */
export async function pasteSequences(page, text) {
  await page.getByTestId("sequence-paste").fill(text);
  await page.getByTestId("paste-load").click();
  await page.getByTestId("sequence-summary").waitFor();
}

/** Embeds and waits for the results, which take the place of those on show; answers their summary. */
export async function embed(page) {
  const summary = page.getByTestId("result-summary");
  const before = (await summary.count()) > 0 ? await summary.getAttribute("data-run") : "none";
  await page.getByTestId("embed").click();
  const done = page.locator(`[data-testid=result-summary]:not([data-run="${before}"])`);
  await Promise.race([
    done.waitFor({ timeout: PATIENCE }),
    page.getByTestId("error-code").waitFor({ timeout: PATIENCE }).then(async () => {
      throw new Error(`the page says ${await page.getByTestId("error").innerText()}`);
    }),
  ]);
  return done.innerText();
}

/** Asks the hub for a model and waits for its facts or an error; answers the error's code, or null. */
export async function loadFromHub(page, id) {
  await page.getByTestId("model-choice-hub").check({ force: true });
  await page.getByTestId("hub-id").fill(id);
  await page.getByTestId("hub-load").click();
  const [facts, code] = [page.getByTestId("model-facts"), page.getByTestId("error-code")];
  await facts.or(code).first().waitFor({ timeout: 120_000 });
  return (await code.count()) > 0 ? code.first().innerText() : null;
}

/** Drops files somewhere on the page, as from a folder of the desktop. */
export async function drop(page, files, selector = "header h1") {
  const given = files.map(({ name, buffer }) => ({ name, base64: Buffer.from(buffer).toString("base64") }));
  await page.locator(selector).evaluate((element, given) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of given)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], name));
    for (const type of ["dragover", "drop"])
      element.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true, composed: true }));
  }, given);
}

/** Presses a button that saves a file; answers its name and bytes. */
export async function save(page, testId) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByTestId(testId).click()]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

/** The cells of every row of the results table, over all its pages. */
export async function tableRows(page) {
  const table = page.getByTestId("results-table");
  const rows = [];
  for (;;) {
    const shown = await table.locator("tbody tr").evaluateAll((lines) =>
      lines.map((line) => Array.from(line.cells, (cell) => cell.innerText.trim())),
    );
    rows.push(...shown);
    const next = page.getByRole("button", { name: "Next" });
    if (!(await next.isEnabled())) return rows;
    await next.click();
  }
}

/**
 * Waits until what is drawn on the page stays as it is: every canvas that is shown has a picture, and none has changed
 * after two frames and whatever work they brought.
 */
export function drawn(page) {
  return page.evaluate(async () => {
    const canvases = (node) =>
      [...node.querySelectorAll("*")].flatMap((element) => [
        ...(element instanceof HTMLCanvasElement && element.checkVisibility() ? [element] : []),
        ...(element.shadowRoot === null ? [] : canvases(element.shadowRoot)),
      ]);
    const blank = (canvas) => !new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer).some((pixel) => pixel !== 0);
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    const idle = () => new Promise((done) => requestIdleCallback(done));
    for (let before = null; ; ) {
      await frame();
      await frame();
      await idle();
      const shown = canvases(document);
      const now = shown.map((canvas) => canvas.toDataURL()).join();
      if (now === before && !shown.some(blank)) return;
      before = now;
    }
  });
}

/** How many different colours the map shows, and its size in pixels. */
export async function mapColours(page) {
  // The map is computed beside the page; its quality comes with it.
  await page.getByTestId("map-quality").waitFor();
  return page.getByTestId("map-canvas").evaluate(async (canvas) => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return { width: canvas.width, height: canvas.height, colours: new Set(new Uint32Array(data.buffer)).size };
  });
}
