/** The first sentences of a probe's answer. */
import type { Answers } from "../analysis/state";
import { ofControl, tooFew, conclusion, WELL, type Compared } from "../analysis/conclusion";
import { cut } from "../format";
import type { ProbeScore } from "../protocol";
import { METRICS, shown } from "./probe-figures";

type Answer = Answers["probe"];

/** Metrics that are errors: the smaller, the better. */
const ERRORS: readonly ProbeScore["metric"][] = ["brier", "rmse"];
/** From this p on, corrected for all comparisons, two feature sets are not distinguished. */
const LEVEL = 0.05;

/** `Too few for a conclusion …`, or nothing. */
export function few({ rows, residues }: Answer): string {
  return tooFew(residues?.sequences ?? rows, "labelled sequence");
}

/** `“family” is predicted better than with permuted labels (…), but worse than with dipeptide composition (0.990).` */
export function conclusionOf(answer: Answer): string {
  const head = answer.tables[0]?.scores[0];
  const compared = comparedOf(head);
  if (compared === null || head === undefined) return "The score is undefined: a class may be missing from the folds.";
  const simple = answer.tables.flatMap(({ name, scores, minusFirst }, at) => {
    const value = scores[0]?.value ?? null;
    return at < answer.own || at === answer.control || value === null ? [] : [{ name, value, p: minusFirst?.pHolm ?? null }];
  });
  const best = simple.reduce<(typeof simple)[number] | null>((most, one) => (most === null || one.value > most.value ? one : most), null);
  return conclusion({
    ...compared,
    does: `“${cut(answer.column, 40)}” is predicted`,
    words: WELL,
    chanceName: "permuted labels",
    beside: best === null ? [] : [best],
    differs: best === null || best.p === null ? undefined : best.p <= LEVEL,
    metric: METRICS[head.metric],
  });
}

/** What the shuffled sequences say about the score. */
export function controlSentence(answer: Answer): string {
  const compared = comparedOf(answer.tables[0]?.scores[0]);
  const set = answer.control === null ? undefined : answer.tables[answer.control];
  const value = set?.scores[0]?.value ?? null;
  if (compared === null || value === null) return "Control: the score of the shuffled sequences is undefined.";
  const p = set?.minusFirst?.pHolm;
  const tested = p === undefined ? "" : ` The two scores ${p <= LEVEL ? "differ" : "are not distinguished by a test"} (p = ${p.toPrecision(2)}, corrected for all comparisons).`;
  return ofControl(compared, value, "letters") + tested;
}

/** The score, what chance gives, and its p; null where the score or chance is undefined or an error. */
function comparedOf(head: ProbeScore | undefined): Pick<Compared, "value" | "chance" | "p" | "leastP" | "written"> | null {
  if (head === undefined || head.value === null || head.permuted === null || head.permuted.mean === null || ERRORS.includes(head.metric)) return null;
  const { mean, p, shuffles } = head.permuted;
  return { value: head.value, chance: mean, p, leastP: 1 / (shuffles + 1), written: shown };
}
