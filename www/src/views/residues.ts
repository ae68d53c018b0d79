/** Probes of residues: a run with one vector per residue or token, and labels that are strings of letters. */
import { html, LitElement, nothing } from "lit";
import { addLabels } from "../actions/labels";
import { trainResidues } from "../actions/probe";
import { changes } from "../analysis/asked";
import type { Asked } from "../analysis/state";
import { hasSequences } from "../actions/run-sequences";
import { DEFAULTS, type FoldKind, type ProbeModel } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { answered, answerLook } from "./answer";
import { grid } from "./cards";
import { controls } from "./controls";
import "./drop";
import { choice, columnName, columns, number, values } from "./fields";
import "./probe-answer";
import "./error-view";
import { jobLine } from "./job";

const FOLDS: readonly [FoldKind, string][] = [
  ["plain", "Sequences at random"],
  ["grouped", "Groups kept together"],
  ["leaveOneOut", "Leave one sequence out"],
];
/** Needs the letters of the sequences. */
const BY_CLUSTER: readonly [FoldKind, string] = ["clusters", "Clusters of similar sequences kept together"];
/** Most residues of one token. */
const MOST_PER_TOKEN = 12;

/** `<cg-residues>` */
export class ResiduesCard extends LitElement {
  static override properties = {
    by: { state: true },
    groupBy: { state: true },
    layer: { state: true },
    residuesPerToken: { state: true },
    model: { state: true },
    kind: { state: true },
    folds: { state: true },
  };
  declare by: string;
  declare groupBy: string;
  declare layer: number | null;
  /** Residues of one vector, or null for what the lengths suggest. */
  declare residuesPerToken: number | null;
  declare model: ProbeModel["kind"];
  declare kind: FoldKind;
  declare folds: number;
  readonly watch = new Watch(this, "jobs", "run", "labels", "sequences");

  constructor() {
    super();
    this.by = "";
    this.groupBy = "";
    this.layer = null;
    this.residuesPerToken = null;
    this.model = DEFAULTS.probe.model.kind;
    this.kind = "plain";
    this.folds = DEFAULTS.probe.folds.count;
  }

  static override styles = [controls, grid, answerLook];

  override render(): unknown {
    const { jobs, run, labels } = store.state;
    const found = columns();
    const kind = this.#kind();
    const by = this.#column();
    const layers = run.report?.layers ?? [];
    return html`<div class="stack">
      <p class="small quiet">
        A small model learns the letter of each residue, such as H, E and C for secondary structure, from its vector, and
        is scored on sequences that it has not seen. A string has one letter per residue; ? - . and X mean no label.
      </p>
      <cg-drop
        label=${labels.name === ""
          ? "Drop a table (TSV or CSV): ids first, and a column with one letter per residue"
          : `Labels from ${labels.name}`}
        button="Choose a table"
        input-testid="residue-labels"
        @files=${(event: CustomEvent<File[]>) => void addLabels(event.detail)}
      ></cg-drop>
      <cg-error .error=${labels.error}></cg-error>
      ${found.length === 0
        ? nothing
        : html`<div class="options">
            ${choice("Predict", "residue-column", by, found, (key) => (this.by = key))}
            ${choice(
              "From",
              "residue-layer",
              String(this.#layer()),
              layers.map((layer) => [String(layer), `Layer ${layer}`] as const),
              (layer) => (this.layer = Number(layer)),
            )}
            ${number("Residues per vector", "residue-per-token", this.#residuesPerToken(by), [1, MOST_PER_TOKEN, 1], (one) => (this.residuesPerToken = one))}
            ${choice(
              "Model",
              "residue-model",
              this.model,
              [
                ["linear", "Linear"],
                ["mlp", "Multilayer perceptron (512, 256)"],
              ],
              (model) => (this.model = model as ProbeModel["kind"]),
            )}
            ${choice(
              "Test on",
              "residue-folds",
              kind,
              hasSequences(store.state) ? [...FOLDS, BY_CLUSTER] : FOLDS,
              (kind) => (this.kind = kind as FoldKind),
            )}
            ${kind === "leaveOneOut"
              ? nothing
              : number("Folds", "residue-count", this.folds, [2, 20, 1], (folds) => (this.folds = folds))}
            ${kind === "grouped"
              ? choice("Groups", "residue-groups", this.#groups(), found, (key) => (this.groupBy = key))
              : nothing}
            <button
              data-testid="residue-run"
              class="primary"
              ?disabled=${jobs.probe.phase === "running"}
              @click=${() => this.#train()}
            >
              Train and test
            </button>
          </div>`}
      ${jobLine("probe", "Training probes")}
      ${jobs.probe.answer === null || jobs.probe.answer.residues === null
        ? nothing
        : answered(
            "probe",
            jobs.probe.answer.column,
            changes(jobs.probe.answer.asked, this.#question()),
            html`<cg-probe-answer .answer=${jobs.probe.answer}></cg-probe-answer>`,
          )}
    </div>`;
  }

  /** The chosen column, or the one whose strings are longest: it is likely to hold a letter per residue. */
  #column(): string {
    const found = columns();
    if (found.some(([key]) => key === this.by)) return this.by;
    const sized = found.map(([key]): [string, number] => [key, letters(key)]);
    return sized.toSorted(([, a], [, b]) => b - a)[0]?.[0] ?? "";
  }

  /** The chosen folds, as far as the run allows them. */
  #kind(): FoldKind {
    return this.kind === "clusters" && !hasSequences(store.state) ? "plain" : this.kind;
  }

  #groups(): string {
    const found = columns();
    return found.find(([key]) => key === this.groupBy)?.[0] ?? found[0]?.[0] ?? "";
  }

  #layer(): number {
    const layers = store.state.run.report?.layers ?? [];
    return this.layer !== null && layers.includes(this.layer) ? this.layer : (layers.at(-1) ?? 0);
  }

  #residuesPerToken(by: string): number {
    const rows = store.state.run.report?.rows ?? 0;
    return this.residuesPerToken ?? Math.min(MOST_PER_TOKEN, Math.max(1, Math.round(letters(by) / Math.max(1, rows))));
  }

  /** What is asked, in words. */
  #question(): Asked {
    return {
      label: columnName(this.#column()),
      layer: String(this.#layer()),
      model: this.model,
      folds: this.kind === "leaveOneOut" ? "one left out" : `${this.folds} ${this.kind}`,
      ...(this.kind === "grouped" ? { groups: columnName(this.#groups()) } : {}),
    };
  }

  #train(): void {
    const by = this.#column();
    const labels = values(by);
    if (labels === null) return;
    const kind = this.#kind();
    const groups = kind === "grouped" ? values(this.#groups()) : null;
    void trainResidues({
      asked: this.#question(),
      column: columnName(by),
      labels,
      layer: this.#layer(),
      residuesPerToken: this.#residuesPerToken(by),
      model: { kind: this.model },
      folds: { kind, count: this.folds, ...(groups === null ? {} : { groups }) },
    });
  }
}
customElements.define("cg-residues", ResiduesCard);

function letters(key: string): number {
  return (values(key) ?? []).reduce((sum, text) => sum + (text?.length ?? 0), 0);
}
