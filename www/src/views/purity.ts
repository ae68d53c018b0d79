/** Do neighbours share their label, or have similar numbers? With shuffled labels, simple features and the control beside. */
import { tiesNote } from "../analysis/ties";
import { css, html, LitElement, nothing } from "lit";
import { measureLikeness, measurePurity } from "../actions/analyses";
import { changes } from "../analysis/asked";
import { csv } from "../analysis/csv";
import type { Answers, Asked, Distance } from "../analysis/state";
import { OFTEN, ofControl, tooFew, conclusion, WELL } from "../analysis/conclusion";
import { columnType } from "../colour/looks";
import { numbersOf } from "../colour/type";
import { count, cut, percent } from "../format";
import { controlOf } from "../analysis/control";
import { shownRun, spaceName } from "../metadata";
import { store } from "../state";
import { Watch } from "../watch";
import { answered, answerLook } from "./answer";
import { grid } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import "./control";
import { controls } from "./controls";
import { columnName, colouringOf } from "./fields";
import { jobLine } from "./job";

/** `<cg-purity>` */
export class PurityPart extends LitElement {
  static override properties = { k: { type: Number }, metric: {}, by: {} };
  declare k: number;
  declare metric: Distance;
  /** Key of the column. */
  declare by: string;
  readonly watch = new Watch(this, "jobs", "run", "runs", "map", "labels", "colours");
  #drawing: { of: unknown; made: Drawing } | null = null;

  constructor() {
    super();
    this.k = 1;
    this.metric = "euclidean";
    this.by = "";
  }

  static override styles = [
    controls,
    grid,
    answerLook,
    css`
      :host {
        display: grid;
        gap: 0.75rem;
        min-width: 0;
      }
    `,
  ];

  override render(): unknown {
    const { jobs, colours } = store.state;
    const column = colouringOf(this.by);
    const numeric = column !== null && columnType(column, colours) === "number";
    const [purity, likeness] = [jobs.purity.answer, jobs.likeness.answer];
    const now = this.#question();
    return html`<div class="row">
        <button
          data-testid="purity-run"
          ?disabled=${column === null || jobs.purity.phase === "running" || jobs.likeness.phase === "running"}
          @click=${() => this.#ask(numeric)}
        >
          ${numeric ? "Do neighbours have similar numbers?" : "Do neighbours share their label?"}
        </button>
        <slot></slot>
      </div>
      ${jobLine("purity", "Shuffling labels")} ${jobLine("likeness", "Shuffling numbers")}
      ${purity === null ? nothing : answered("purity", purity.column, changes(purity.asked, now), this.#pure(purity))}
      ${likeness === null ? nothing : answered("purity", likeness.column, changes(likeness.asked, now), this.#alike(likeness))}
      <cg-control place="purity"></cg-control>`;
  }

