/** Probes: how well does a small model predict a label from the vectors, and how certain is that? */
import { html, LitElement, nothing } from "lit";
import { common } from "../actions/analyses";
import { train } from "../actions/probe";
import { hasSequences } from "../actions/run-sequences";
import { BASES, currentRun } from "../actions/runs";
import { changes } from "../analysis/asked";
import type { Asked, StoredRun } from "../analysis/state";
import { sentence } from "../format";
import { recordRuns, spaceName } from "../metadata";
import { DEFAULTS, type FoldKind, type ProbeModel, type Task } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { answered, answerLook } from "./answer";
import { grid } from "./cards";
import "./control";
import { controls } from "./controls";
import { choice, column, columnName, columns, number, values } from "./fields";
import "./probe-answer";
import { jobLine } from "./job";

const FOLDS: readonly [FoldKind, string][] = [
  ["stratified", "Classes in equal shares"],
  ["grouped", "Groups kept together"],
  ["leaveOneOut", "Leave one out"],
  ["plain", "At random"],
];
/** Needs the letters of the sequences. */
const BY_CLUSTER: readonly [FoldKind, string] = ["clusters", "Clusters of similar sequences kept together"];

const TASKS: readonly [Task | "", string][] = [
  ["", "What the labels look like"],
  ["classes", "Classes"],
  ["labels", "Several labels each"],
  ["numbers", "Numbers"],
];

/** `<cg-probe>` */
export class ProbeCard extends LitElement {
  static override properties = {
    by: { state: true },
    task: { state: true },
    groupBy: { state: true },
    reach: { state: true },
    model: { state: true },
    kind: { state: true },
    folds: { state: true },
    seeds: { state: true },
    baselines: { state: true },
    gc: { state: true },
    classesBy: { state: true },
    withinBy: { state: true },
    other: { state: true },
  };
  declare by: string;
  /** What the labels are, or empty to let them decide. */
  declare task: Task | "";
  declare groupBy: string;
  declare reach: "one" | "all";
  declare model: ProbeModel["kind"] | "chosen";
  declare kind: FoldKind;
  declare folds: number;
  declare seeds: number;
  declare baselines: boolean;
  declare gc: boolean;
  /** Column whose classes are appended, or empty. */
  declare classesBy: string;
  /** Column of the groups inside which the predictions are scored as well, or empty. */
  declare withinBy: string;
  /** Id of the run that is compared with the current one, or empty. */
  declare other: string;
  readonly watch = new Watch(this, "jobs", "run", "map", "labels", "runs", "sequences");
  #sharing: { run: StoredRun | null; runs: readonly StoredRun[]; others: readonly StoredRun[] } | null = null;

  constructor() {
    super();
    this.by = "";
    this.task = "";
    this.groupBy = "";
    this.reach = "one";
    this.model = DEFAULTS.probe.model.kind;
    this.kind = DEFAULTS.probe.folds.kind;
    this.folds = DEFAULTS.probe.folds.count;
    this.seeds = DEFAULTS.probe.seeds.length;
    this.baselines = true;
    this.gc = false;
    this.classesBy = "";
    this.withinBy = "";
    this.other = "";
  }

  static override styles = [controls, grid, answerLook];

