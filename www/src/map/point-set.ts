/** From looks to arrays for the raster: who is drawn, in which order, in which colour. */
import { contrast, NEUTRAL } from "../colour/palettes";
import { SHAPES, type Looks } from "../colour/looks";
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
  const paperWord = word(paper);
  const isChosen = new Uint8Array(n);
  for (const record of chosen) isChosen[record] = 1;

  const rimmed = n <= MOST_RIMS;
  const tones = looks.groups.map(({ colour }) => toneOf(colour, paper));
  const steps = (looks.scale?.steps ?? []).map((colour) => toneOf(colour, paper));
  const shapes = looks.groups.map(({ shape }) => 2 * SHAPES.indexOf(shape));
  const places = looks.scale?.ramp.at ?? null;
  const [colours, markOf] = [new Uint32Array(n), new Uint8Array(n)];
  const rims = rimmed ? new Uint32Array(n).fill(paperWord) : null;
  const quietWord = word(quiet);
  for (let record = 0; record < n; record += 1) {
    const group = looks.index[record] as number;
    const place = places === null ? Number.NaN : (places[record] as number);
    const tone = (Number.isNaN(place) ? tones[group] : steps[Math.round(place * (steps.length - 1))]) as Tone;
    const out = chosen.length > 0 && isChosen[record] === 0;
    colours[record] = out ? tone.faded : tone.colour;
    const dark = rims !== null && tone.pale && !out;
    markOf[record] = (shapes[group] as number) + (dark ? 1 : 0);
    if (dark) rims[record] = quietWord;
  }
  return { points, order: ordered(n, looks, hidden, isChosen), colours, markOf, marks: MARKS, rims };
}

/** A colour as it is drawn, and as it is drawn where other records are selected. */
interface Tone {
  colour: number;
  faded: number;
  pale: boolean;
}

function toneOf(css: string, paper: string): Tone {
  const colour = word(css);
  return { colour, faded: mixed(word(paper), colour, FADED), pale: contrast(css, paper) < PALE };
}

/** Every shape in its full size, and smaller inside a rim. */
const MARKS: readonly Mark[] = SHAPES.flatMap((shape) => [
  { shape, part: 1 },
  { shape, part: 0.8 },
]);

/** The records from the back to the front: no value, other, groups, selected ones; each of them scattered. */
function ordered(n: number, looks: Looks, hidden: readonly number[], isChosen: Uint8Array): Uint32Array {
  const roles = looks.groups.map(({ role }, at) => (hidden.includes(at) ? -1 : { missing: 0, other: 1, group: 2 }[role]));
  const layer = new Int8Array(n);
  const ends = [0, 0, 0, 0];
  for (let record = 0; record < n; record += 1) {
    const role = roles[looks.index[record] as number] ?? -1;
    const at = role < 0 ? -1 : isChosen[record] === 1 ? 3 : role;
    layer[record] = at;
    if (at >= 0) ends[at] = (ends[at] as number) + 1;
  }
  const next = ends.map((_, at) => ends.slice(0, at).reduce((sum, one) => sum + one, 0));
  const order = new Uint32Array(ends.reduce((sum, one) => sum + one, 0));
  const step = stepOf(n);
  for (let count = 0, record = 0; count < n; count += 1, record = (record + step) % n) {
    const at = layer[record] as number;
    if (at < 0) continue;
    order[next[at] as number] = record;
    next[at] = (next[at] as number) + 1;
  }
  return order;
}

/** Radius of a mark in CSS pixels: smaller the more there are, larger in a magnified view. */
export function radiusOf(n: number, zoom: number): number {
  const base = n <= 500 ? 4.5 : n <= 2500 ? 3.5 : n <= 8000 ? 2.75 : n <= 30_000 ? 2 : 1.5;
  return Math.min(base * Math.max(1, zoom) ** 0.25, 7);
}

/** Steps of this length reach every number below `n` once, consecutive ones far apart. */
export function stepOf(n: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let step = Math.max(1, Math.round(n * 0.618034));
  while (n > 0 && common(step, n) !== 1) step += 1;
  return step;
}
