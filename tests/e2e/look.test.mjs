/**
 * How the page looks, for people: screenshots in tests/e2e/out/ at 1280 and 390 pixels, light and dark, before and
 * after the example run. What a program can see of it is checked: nothing sticks out sideways, text keeps its contrast
 * by the theme's own colours, every control has a name, axe finds nothing.
 */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { violations } from "./axe.mjs";
import { launch } from "./browser.mjs";
import { drawn, embed, openPage } from "./page.mjs";
import { root, serve } from "./serve.mjs";

const OUT = join(root, "tests", "e2e", "out");

let server, browser;
before(async () => {
  await mkdir(OUT, { recursive: true });
  server = await serve();
  browser = await launch({ webgpu: false });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`${width} pixels, ${colorScheme}`, async () => {
      const { page, record, context } = await openPage(browser, server, { viewport: { width, height: 900 }, colorScheme, reducedMotion: "reduce" });
      const picture = (state) => page.screenshot({ path: join(OUT, `${state}-${width}-${colorScheme}.png`), fullPage: true });
      await picture("start");
      assert.deepEqual(await violations(page), []);
      assert.equal(await overhang(page), 0, "the page is wider than the window");
      await page.getByTestId("example-load").click();
      await page.getByTestId("sequence-summary").waitFor();
      assert.deepEqual(await violations(page), [], "with sequences");
      await embed(page);
      await page.getByTestId("map-quality").waitFor();
      await drawn(page);
      await picture("results");
      assert.deepEqual(await violations(page), [], "with results");
      assert.equal(await overhang(page), 0, "the results are wider than the window");
      assert.deepEqual(await nameless(page), []);
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme);
      await context.close();
      assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
    });
  }
}

test("map: pointing shows a name, clicking marks the row, groups can be hidden", async () => {
  const { page, context } = await openPage(browser, server);
  await page.getByTestId("example-load").click();
  await page.getByTestId("sequence-summary").waitFor();
  await embed(page);
  const canvas = page.getByTestId("map-canvas");
  await canvas.scrollIntoViewIfNeeded();
  const spot = await markedSpot(canvas);
  await canvas.hover({ position: spot });
  await page.getByTestId("map-tip").waitFor();
  const tip = await page.getByTestId("map-tip").innerText();
  assert.match(tip, /residues/);
  await canvas.click({ position: spot });
  const id = tip.split(",")[0];
  await page.locator("tr[aria-current=true]", { hasText: id }).waitFor();
  assert.match(await page.getByTestId("map-selected").innerText(), new RegExp(`Selected: ${id.replaceAll("|", "\\|")}`));

  const group = page.getByTestId("hide-0");
  const before = await canvas.evaluate((element) => element.toDataURL());
  await group.click();
  assert.equal(await group.getAttribute("aria-pressed"), "true");
  await page.waitForFunction((old) => {
    const find = (node) => node.querySelector("[data-testid=map-canvas]") ?? [...node.querySelectorAll("*")].map((e) => e.shadowRoot && find(e.shadowRoot)).find(Boolean);
    return find(document).toDataURL() !== old;
  }, before);
  await context.close();
});

/** By how many pixels the page is wider than its window. */
function overhang(page) {
  return page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - document.documentElement.clientWidth));
}

/** Controls that a screen reader could not name. */
function nameless(page) {
  return page.evaluate(() => {
    const found = [];
    const look = (node) => {
      for (const element of node.querySelectorAll("*")) {
        if (element.matches("button, input, select, textarea, a[href], canvas")) {
          const name = element.getAttribute("aria-label") ?? element.labels?.[0]?.textContent ?? element.textContent;
          if (!name?.trim()) found.push(element.outerHTML.slice(0, 120));
        }
        if (element.shadowRoot) look(element.shadowRoot);
      }
    };
    look(document);
    return found;
  });
}

/** A place of the map with a mark on it, in CSS pixels: the coloured pixel furthest from the edges. */
function markedSpot(canvas) {
  return canvas.evaluate((element) => {
    const { width, height } = element;
    const { data } = element.getContext("2d").getImageData(0, 0, width, height);
    const scale = width / element.clientWidth;
    let best = null;
    for (let y = Math.round(40 * scale); y < height - 60 * scale; y += 1) {
      for (let x = Math.round(80 * scale); x < width - 40 * scale; x += 1) {
        const at = 4 * (y * width + x);
        const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
        const colourful = Math.max(red, green, blue) - Math.min(red, green, blue) > 90;
        const distance = Math.hypot(x - width / 2, y - height / 2);
        if (colourful && (best === null || distance < best.distance)) best = { x: x / scale, y: y / scale, distance };
      }
    }
    return { x: best.x, y: best.y };
  });
}
