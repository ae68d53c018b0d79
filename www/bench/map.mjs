/**
 * `node www/bench/map.mjs [--points N] [--ratio R]`: the map at 100,000 points in one Chromium without a graphics card.
 *
 * Frames of panning and zooming as the page draws them, the same points by WebGL in software, a lasso of a tenth of
 * the points, and colouring by another column, with the picture that follows.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { build } from "vite";
import { launch } from "../../tests/e2e/browser.mjs";
import { serve } from "../../tests/e2e/serve.mjs";
import { root } from "../build/step.mjs";
import { spread } from "./table.mjs";

const { values } = parseArgs({ options: { points: { type: "string", default: "100000" }, ratio: { type: "string", default: "1" } } });
const [points, ratio] = [Number(values.points), Number(values.ratio)];

const made = await mkdtemp(join(tmpdir(), "crossgrain-map-"));
await build({
  configFile: false,
  logLevel: "warn",
  root: join(root, "www"),
  build: { outDir: made, emptyOutDir: true, lib: { entry: join(root, "www", "bench", "page", "map.ts"), formats: ["es"], fileName: () => "map.js" } },
});
const page = `<!doctype html><title>map</title><link rel="icon" href="data:,"><canvas id="map"></canvas><script type="module" src="/mount/map.js"></script>`;
const server = await serve({ extra: { "map.html": page }, mount: made });
const browser = await launch({ webgpu: false });
try {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, deviceScaleFactor: ratio });
  const tab = await context.newPage();
  await tab.goto(`${server.origin}/extra/map.html`);
  await tab.waitForFunction(() => globalThis.ready === true);
  const found = await tab.evaluate((n) => globalThis.measure(n), points);
  const line = (name, times) => {
    const sorted = [...times].sort((a, b) => a - b);
    const { median } = spread(times);
    const late = sorted[Math.ceil(0.95 * sorted.length) - 1];
    console.log(`${name.padEnd(38)} median ${median.toFixed(1).padStart(7)} ms, 95th percentile ${late.toFixed(1).padStart(7)} ms`);
  };
  console.log(`${points} points, 1300 × 780 CSS pixels, ${ratio} pixels each; ${found.renderer}`);
  for (const [name, times] of Object.entries(found.times)) line(name, times);
  console.log(`lasso: ${found.inside} points`);
} finally {
  await browser.close();
  await server.close();
  await rm(made, { recursive: true, force: true });
}
