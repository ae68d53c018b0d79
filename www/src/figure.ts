/**
 * A map as a scatter plot in wasm memory, rebuilt when points or groups change and freed then. The map view draws it,
 * the legend lists its groups, the export asks it for SVG.
 */
import type { DrawnMap } from "./analysis/state";
import { percent } from "./format";
import { colourings, group, type Groups } from "./grouping";
import { loadPlot, Scatter, type DrawOptions, type LegendEntry, type Theme } from "./plot";
import type { State } from "./state";

/** Size of the exported drawing, CSS pixels. */
const SVG_WIDTH = 760;
const SVG_HEIGHT = 520;

/** Points and the titles of their axes. */
export interface Shown {
  points: Float32Array;
  xLabel: string;
  yLabel: string;
}

/** One scatter plot. */
export class Figure {
  #scatter: Scatter | null = null;
  #built = 0;
  #shown: Float32Array | null = null;
  #colouring: readonly (string | null)[] | null = null;
  #groups: Groups | null = null;

  /** Groups of the points, once there is a map. */
  get groups(): Groups | null {
    return this.#groups;
  }

  /** Makes the plot match the state. Answers its number, which is new after every rebuild; 0 without a plot. */
  async update(state: State, shown: Shown | null): Promise<number> {
    await loadPlot();
    const values = colourings(state).find((choice) => choice.key === state.map.colourBy)?.values ?? null;
    const points = shown?.points ?? null;
    if (points === this.#shown && values === this.#colouring) return this.#scatter === null ? 0 : this.#built;
    this.#scatter?.free();
    this.#scatter = null;
    this.#shown = points;
    this.#colouring = values;
    if (shown === null) return 0;
    this.#groups = group(values, shown.points.length / 2, "all sequences");
    this.#scatter = new Scatter(shown.points, this.#groups.index, {
      names: this.#groups.names,
      xLabel: shown.xLabel,
      yLabel: shown.yLabel,
    });
    this.#built += 1;
    // Drawing follows in a task of its own, so that many points do not block the page.
    await new Promise((resolve) => setTimeout(resolve));
    return this.#built;
  }

  draw(canvas: HTMLCanvasElement, options: DrawOptions): void {
    this.#scatter?.draw(canvas, options);
  }

  /** The visible point nearest to a location in the last drawing, or null. */
  hit(x: number, y: number, radius: number): number | null {
    return this.#scatter?.hit(x, y, radius) ?? null;
  }

  /** Groups with colour and shape, in the order of their numbers. */
  legend(theme: Theme): LegendEntry[] {
    return this.#scatter?.legend(theme) ?? [];
  }

  svg(hidden: readonly number[]): string {
    return this.#scatter?.svg(SVG_WIDTH, SVG_HEIGHT, "light", Uint32Array.from(hidden)) ?? "";
  }
}

/** The page's map. */
export const figure = new Figure();

/** A map with the titles of its axes. Only principal components have directions that mean something. */
export function titled(drawn: DrawnMap | null): Shown | null {
  if (drawn === null) return null;
  const name = { pca: "PC", umap: "UMAP ", tsne: "t-SNE " }[drawn.method];
  const axis = (at: number): string => {
    const share = drawn.explained?.[at];
    return `${name}${at + 1}${share === undefined ? "" : ` (${percent(share)} of variance)`}`;
  };
  return { points: drawn.points, xLabel: axis(0), yLabel: axis(1) };
}