  /** What is asked, in words. */
  #question(): Asked {
    const { run, map } = store.state;
    const vectors = run.report === null ? "" : spaceName(run.report, map.layer);
    return { label: columnName(this.by), neighbours: String(this.k), distance: this.metric, vectors };
  }

  #ask(numeric: boolean): void {
    const column = colouringOf(this.by);
    if (column === null) return;
    const { layer } = store.state.map;
    const asked = this.#question();
    const numbers = numeric ? numbersOf(column.values) : null;
    if (numbers !== null) void measureLikeness(layer, this.k, this.metric, column.name, numbers, asked);
    else void measurePurity(layer, this.k, this.metric, column.name, column.values, asked);
  }

  #letters(): string {
    return controlOf(store.state.runs, shownRun(store.state))?.control?.letters ?? "letters";
  }

  #pure(answer: Answers["purity"]): unknown {
    const { mean, chance, p, shuffled, k, classes, rows, column: by, beside, control } = answer;
    const compared = { value: mean, chance: shuffled.mean ?? chance, p, leastP: 1 / (shuffled.shuffles + 1), written: percent };
    const sentence = conclusion({ ...compared, does: `Neighbours share their ${cut(by, 40)}`, words: OFTEN, chanceName: "shuffled labels", beside });
    if (this.#drawing?.of !== answer) this.#drawing = { of: answer, made: drawing(answer) };
    return html`<p data-testid="purity-conclusion">${few(rows)}<bdi>${sentence}</bdi></p>
      ${control === null ? nothing : html`<p data-testid="purity-control">${ofControl(compared, control, this.#letters())}</p>`}
      <p class="small" data-testid="purity-summary">
        On average ${percent(mean)} of the ${k} nearest neighbours share the <bdi>${cut(by, 40)}</bdi> of a sequence
        (${count(rows)} labelled). With shuffled labels it is
        ${percent(shuffled.mean ?? chance)}${shuffled.low === null || shuffled.high === null
          ? nothing
          : html` (95 % of shuffles: ${percent(shuffled.low)} to ${percent(shuffled.high)})`}.${besides(beside, percent)}${tiesNote(answer.ties, k, "sequence")}
      </p>
      <cg-chart
        .drawing=${this.#drawing.made}
        .height=${56 + 24 * classes.length}
        .tip=${(at: number) => {
          const one = sorted(classes)[at];
          return one === undefined ? "" : `${one.label}: ${percent(one.purity)} of neighbours share it, ${percent(one.chance)} by chance`;
        }}
        .files=${{
          csv: () => csv(["label", "sequences", "purity", "chance"], classes.map((one) => [one.label, one.rows, one.purity, one.chance])),
          json: () => answer,
        }}
        label="Label purity of each label, with what chance would give"
        name="purity"
      ></cg-chart>
      <p class="small quiet">Filled: measured. Open circle: what neighbours drawn at random would give.</p>`;
  }

  #alike(answer: Answers["likeness"]): unknown {
    const { spearman, p, shuffled, r2, rows, k, column: by, beside, control } = answer;
    if (spearman === null || p === null)
      return html`<p data-testid="purity-conclusion">All numbers of <bdi>${cut(by, 40)}</bdi> are the same, so there is nothing to compare.</p>`;
    const compared = { value: spearman, chance: shuffled.mean ?? 0, p, leastP: 1 / (shuffled.shuffles + 1), written: decimal };
    const sentence = conclusion({ ...compared, does: `The mean of the neighbours predicts ${cut(by, 40)}`, words: WELL, chanceName: "shuffled numbers", beside });
    return html`<p data-testid="purity-conclusion">${few(rows)}<bdi>${sentence}</bdi></p>
      ${control === null ? nothing : html`<p data-testid="purity-control">${ofControl(compared, control, this.#letters())}</p>`}
      <p class="small" data-testid="purity-summary">
        The mean <bdi>${cut(by, 40)}</bdi> of the ${k} nearest neighbours correlates with a sequence’s own by ${decimal(spearman)}
        (Spearman; ${count(rows)} with a number${r2 === null ? "" : `; R² ${decimal(r2)}`}). With shuffled numbers it is
        ${decimal(shuffled.mean ?? 0)}${shuffled.low === null || shuffled.high === null
          ? nothing
          : html` (95 % of shuffles: ${decimal(shuffled.low)} to ${decimal(shuffled.high)})`}.${besides(beside, decimal)}
      </p>`;
  }
}
customElements.define("cg-purity", PurityPart);

function few(rows: number): unknown {
  const text = tooFew(rows, "labelled sequence");
  return text === "" ? nothing : html`<strong>${text}</strong>`;
}

function besides(beside: Answers["purity"]["beside"], written: (value: number) => string): string {
  return beside.length === 0 ? "" : ` With simple features alone: ${beside.map(({ name, value }) => `${written(value)} (${name})`).join(", ")}.`;
}

function decimal(value: number): string {
  return value.toFixed(2).replace("-", "−");
}

function sorted(classes: Answers["purity"]["classes"]): Answers["purity"]["classes"] {
  return [...classes].sort((a, b) => b.purity - a.purity);
}

function drawing({ classes, k }: Answers["purity"]): Drawing {
  return {
    kind: "intervals",
    chart: {
      rows: sorted(classes).map((one) => ({ name: `${one.label} (${one.rows})`, value: one.purity, baselines: [one.chance] })),
      xLabel: `share with the same label, k = ${k}`,
      low: 0,
      high: 1,
    },
  };
}
