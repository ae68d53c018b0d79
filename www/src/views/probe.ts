/** Probes: how much of a label can a small model read from the vectors, and how sure is that? */
import { html, LitElement, nothing } from "lit";
import { train } from "../actions/analyses";
import { currentRun } from "../actions/runs";
import type { FoldKind, ProbeReport, ProbeScore } from "../analysis/border";
import { csv } from "../analysis/csv";
import { count, cut, plural } from "../format";
import { store } from "../state";
import { Watch } from "../watch";
import { grid, numbers } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import { controls } from "./controls";
import { choice, column, columnName, columns, number, values } from "./fields";
import { workLine } from "./work";

const METRICS: Record<string, string> = {
  macro_auroc: "AUROC, mean of classes",
  accuracy: "Accuracy",
  macro_f1: "F1, mean of classes",
  mcc: "Matthews correlation",
  spearman: "Spearman correlation",
  r2: "R²",
  rmse: "Root mean squared error",
};
const TASKS = { classes: "one class each", labels: "several labels each", numbers: "a number each" };
const FOLDS: readonly [FoldKind, string][] = [
  ["stratified", "Classes in equal shares"],
  ["grouped", "Groups kept together"],
  ["leaveOneOut", "Leave one out"],
  ["plain", "At random"],
];

/** `<cg-probe>` */
export class ProbeCard extends LitElement {
  static override properties = {
    by: { state: true },
    groupBy: { state: true },
    reach: { state: true },
    model: { state: true },
    kind: { state: true },
    folds: { state: true },
    seeds: { state: true },
    baselines: { state: true },
  };
  declare by: string;
  declare groupBy: string;
  declare reach: "one" | "all";
  declare model: "linear" | "mlp";
  declare kind: FoldKind;
  declare folds: number;
  declare seeds: number;
  declare baselines: boolean;
  readonly watch = new Watch(this, "works", "run", "map", "labels", "runs");
  #made: { of: unknown; scores: Drawing; confusion: Drawing | null; sweep: Drawing | null } | null = null;

  constructor() {
    super();
    this.by = "";
    this.groupBy = "";
    this.reach = "one";
    this.model = "linear";
    this.kind = "stratified";
    this.folds = 5;
    this.seeds = 1;
    this.baselines = true;
  }

  static override styles = [controls, grid, numbers];

