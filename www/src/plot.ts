/** The plot wasm, loaded once. It lives on the page, not in a worker, because it draws on a canvas element. */
import init, { Chart, Scatter } from "./wasm/plot/crossgrain_plot.js";

export { Chart, Scatter };
export type { DrawOptions, HeatmapWords, IntervalChart, LegendEntry, LineChart, ScatterWords } from "./wasm/plot/crossgrain_plot.js";

/** Light or dark colours. */
export type Theme = "light" | "dark";

let ready: Promise<unknown> | null = null;

/** Ends when plots can be made. */
export async function loadPlot(): Promise<void> {
  ready ??= init();
  await ready;
}
