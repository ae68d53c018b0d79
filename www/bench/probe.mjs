/**
 * `node www/bench/probe.mjs [--permutations N] [--halves N]`: a probe of 600 rows of 320 columns, 7 classes, 5 folds and 10
 * seeds in one worker of `crossgrain.js` in Chromium: with its permutations and interval, without both, and how soon a cancel ends
 * it. Columns share forty directions, as those of an embedding do.
 */
import { parseArgs } from "node:util";
import { launch, open } from "../../tests/e2e/browser.mjs";
import { serve } from "../../tests/e2e/serve.mjs";

const options = { permutations: { type: "string", default: "99" }, halves: { type: "string", default: "15" } };
const { values } = parseArgs({ options });
const asked = { shuffles: Number(values.permutations), halves: Number(values.halves) };

const server = await serve({ extra: { "plain.html": `<!doctype html><title>plain</title><link rel="icon" href="data:,">` } });
const browser = await launch({ webgpu: false });
try {
  const { page } = await open(browser, server.origin);
  await page.goto(`${server.origin}/extra/plain.html`);
  const found = await page.evaluate(async (asked) => {
    const { Crossgrain } = await import("/crossgrain.js");
    const cg = await Crossgrain.create({ device: "cpu" });
    const [rows, cols, classes, directions] = [600, 320, 7, 40];
    let state = 1;
    const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
    const mixing = Float64Array.from({ length: directions * cols }, uniform);
    const data = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row += 1) {
      const hidden = Array.from({ length: directions }, (_, at) => uniform() + (at === row % classes ? 0.5 : 0));
      for (let col = 0; col < cols; col += 1) {
        data[row * cols + col] = hidden.reduce((sum, x, at) => sum + x * mixing[at * cols + col], 0.3 * uniform());
      }
    }
    const request = {
      features: [{ name: "rows", of: [{ data, rows, cols }] }],
      labels: Array.from({ length: rows }, (_, row) => `class ${row % classes}`),
      folds: { kind: "stratified", count: 5 },
      seeds: Array.from({ length: 10 }, (_, at) => at + 1),
    };
    const timed = async (extra) => {
      let reports = 0;
      const start = performance.now();
      const answer = await cg.analyses.probe({ ...request, ...extra }, { onProgress: () => (reports += 1) });
      return { seconds: (performance.now() - start) / 1000, reports, score: answer.tables[0].scores[0].value };
    };
    const whole = await timed(asked);
    const bare = await timed({ shuffles: 0, halves: 0 });
    const controller = new AbortController();
    let aborted = 0;
    const onProgress = () => {
      if (aborted === 0) {
        aborted = performance.now();
        controller.abort();
      }
    };
    await cg.analyses.probe({ ...request, ...asked }, { signal: controller.signal, onProgress }).catch(() => undefined);
    return { whole, bare, cancel: performance.now() - aborted };
  }, asked);
  const line = (name, { seconds, reports, score }) =>
    console.log(`${name.padEnd(52)} ${seconds.toFixed(1).padStart(6)} s, ${reports} reports of progress, ${score.toFixed(4)}`);
  line(`${asked.shuffles} permutations, ${asked.halves} pairs of halves`, found.whole);
  line("neither", found.bare);
  console.log(`a cancel ends it after ${found.cancel.toFixed(0)} ms`);
} finally {
  await browser.close();
  await server.close();
}
