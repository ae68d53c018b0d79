/** The first sentence of an answer: what its numbers say, beside chance, simple features and the shuffled control. */
import { percent, plural } from "../format";

/** Below this number of sequences, shares of neighbours and scores are too uncertain to be compared. */
export const FEWEST_TO_CONCLUDE = 20;
/** Highest p that counts as above chance. */
const LEVEL = 0.05;
/** From this share of what is above chance on, a comparison counts as nearly as good. */
const NEARLY = 0.9;

/** A number that an answer is compared with. */
export interface Beside {
  name: string;
  value: number;
}

/** `Too few for a conclusion: 7 sequences, and at least 20 are needed. `; empty for enough. */
export function tooFew(sequences: number, noun = "sequence"): string {
  return sequences >= FEWEST_TO_CONCLUDE ? "" : `Too few for a conclusion: ${plural(sequences, noun)}, and at least ${FEWEST_TO_CONCLUDE} are needed. `;
}

/** Words for a higher, a lower and an equal score. */
export interface Words {
  more: string;
  less: string;
  same: string;
}
export const OFTEN: Words = { more: "more often", less: "less often", same: "about as often" };
export const WELL: Words = { more: "better", less: "worse", same: "about as well" };

/** A score beside chance and the best of the simple features. */
export interface Compared {
  /** `Neighbours share their family`. */
  does: string;
  /** How two scores are compared. */
  words: Words;
  /** `shuffled labels`: what chance is. */
  chanceName: string;
  value: number;
  chance: number;
  /** p of the score against chance. */
  p: number;
  /** Smallest p that is possible. */
  leastP: number;
  beside: readonly Beside[];
  /** The metric, where the sentence does not say it: `AUROC`. */
  metric?: string;
  /** How numbers are written. */
  written: (value: number) => string;
  /** Whether a test distinguishes the best of `beside` from the score; without one, by what is above chance. */
  differs?: boolean | undefined;
}

/** `… more often than with shuffled labels (56.8 % against 9.9 %, p ≤ 0.001), but less often than with dipeptides (60 %).` */
export function conclusion({ does, words, chanceName, value, chance, p, leastP, beside, metric, written, differs }: Compared): string {
  const numbers = `${metric === undefined ? "" : `${metric} `}${written(value)} against ${written(chance)}, p ${p <= leastP * 1.0001 ? "≤" : "="} ${p.toPrecision(2)}`;
  if (p > LEVEL) return `${does} no ${words.more} than with ${chanceName} (${numbers}).`;
  const best = beside.reduce<Beside | null>((most, one) => (most === null || one.value > most.value ? one : most), null);
  const start = `${does} ${words.more} than with ${chanceName} (${numbers})`;
  if (best === null) return `${start}.`;
  const other = `${best.name} (${written(best.value)})`;
  const same = differs === undefined ? aboveChance(value, chance, best.value) >= NEARLY && best.value <= value : !differs;
  if (same) return `${start}, but ${words.same} as with ${other}${differs === undefined ? "" : ": a test does not distinguish them"}.`;
  return best.value > value ? `${start}, but ${words.less} than with ${other}.` : `${start}, and ${words.more} than with ${other}.`;
}

/** What a score of shuffled sequences says about the score of the real ones. */
export function ofControl(
  { value, chance, p, written }: Pick<Compared, "value" | "chance" | "p" | "written">,
  control: number,
  letters: string,
): string {
  const start = `Control: with the ${letters} of each sequence shuffled it is ${written(control)}.`;
  if (p > LEVEL || value <= chance) return `${start} Nothing is above chance here, so the control has nothing to explain.`;
  const share = aboveChance(value, chance, control);
  if (share >= 0.8)
    return `${start} ${share >= 1 ? "All" : `Nearly all (${percent(share)})`} of what is above chance remains without the order of the ${letters}: composition and length are enough.`;
  if (share <= 0.2)
    return `${start} ${share <= 0 ? "Nothing" : `Little (${percent(share)})`} of what is above chance remains: the answer needs the order of the ${letters}.`;
  return `${start} ${percent(share)} of what is above chance remains without the order of the ${letters}; the rest needs it.`;
}

/** What a map of shuffled sequences says about the groups on the map of the real ones. */
export function ofControlMap(real: number, control: number, letters: string): string {
  const apart = real - control;
  if (real <= 0.02) return "The groups are not apart in all dimensions, so there is nothing that the control could explain.";
  if (apart <= 0.02) return `The groups lie no further apart than without the order of the ${letters}: composition and length are enough for them.`;
  return `The groups lie further apart than without the order of the ${letters}: it adds ${apart.toFixed(2)} in all dimensions.`;
}

/** How much of what is above chance another score has. */
function aboveChance(value: number, chance: number, other: number): number {
  return value === chance ? 0 : (other - chance) / (value - chance);
}