  override render(): unknown {
    const { jobs, map } = store.state;
    const run = currentRun();
    const labels = values(column(this.by));
    const several = (run?.layers.length ?? 0) > 1;
    const others = this.#others(run);
    const kind = this.#kind();
    const bases = run?.baselines.some(({ name }) => name === BASES) === true;
    return html`<div class="stack">
      <p class="small quiet">
        A small model learns a label from the vectors of some sequences and is scored on the others. Compare its score
        with the scores of permuted labels and simple features.
      </p>
      ${labels === null
        ? html`<p>Probes need labels: header fields such as family=… or a label table (next to the map).</p>`
        : html`<div class="options">
            ${choice("Predict", "probe-column", column(this.by), columns(), (by) => (this.by = by))}
            ${choice("As", "probe-task", this.task, TASKS, (task) => (this.task = task as Task | ""))}
            ${choice(
              "From",
              "probe-layers",
              several ? this.reach : "one",
              [
                ["one", run === null ? "" : sentence(spaceName(run.report, map.layer)).slice(0, -1)],
                ...(several ? [["all", "Every layer"] as const] : []),
              ],
              (reach) => (this.reach = reach as "one" | "all"),
            )}
            ${choice(
              "Model",
              "probe-model",
              this.model,
              [
                ["linear", "Linear, C or alpha = 1"],
                ["chosen", "Linear, penalty chosen in the training rows"],
                ["mlp", "Multilayer perceptron (512, 256)"],
              ],
              (model) => (this.model = model as typeof this.model),
            )}
            ${choice(
              "Test on",
              "probe-folds",
              kind,
              hasSequences(store.state) ? [...FOLDS, BY_CLUSTER] : FOLDS,
              (kind) => (this.kind = kind as FoldKind),
            )}
            ${kind === "leaveOneOut"
              ? nothing
              : number("Folds", "probe-count", this.folds, [2, 20, 1], (folds) => (this.folds = folds))}
            ${kind === "grouped"
              ? choice("Groups", "probe-groups", column(this.groupBy), columns(), (by) => (this.groupBy = by))
              : nothing}
            ${choice("Score also within", "probe-within", this.withinBy, columns("Nothing"), (by) => (this.withinBy = by))}
            ${number("Repeats (seeds)", "probe-seeds", this.seeds, [1, 20, 1], (seeds) => (this.seeds = seeds))}
            ${choice("Add to the vectors", "probe-classes", this.classesBy, columns("Nothing"), (by) => (this.classesBy = by))}
            ${others.length === 0
              ? nothing
              : choice(
                  "Compare and join with",
                  "probe-beside",
                  this.other,
                  [["", "No other embedding"], ...others.map(({ id, name }) => [String(id), name] as const)],
                  (other) => (this.other = other),
                )}
            ${bases
              ? html`<label class="check"
                  ><input
                    type="checkbox"
                    data-testid="probe-gc"
                    .checked=${this.gc}
                    @change=${(event: Event) => (this.gc = (event.target as HTMLInputElement).checked)}
                  />Add the GC content</label
                >`
              : nothing}
            <label class="check"
              ><input
                type="checkbox"
                data-testid="probe-baselines"
                .checked=${this.baselines}
                @change=${(event: Event) => (this.baselines = (event.target as HTMLInputElement).checked)}
              />Compare with simple features</label
            >
            <button
              data-testid="probe-run"
              class="primary"
              ?disabled=${jobs.probe.phase === "running"}
              @click=${() => this.#train()}
            >
              Train and test
            </button>
          </div>`}
      ${jobLine("probe", "Training probes")}
      ${jobs.probe.answer === null
        ? nothing
        : answered(
            "probe",
            jobs.probe.answer.column,
            changes(jobs.probe.answer.asked, this.#question()),
            html`<cg-probe-answer .answer=${jobs.probe.answer}></cg-probe-answer>`,
          )}
      <cg-control place="probe"></cg-control>
    </div>`;
  }

  /** The chosen folds, as far as the run allows them. */
  #kind(): FoldKind {
    return this.kind === "clusters" && !hasSequences(store.state) ? DEFAULTS.probe.folds.kind : this.kind;
  }

  /** Runs that share sequences with the current one. */
  #others(run: StoredRun | null): readonly StoredRun[] {
    const runs = recordRuns(store.state);
    if (this.#sharing?.run !== run || this.#sharing.runs !== runs) {
      const shares = (one: StoredRun): boolean => run !== null && one !== run && common(run, one).a.length > 1;
      this.#sharing = { run, runs, others: runs.filter(shares) };
    }
    return this.#sharing.others;
  }

  /** What is asked, in words. */
  #question(): Asked {
    const { map, run } = store.state;
    const layer = run.report === null ? "" : spaceName(run.report, map.layer);
    return {
      label: columnName(column(this.by)),
      as: this.task === "" ? "as it looks" : this.task,
      from: this.reach === "all" ? "every layer" : layer,
      model: this.model,
      folds: this.kind === "leaveOneOut" ? "one left out" : `${this.folds} ${this.kind}`,
      ...(this.kind === "grouped" ? { groups: columnName(column(this.groupBy)) } : {}),
      repeats: String(this.seeds),
      added: [...(this.gc ? ["GC content"] : []), ...(this.classesBy === "" ? [] : [columnName(this.classesBy)])].join(", ") || "nothing",
      beside: this.#others(currentRun()).find(({ id }) => String(id) === this.other)?.name ?? "no other embedding",
      "simple features": this.baselines ? "yes" : "no",
    };
  }

  #train(): void {
    const run = currentRun();
    const key = column(this.by);
    const labels = values(key);
    if (run === null || labels === null) return;
    const { layer } = store.state.map;
    const others = run.layers.map((one) => one.layer).filter((one) => one !== layer);
    const kind = this.#kind();
    const groups = kind === "grouped" ? values(column(this.groupBy)) : null;
    const within = this.withinBy === "" ? null : values(this.withinBy);
    const added = this.classesBy === "" ? null : values(this.classesBy);
    void train({
      column: columnName(key),
      labels,
      task: this.task === "" ? null : this.task,
      layers: this.reach === "all" ? [layer, ...others] : [layer],
      gc: this.gc,
      classes: added === null ? null : { name: columnName(this.classesBy), values: added },
      other: this.#others(run).find(({ id }) => String(id) === this.other) ?? null,
      model: this.model === "chosen" ? { kind: "linear", choose: true } : { kind: this.model },
      within: within === null ? null : { name: columnName(this.withinBy), values: within },
      folds: { kind, count: this.folds, ...(groups === null ? {} : { groups }) },
      seeds: this.seeds,
      baselines: this.baselines,
      asked: this.#question(),
    });
  }
}
customElements.define("cg-probe", ProbeCard);
