/** Charts, sentences and tables of a probe's answer. */
import { csv } from "../analysis/csv";
import type { Answers } from "../analysis/state";
import type { ProbeResponse, ProbeScore } from "../protocol";
import type { Drawing } from "./chart";

/** Names of the metrics, by the engine's name. */
export const METRICS: Record<ProbeScore["metric"], string> = {
  macro_auroc: "AUROC, mean of classes",
  weighted_auroc: "AUROC, weighted mean",
  micro_auroc: "AUROC, all classes together",
  accuracy: "Accuracy",
  macro_f1: "F1, mean of classes",
  weighted_f1: "F1, weighted mean",
  micro_f1: "F1, all classes together",
  macro_precision: "Precision, mean of classes",
  weighted_precision: "Precision, weighted mean",
  micro_precision: "Precision, all classes together",
  macro_recall: "Recall, mean of classes",
  weighted_recall: "Recall, weighted mean",
  micro_recall: "Recall, all classes together",
  mcc: "Matthews correlation",
  spearman: "Spearman correlation",
  macro_auprc: "Average precision, mean of classes",
  brier: "Brier score (0 is best)",
  r2: "R²",
  rmse: "Root mean squared error",
};

/** Whether the page lists a metric; weighted and pooled means of classes are in the files only. */
export function listed({ metric }: ProbeScore): boolean {
  return !metric.startsWith("weighted_") && !metric.startsWith("micro_");
}

export function shown(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(3).replace("-", "−");
}

export function drawings(answer: Answers["probe"]): {
  scores: Drawing;
  confusion: Drawing | null;
  sweep: Drawing | null;
} {
  const heads = answer.tables.map(({ scores }) => scores[0]).filter((one): one is ProbeScore => one !== undefined);
  const first = heads[0];
  const auroc = first?.metric === "macro_auroc";
  const ends = heads.flatMap(({ value, interval, permuted }) => [value, interval?.low, permuted?.mean].filter((x) => x != null));
  const low = Math.max(-1, Math.min(auroc ? 0.4 : 0, ...ends));
  const scores: Drawing = {
    kind: "intervals",
    chart: {
      rows: answer.tables.map(({ name, scores: [head] }, at) => ({
        name,
        value: head?.value ?? null,
        ...(head?.interval == null ? {} : { interval: [head.interval.low, head.interval.high] as [number, number] }),
        baselines: at === 0 ? [head?.permuted?.mean ?? null, head?.constant ?? null] : [],
        quiet: at >= answer.own,
      })),
      xLabel: first === undefined ? "score" : METRICS[first.metric],
      low,
      high: 1,
      ...(auroc ? { reference: 0.5 } : {}),
    },
  };
  const layers = answer.layers.map((layer, at) => ({ layer, value: heads[at]?.value ?? null })).sort((a, b) => a.layer - b.layer);
  const sweep: Drawing | null =
    layers.length < 2
      ? null
      : {
          kind: "lines",
          chart: {
            series: [{ name: "probe", x: layers.map(({ layer }) => layer), y: layers.map(({ value }) => value) }],
            xLabel: "layer",
            yLabel: first === undefined ? "score" : METRICS[first.metric],
            low,
            high: 1,
          },
        };
  const { confusion, classes } = answer;
  if (confusion === null) return { scores, confusion: null, sweep };
  const shares = confusion.flatMap((row) => {
    const total = row.reduce((a, b) => a + b, 0);
    return row.map((one) => (total === 0 ? Number.NaN : one / total));
  });
  return {
    scores,
    sweep,
    confusion: {
      kind: "heatmap",
      values: Float32Array.from(shares),
      words: { rows: classes, columns: classes, xLabel: "predicted", yLabel: "true", low: 0, high: 1, decimals: 2 },
    },
  };
}

export function line({ tables }: ProbeResponse, at: number): string {
  const one = tables[at];
  const head = one?.scores[0];
  if (one === undefined || head === undefined) return "";
  const interval = head.interval === null ? "" : `, 95 % interval ${shown(head.interval.low)} to ${shown(head.interval.high)}`;
  return `${one.name}: ${shown(head.value)}${interval}${againstFirst(tables[0]?.name ?? "", one.minusFirst)}`;
}

/** What permuted labels score, and how often they score as well as the labels. */
export function byChance(score: ProbeScore): string {
  const { permuted } = score;
  return permuted === null ? "–" : `${shown(permuted.mean)}, p ${atMost(permuted.p, 1 / (permuted.shuffles + 1))}`;
}

/** The score inside groups, with its interval. */
export function inside({ within }: ProbeScore): string {
  if (within === null) return "–";
  const { value, interval } = within;
  return interval === null ? shown(value) : `${shown(value)} (${shown(interval.low)} to ${shown(interval.high)})`;
}

/** `= 0.031`, or `≤ 0.010` where no smaller p is possible. */
function atMost(p: number, least: number): string {
  return `${p <= least * 1.0001 ? "≤" : "="} ${p.toPrecision(2)}`;
}

/** How far a feature set is above or below the first, with its interval. */
function againstFirst(first: string, minusFirst: ProbeResponse["tables"][number]["minusFirst"]): string {
  if (minusFirst === null) return "";
  const { difference, p, pHolm } = minusFirst;
  return `; minus ${first}: ${shown(difference.mean)} (${shown(difference.low)} to ${shown(difference.high)}, p = ${p.toPrecision(2)}, corrected for all comparisons ${pHolm.toPrecision(2)})`;
}

export function cell({ confusion, classes }: ProbeResponse, at: number): string {
  const [row, col] = [Math.floor(at / classes.length), at % classes.length];
  const counts = confusion?.[row] ?? [];
  const total = counts.reduce((a, b) => a + b, 0);
  const number = (x: number): string => (Number.isInteger(x) ? `${x}` : x.toFixed(1));
  return `${number(counts[col] ?? 0)} of ${number(Math.round(total * 10) / 10)} ${classes[row] ?? ""} were taken for ${classes[col] ?? ""}`;
}

export function table({ tables }: ProbeResponse): string {
  const header = ["features", "columns", "figure", "score", "low", "high", "permuted", "permuted low", "permuted high", "p", "constant", "mean over folds", "within groups", "within low", "within high", "groups"];
  const rows = tables.flatMap(({ name, columns: wide, scores }) =>
    scores.map((one) => [
      name,
      wide,
      one.metric,
      one.value,
      one.interval?.low ?? null,
      one.interval?.high ?? null,
      one.permuted?.mean ?? null,
      one.permuted?.low ?? null,
      one.permuted?.high ?? null,
      one.permuted?.p ?? null,
      one.constant,
      one.meanOfFolds,
      one.within?.value ?? null,
      one.within?.interval?.low ?? null,
      one.within?.interval?.high ?? null,
      one.within?.groups ?? null,
    ]),
  );
  return csv(header, rows);
}

export function confusionTable({ confusion, classes }: ProbeResponse): string {
  return csv(["true \\ predicted", ...classes], (confusion ?? []).map((row, at) => [classes[at] ?? "", ...row]));
}
