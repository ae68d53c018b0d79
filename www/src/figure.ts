/**
 * The one map of the page: a scatter plot in wasm memory, rebuilt when points or groups change and freed then. The map
 * view draws it, the legend lists its groups, the export asks it for SVG.
 */
import { percent } from "./format";
import { colourings, group, type Groups } from "./grouping";
import { loadPlot, Scatter, type DrawOptions, type LegendEntry, type Theme } from "./plot";
import type { PcaReport } from "./session";
import type { State } from "./state";

/** Size of the exported drawing, CSS pixels. */
const SVG_WIDTH = 760;
const SVG_HEIGHT = 520;

class Figure {
  #scatter: Scatter | null = null;
  #built = 0;
  #pca: PcaReport | null = null;
  #colouring: readonly (string | null)[] | null = null;
  #groups: Groups | null = null;

  /** Groups of the points, once there is a map. */
  get groups(): Groups | null {
    return this.#groups;
  }

  /** Makes the plot match the state. Answers its number, which is new after every rebuild; 0 without a plot. */
  async update(state: State): Promise<number> {
    await loadPlot();
    const { pca, colourBy } = state.map;
    const values = colourings(state).find((choice) => choice.key === colourBy)?.values ?? null;
    if (pca === this.#pca && values === this.#colouring) return this.#scatter === null ? 0 : this.#built;
    this.#scatter?.free();
    this.#scatter = null;
    this.#pca = pca;
    this.#colouring = values;
    if (pca === null) return 0;
    const count = pca.scores.length / pca.components;
    this.#groups = group(values, count, "all sequences");
    this.#scatter = new Scatter(firstTwo(pca, count), this.#groups.index, {
      names: this.#groups.names,
      xLabel: axis(pca, 0),
      yLabel: axis(pca, 1),
    });
    this.#built += 1;
    // Drawing follows in a task of its own: with many points, both in one would hold up the page.
    await new Promise((resolve) => setTimeout(resolve));
    return this.#built;
  }

  draw(canvas: HTMLCanvasElement, options: DrawOptions): void {
    this.#scatter?.draw(canvas, options);
  }

  /** The visible point nearest to a place of the last drawing, or null. */
  hit(x: number, y: number, radius: number): number | null {
    return this.#scatter?.hit(x, y, radius) ?? null;
  }

  /** Groups with their looks, in the order in which they are hidden by number. */
  legend(theme: Theme): LegendEntry[] {
    return this.#scatter?.legend(theme) ?? [];
  }

  svg(hidden: readonly number[]): string {
    return this.#scatter?.svg(SVG_WIDTH, SVG_HEIGHT, "light", Uint32Array.from(hidden)) ?? "";
  }
}

/** The page's map. */
export const figure = new Figure();

function axis(pca: PcaReport, component: number): string {
  return `PC${component + 1} (${percent(pca.explained[component] ?? 0)} of variance)`;
}

function firstTwo(pca: PcaReport, count: number): Float32Array {
  if (pca.components === 2) return pca.scores;
  return Float32Array.from({ length: count * 2 }, (_, at) => pca.scores[(at >> 1) * pca.components + (at & 1)] ?? 0);
}
