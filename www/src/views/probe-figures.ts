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
  const ends = heads.flatMap(({ value, bootstrap, shuffledLabels }) => [value, bootstrap?.low, shuffledLabels].filter((x) => x != null));
  const low = Math.max(-1, Math.min(auroc ? 0.4 : 0, ...ends));
  const scores: Drawing = {
    kind: "intervals",
    chart: {
      rows: answer.tables.map(({ name, scores: [head] }, at) => ({
        name,
        value: head?.value ?? null,
        ...(head?.bootstrap == null ? {} : { interval: [head.bootstrap.low, head.bootstrap.high] as [number, number] }),
        baselines: at === 0 ? [head?.shuffledLabels ?? null, head?.majority ?? null] : [],
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
  const interval = head.bootstrap === null ? "" : `, 95 % interval ${shown(head.bootstrap.low)} to ${shown(head.bootstrap.high)}`;
  return `${one.name}: ${shown(head.value)}${interval}${againstFirst(tables[0]?.name ?? "", one.minusFirst)}`;
}

/** How far a feature set is above or below the first, with its interval. */
function againstFirst(first: string, minusFirst: ProbeResponse["tables"][number]["minusFirst"]): string {
  if (minusFirst === null) return "";
  const { difference, p } = minusFirst;
  return `; minus ${first}: ${shown(difference.mean)} (${shown(difference.low)} to ${shown(difference.high)}, p = ${p.toPrecision(2)})`;
}

export function cell({ confusion, classes }: ProbeResponse, at: number): string {
  const [row, col] = [Math.floor(at / classes.length), at % classes.length];
  const counts = confusion?.[row] ?? [];
  const total = counts.reduce((a, b) => a + b, 0);
  return `${counts[col] ?? 0} of ${total} ${classes[row] ?? ""} were taken for ${classes[col] ?? ""}`;
}

export function table({ tables }: ProbeResponse): string {
  const header = ["features", "columns", "figure", "score", "low", "high", "shuffled", "majority", "mean over folds"];
  const rows = tables.flatMap(({ name, columns: wide, scores }) =>
    scores.map((one) => [
      name,
      wide,
      one.metric,
      one.value,
      one.bootstrap?.low ?? null,
      one.bootstrap?.high ?? null,
      one.shuffledLabels,
      one.majority,
      one.meanOfFolds,
    ]),
  );
  return csv(header, rows);
}

export function confusionTable({ confusion, classes }: ProbeResponse): string {
  return csv(["true \\ predicted", ...classes], (confusion ?? []).map((row, at) => [classes[at] ?? "", ...row]));
}
