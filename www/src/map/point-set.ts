/** From looks to arrays for the raster: who is drawn, in which order, in which colour. */
import { contrast, NEUTRAL } from "../colour/palettes";
import { colourOf, SHAPES, type Looks } from "../colour/looks";
import { mixed, word, type Mark, type PointSet } from "./raster";

/** Above this many records marks have no rims, which cost as much again. */
const MOST_RIMS = 8000;
/** Below this contrast to the paper a mark gets a dark rim. */
const PALE = 1.7;
/** What is left of a colour, of 256, where other records are selected. */
const FADED = 56;

/**
 * The records as they are drawn: those without a value and "other" at the back, the groups mixed, so that none hides
 * another, selected records in front and in full colour.
 */
export function pointSet(
  points: Float32Array,
  looks: Looks,
  hidden: readonly number[],
  chosen: readonly number[],
  theme: "light" | "dark",
): PointSet {
  const n = points.length / 2;
  const { paper, quiet } = NEUTRAL[theme];
  const [paperWord, quietWord] = [word(paper), word(quiet)];
  const roles = looks.groups.map(({ role }, at) => (hidden.includes(at) ? -1 : { missing: 0, other: 1, group: 2 }[role]));
  const isChosen = new Uint8Array(n);
  for (const record of chosen) isChosen[record] = 1;

  const layers: number[][] = [[], [], [], []];
  for (const record of scattered(n)) {
    const role = roles[looks.index[record] ?? 0] ?? -1;
    if (role >= 0) layers[isChosen[record] === 1 ? 3 : role]?.push(record);
  }
  const words = new Map<string, { colour: number; faded: number; pale: boolean }>();
  const wordsOf = (css: string): { colour: number; faded: number; pale: boolean } => {
    const known = words.get(css);
    if (known !== undefined) return known;
    const colour = word(css);
    const made = { colour, faded: mixed(paperWord, colour, FADED), pale: contrast(css, paper) < PALE };
    words.set(css, made);
    return made;
  };
  const rimmed = n <= MOST_RIMS;
  const [colours, markOf] = [new Uint32Array(n), new Uint8Array(n)];
  const rims = rimmed ? new Uint32Array(n).fill(paperWord) : null;
  for (let record = 0; record < n; record += 1) {
    const { colour, faded, pale } = wordsOf(colourOf(looks, record));
    const out = chosen.length > 0 && isChosen[record] === 0;
    colours[record] = out ? faded : colour;
    const shape = SHAPES.indexOf(looks.groups[looks.index[record] ?? 0]?.shape ?? "circle");
    const dark = rimmed && pale && !out;
    markOf[record] = 2 * shape + (dark ? 1 : 0);
    if (rims !== null && dark) rims[record] = quietWord;
  }
  const marks = SHAPES.flatMap((shape): Mark[] => [
    { shape, part: 1 },
    { shape, part: 0.8 },
  ]);
  return { points, order: Uint32Array.from(layers.flat()), colours, markOf, marks, rims };
}

/** Radius of a mark in CSS pixels: smaller the more there are, larger in a magnified view. */
export function radiusOf(n: number, zoom: number): number {
  const base = n <= 500 ? 4.5 : n <= 2500 ? 3.5 : n <= 8000 ? 2.75 : n <= 30_000 ? 2 : 1.5;
  return Math.min(base * Math.max(1, zoom) ** 0.25, 7);
}

/** Every number below `n` once, consecutive ones far apart, in the same order each time. */
export function* scattered(n: number): Generator<number> {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let step = Math.max(1, Math.round(n * 0.618034));
  while (n > 0 && common(step, n) !== 1) step += 1;
  for (let count = 0, at = 0; count < n; count += 1, at = (at + step) % n) yield at;
}
