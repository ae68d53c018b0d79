/** The map as a figure for a paper, drawn by plotters: the same groups, colours and shapes as on the page. */
import type { DrawnMap } from "./analysis/state";
import { currentLooks } from "./colour/current";
import type { Looks } from "./colour/looks";
import { percent } from "./format";
import { loadPlot, Scatter, type ScatterWords } from "./plot";
import type { State } from "./state";

/** Size of the exported drawing, CSS pixels. */
const SVG_WIDTH = 760;
const SVG_HEIGHT = 520;
/** Colours that the numbers of a figure are divided into. */
const NUMBER_STEPS = 64;

/** Titles of the axes. */
export interface Titles {
  xLabel: string;
  yLabel: string;
}

/** The titles of a map's axes. Only principal components have directions that mean something. */
export function titled(drawn: DrawnMap | null): Titles | null {
  if (drawn === null) return null;
  const name = { pca: "PC", umap: "UMAP ", tsne: "t-SNE " }[drawn.method];
  const axis = (at: number): string => {
    const share = drawn.explained?.[at];
    return `${name}${at + 1}${share === undefined ? "" : ` (${percent(share)} of variance)`}`;
  };
  return { xLabel: axis(0), yLabel: axis(1) };
}

/** The drawn map as SVG, dark on white; groups that are not shown are left out. */
export async function mapSvg(state: State): Promise<string> {
  const { drawn, hidden } = state.map;
  if (drawn === null) return "";
  await loadPlot();
  const { groups, words, hiddenSlots } = sceneOf(currentLooks(state, "light"), hidden);
  const scatter = new Scatter(drawn.points, groups, { ...words, ...(titled(drawn) ?? { xLabel: "", yLabel: "" }) });
  try {
    return scatter.svg(SVG_WIDTH, SVG_HEIGHT, "light", Uint32Array.from(hiddenSlots));
  } finally {
    scatter.free();
  }
}

/** Groups, looks and colour bar as the plot module takes them; a slot without a name is drawn first, at the back. */
export function sceneOf(looks: Looks, hidden: readonly number[]): {
  groups: Uint16Array;
  words: Pick<ScatterWords, "names" | "looks" | "bar">;
  hiddenSlots: number[];
} {
  const lacking = looks.groups.findIndex(({ role }) => role === "missing");
  if (looks.scale !== null) {
    const { ramp, steps } = looks.scale;
    const colours = Array.from({ length: NUMBER_STEPS }, (_, at) => steps[Math.round((at / (NUMBER_STEPS - 1)) * (steps.length - 1))] ?? "#000000");
    const groups = Uint16Array.from(ramp.at, (at) => (Number.isNaN(at) ? NUMBER_STEPS : Math.round(at * (NUMBER_STEPS - 1))));
    const bar = { title: looks.column?.name ?? "", colours, ticks: ramp.ticks.map(({ at, value }) => ({ at, text: String(Number(value.toPrecision(4))) })) };
    const all = Array.from({ length: NUMBER_STEPS }, (_, at) => at);
    return {
      groups,
      words: { names: colours.map(() => ""), looks: colours.map((colour) => ({ colour, shape: "circle" as const })), bar },
      hiddenSlots: [...(hidden.includes(0) ? all : []), ...(lacking >= 0 && hidden.includes(lacking) ? [NUMBER_STEPS] : [])],
    };
  }
  const named = looks.groups.filter(({ role }) => role !== "missing");
  return {
    groups: Uint16Array.from(looks.index),
    words: { names: named.map(({ name }) => name), looks: named.map(({ colour, shape, role }) => ({ colour, shape, ...(role === "other" ? { back: true } : {}) })) },
    hiddenSlots: [...hidden],
  };
}