  override render(): unknown {
    const { works, map } = store.state;
    const run = currentRun();
    const labels = values(column(this.by));
    const several = (run?.layers.length ?? 0) > 1;
    return html`<div class="stack">
      <p class="small quiet">
        A small model learns a label from the vectors of some sequences and is scored on the others. A score says
        something only beside what shuffled labels and simple features reach.
      </p>
      ${labels === null
        ? html`<p>Probes need labels: header fields such as family=… or a label table (beside the map).</p>`
        : html`<div class="options">
            ${choice("Predict", "probe-column", column(this.by), columns(), (by) => (this.by = by))}
            ${choice(
              "From",
              "probe-layers",
              several ? this.reach : "one",
              [
                ["one", `Layer ${map.layer}`],
                ...(several ? [["all", "Every layer"] as const] : []),
              ],
              (reach) => (this.reach = reach as "one" | "all"),
            )}
            ${choice(
              "Model",
              "probe-model",
              this.model,
              [
                ["linear", "Linear"],
                ["mlp", "Perceptron (512, 256)"],
              ],
              (model) => (this.model = model as "linear" | "mlp"),
            )}
            ${choice("Test on", "probe-folds", this.kind, FOLDS, (kind) => (this.kind = kind as FoldKind))}
            ${this.kind === "leaveOneOut"
              ? nothing
              : number("Folds", "probe-count", this.folds, [2, 20, 1], (folds) => (this.folds = folds))}
            ${this.kind === "grouped"
              ? choice("Groups", "probe-groups", column(this.groupBy), columns(), (by) => (this.groupBy = by))
              : nothing}
            ${number("Repeats (seeds)", "probe-seeds", this.seeds, [1, 20, 1], (seeds) => (this.seeds = seeds))}
            <label class="check"
              ><input
                type="checkbox"
                data-testid="probe-baselines"
                .checked=${this.baselines}
                @change=${(event: Event) => (this.baselines = (event.target as HTMLInputElement).checked)}
              />Simple features beside it</label
            >
            <button
              data-testid="probe-run"
              class="primary"
              ?disabled=${works.probe.phase === "running"}
              @click=${() => this.#train()}
            >
              Train and test
            </button>
          </div>`}
      ${workLine("probe", "Training probes")}
      ${works.probe.answer === null ? nothing : this.#answer(works.probe.answer)}
    </div>`;
  }

  #answer(answer: ProbeReport & { column: string; layers: readonly number[] }): unknown {
    if (this.#made?.of !== answer) this.#made = { of: answer, ...drawings(answer) };
    const { scores, confusion, sweep } = this.#made;
    const [first] = answer.tables;
    if (first === undefined) return nothing;
    const seeds = answer.seeds.length;
    return html`<p data-testid="probe-summary">
        <bdi>${cut(answer.column, 40)}</bdi> (${TASKS[answer.task]}) of ${plural(answer.rows, "sequence")}${answer.unlabelled >
        0
          ? `, ${count(answer.unlabelled)} without a label left out`
          : ""};
        ${answer.folds.kind === "leaveOneOut" ? "one left out at a time" : plural(answer.folds.count, "fold")}${seeds > 1
          ? `, ${seeds} repeats`
          : ""}.
      </p>
      ${answer.warnings.length === 0
        ? nothing
        : html`<ul class="small caution" data-testid="probe-warnings">
            ${answer.warnings.slice(0, 6).map((warning) => html`<li>${warning}</li>`)}
            ${answer.warnings.length > 6 ? html`<li>and ${answer.warnings.length - 6} more like these</li>` : nothing}
          </ul>`}
      <p class="small quiet">
            ${first.name}, ${count(first.columns)} numbers per sequence. Intervals: middle 95 % of ${count(answer.draws)}
            bootstrap draws.
      </p>
      <div class="scroll">
        <table data-testid="probe-table" aria-label="Scores of the probe">
          <thead>
            <tr>
              <th scope="col">Figure</th>
              <th scope="col" class="number">Score</th>
              <th scope="col" class="number">95 % interval</th>
              <th scope="col" class="number">Shuffled</th>
              <th scope="col" class="number">Majority</th>
            </tr>
          </thead>
          <tbody>
            ${first.scores.map(
              (score) =>
                html`<tr>
                  <td>${METRICS[score.metric] ?? score.metric}</td>
                  <td class="number"><strong>${shown(score.value)}</strong></td>
                  <td class="number">
                    ${score.bootstrap === null
                      ? "undefined"
                      : `${shown(score.bootstrap.low)} to ${shown(score.bootstrap.high)}`}
                  </td>
                  <td class="number">${shown(score.shuffled)}</td>
                  <td class="number">${shown(score.majority)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      <div class="two">
        <div class="stack">
          <h4>${METRICS[first.scores[0]?.metric ?? ""]} of each feature table, same folds</h4>
          <cg-chart
            .drawing=${scores}
            .height=${60 + 26 * answer.tables.length}
            .tip=${(at: number) => line(answer, at)}
            .files=${{ csv: () => table(answer), json: () => answer }}
            label="Scores with intervals"
            name="probe"
          ></cg-chart>
          <p class="small quiet">Filled: score with its interval. Open circle: shuffled labels. Cross: majority.</p>
        </div>
        ${sweep === null
          ? nothing
          : html`<div class="stack">
              <h4>By layer</h4>
              <cg-chart .drawing=${sweep} .height=${240} label="Score of each layer" name="probe-layers"></cg-chart>
            </div>`}
        ${confusion === null
          ? nothing
          : html`<div class="stack">
              <h4>Which classes are taken for which</h4>
              <cg-chart
                .drawing=${confusion}
                .height=${Math.min(640, 220 + 30 * answer.classes.length)}
                .tip=${(at: number) => cell(answer, at)}
                .files=${{ csv: () => confusionTable(answer) }}
                label="Confusion of classes"
                name="confusion"
              ></cg-chart>
            </div>`}
      </div>`;
  }

  #train(): void {
    const run = currentRun();
    const key = column(this.by);
    const labels = values(key);
    if (run === null || labels === null) return;
    const { layer } = store.state.map;
    const others = run.layers.map((one) => one.layer).filter((one) => one !== layer);
    const groups = this.kind === "grouped" ? values(column(this.groupBy)) : null;
    void train({
      column: columnName(key),
      labels,
      layers: this.reach === "all" ? [layer, ...others] : [layer],
      model: { kind: this.model },
      folds: { kind: this.kind, count: this.folds, ...(groups === null ? {} : { groups }) },
      seeds: this.seeds,
      baselines: this.baselines,
    });
  }
}
customElements.define("cg-probe", ProbeCard);

function shown(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(3).replace("-", "−");
}

function drawings(answer: ProbeReport & { layers: readonly number[] }): {
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
        quiet: at >= answer.layers.length,
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

function line({ tables }: ProbeReport, at: number): string {
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

function cell({ confusion, classes }: ProbeReport, at: number): string {
  const [row, col] = [Math.floor(at / classes.length), at % classes.length];
  const counts = confusion?.[row] ?? [];
  const total = counts.reduce((a, b) => a + b, 0);
  return `${counts[col] ?? 0} of ${total} ${classes[row] ?? ""} were taken for ${classes[col] ?? ""}`;
}

function table({ tables }: ProbeReport): string {
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

function confusionTable({ confusion, classes }: ProbeReport): string {
  return csv(["true \\ predicted", ...classes], (confusion ?? []).map((row, at) => [classes[at] ?? "", ...row]));
}
