/** Pictures, sentences and tables of a probe's answer. */
import type { ProbeReport, ProbeScore } from "../analysis/border";
import { csv } from "../analysis/csv";
import type { Answers } from "../analysis/state";
import type { Drawing } from "./chart";

/** Figures by the engine's name. */
export const METRICS: Record<string, string> = {
  macro_auroc: "AUROC, mean of classes",
  accuracy: "Accuracy",
  macro_f1: "F1, mean of classes",
  mcc: "Matthews correlation",
  spearman: "Spearman correlation",
  r2: "R²",
  rmse: "Root mean squared error",
};

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
  const ends = heads.flatMap(({ value, bootstrap, shuffled }) => [value, bootstrap?.low, shuffled].filter((x) => x != null));
  const low = Math.max(-1, Math.min(auroc ? 0.4 : 0, ...ends));
  const scores: Drawing = {
    kind: "intervals",
    chart: {
      rows: answer.tables.map(({ name, scores: [head] }, at) => ({
        name,
        value: head?.value ?? null,
        ...(head?.bootstrap == null ? {} : { interval: [head.bootstrap.low, head.bootstrap.high] as [number, number] }),
        baselines: at === 0 ? [head?.shuffled ?? null, head?.majority ?? null] : [],
        quiet: at >= answer.own,
      })),
      xLabel: METRICS[first?.metric ?? ""] ?? "score",
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
            yLabel: METRICS[first?.metric ?? ""] ?? "score",
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

export function line({ tables }: ProbeReport, at: number): string {
  const one = tables[at];
  const head = one?.scores[0];
  if (one === undefined || head === undefined) return "";
  const interval = head.bootstrap === null ? "" : `, 95 % interval ${shown(head.bootstrap.low)} to ${shown(head.bootstrap.high)}`;
  const against =
    one.paired === null
      ? ""
      : `; ${tables[0]?.name} is ${shown(one.paired.difference.mean)} higher (${shown(one.paired.difference.low)} to ${shown(one.paired.difference.high)}, p = ${one.paired.p.toPrecision(2)})`;
  return `${one.name}: ${shown(head.value)}${interval}${against}`;
}

export function cell({ confusion, classes }: ProbeReport, at: number): string {
  const [row, col] = [Math.floor(at / classes.length), at % classes.length];
  const counts = confusion?.[row] ?? [];
  const total = counts.reduce((a, b) => a + b, 0);
  return `${counts[col] ?? 0} of ${total} ${classes[row] ?? ""} were taken for ${classes[col] ?? ""}`;
}

export function table({ tables }: ProbeReport): string {
  const header = ["features", "columns", "figure", "score", "low", "high", "shuffled", "majority", "mean over folds"];
  const rows = tables.flatMap(({ name, columns: wide, scores }) =>
    scores.map((one) => [
      name,
      wide,
      one.metric,
      one.value,
      one.bootstrap?.low ?? null,
      one.bootstrap?.high ?? null,
      one.shuffled,
      one.majority,
      one.folds,
    ]),
  );
  return csv(header, rows);
}

export function confusionTable({ confusion, classes }: ProbeReport): string {
  return csv(["true \\ predicted", ...classes], (confusion ?? []).map((row, at) => [classes[at] ?? "", ...row]));
}
