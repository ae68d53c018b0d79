/** Layers and models compared by centred kernel alignment: a heat map with numbers, and a test of any pair. */
import { html, LitElement, nothing } from "lit";
import { ckaQuestion, compareLayers, testLayers } from "../actions/analyses";
import { importTable } from "../actions/tables";
import { changes } from "../analysis/asked";
import { csv } from "../analysis/csv";
import { recordRuns } from "../metadata";
import type { Answers, StoredRun } from "../analysis/state";
import { count, cut } from "../format";
import { DEFAULTS, type KernelKind } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { grid, numbers } from "./cards";
import type { Drawing } from "./chart";
import "./chart";
import { answered, answerLook } from "./answer";
import { controls } from "./controls";
import { choice } from "./fields";
import { jobLine } from "./job";

type Estimate = "debiased" | "biased";

/** `<cg-cka>` */
export class CkaCard extends LitElement {
  static override properties = {
    a: { state: true },
    b: { state: true },
    kernel: { state: true },
    estimate: { state: true },
  };
  declare a: number;
  declare b: number;
  declare kernel: KernelKind;
  declare estimate: Estimate;
  readonly watch = new Watch(this, "jobs", "runs", "run", "imported", "importedAs");
  #made: { of: unknown; estimate: Estimate; drawing: Drawing } | null = null;

  constructor() {
    super();
    this.a = 0;
    this.b = 0;
    this.kernel = DEFAULTS.cka.kernel;
    this.estimate = "debiased";
  }

  static override styles = [controls, grid, numbers, answerLook];

  override render(): unknown {
    const { jobs } = store.state;
    const runs = recordRuns(store.state);
    const newest = runs.at(-1);
    if (newest === undefined) return html`<p>There is no run with one vector per sequence.</p>`;
    const a = runs.find(({ id }) => id === this.a) ?? newest;
    const b = runs.find(({ id }) => id === this.b) ?? a;
    const options = runs.map(({ id, name }): [string, string] => [String(id), name]);
    return html`<div class="stack">
      <p class="small quiet">
        Do two layers, or two models, arrange the sequences alike? 1: the same arrangement up to rotation and scale; 0:
        nothing in common. Embed with “All layers” to compare layers; every embedding of this session is listed here.
      </p>
      <div class="options">
        ${choice("First", "cka-a", String(a.id), options, (id) => (this.a = Number(id)))}
        ${choice("Second", "cka-b", String(b.id), options, (id) => (this.b = Number(id)))}
        ${choice(
          "Kernel",
          "cka-kernel",
          this.kernel,
          [
            ["linear", "Linear"],
            ["rbf", "Gaussian, median distance"],
          ],
          (kernel) => (this.kernel = kernel as KernelKind),
        )}
        <button
          data-testid="cka-run"
          class="primary"
          ?disabled=${jobs.cka.phase === "running"}
          @click=${() => void compareLayers(a, b, this.kernel)}
        >
          Compare
        </button>
      </div>
      <div class="row small">
        <label class="button"
          >Add vectors from a file<input
            class="hidden-visually"
            type="file"
            accept=".csv,.tsv,.tab,.txt,.gz,.npy,.safetensors"
            data-testid="table-file"
            @change=${this.#chosen}
        /></label>
        <span class="quiet"
          >.csv, .tsv and .safetensors with ids; .npy and tables without ids with the rows of the sequences above, in their
          order.</span
        >
      </div>
      ${store.state.importedAs === null
        ? nothing
        : html`<p class="small quiet" data-testid="table-decided">Read as: ${store.state.importedAs}.</p>`}
      <cg-error .error=${store.state.imported}></cg-error>
      ${jobLine("cka", "Comparing layers")} ${jobs.cka.answer === null
        ? nothing
        : answered("cka", "layers compared", changes(jobs.cka.answer.asked, ckaQuestion(a, b, this.kernel)), this.#answer(jobs.cka.answer))}
    </div>`;
  }

  #answer(answer: Answers["cka"]): unknown {
    if (this.#made?.of !== answer || this.#made.estimate !== this.estimate) {
      this.#made = { of: answer, estimate: this.estimate, drawing: drawing(answer, this.estimate) };
    }
    const { n, cols, undefined: missing } = answer;
    const wide = Math.max(...answer.a.layers.map(({ table }) => table.cols)) > n;
    const cell = store.state.jobs.ckaTest.answer;
    return html`<div class="options">
        ${choice(
          "Estimate",
          "cka-estimate",
          this.estimate,
          [
            ["debiased", "Debiased (recommended)"],
            ["biased", "Biased, as in most papers"],
          ],
          (estimate) => (this.estimate = estimate as Estimate),
        )}
      </div>
      <p class="small" data-testid="cka-summary">
        ${count(answer.rows)} × ${count(cols)} layers over ${count(n)} sequences.
        ${wide && this.estimate === "biased" ? "There are fewer sequences than dimensions: the biased estimate is too high here." : ""}
        ${missing.length === 0
          ? ""
          : `${count(missing.length)} crossed-out cells are undefined: ${reason(n)}.`}
        Computed with: ${answer.computed.reason}.
      </p>
      <cg-chart
        .drawing=${this.#made.drawing}
        .height=${Math.min(620, Math.max(260, 100 + 34 * answer.rows))}
        .tip=${(at: number) => tip(answer, at)}
        .files=${{ csv: () => table(answer), json: () => record(answer) }}
        label=${`Similarity of ${answer.a.name} and ${answer.b.name}, layer by layer`}
        name="cka"
        @pick=${(event: CustomEvent<number>) => {
          const at = event.detail;
          void testLayers(Math.floor(at / cols), at % cols);
        }}
      ></cg-chart>
      <p class="small quiet">Click a cell (or press Enter on it) to test it: shuffled sequences, and a bootstrap interval.</p>
      ${jobLine("ckaTest", "Shuffling")}
      ${cell === null
        ? nothing
        : html`<p data-testid="cka-cell">
            Layer ${layerOf(answer.a, cell.row)} with layer ${layerOf(answer.b, cell.col)}:
            ${cell.value === null
              ? `undefined, because ${reason(n)}`
              : html`<strong>${cell.value.toFixed(3)}</strong>${cell.interval === null
                    ? ", no interval (too many draws were undefined)"
                    : `, 95 % interval ${cell.interval[0].toFixed(3)} to ${cell.interval[1].toFixed(3)}`},
                  p ${(cell.p ?? 1) <= 1 / (cell.shuffles + 1) ? "≤" : "="} ${(cell.p ?? 1).toPrecision(2)} against ${count(cell.shuffles)}
                  shuffles of ${count(cell.blocks.count)} ${cell.blocks.kind} (${count(cell.draws)} bootstrap draws, seed ${cell.seed})`}.
          </p>`}`;
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void importTable(file);
    input.value = "";
  }
}
customElements.define("cg-cka", CkaCard);

function layerOf(run: StoredRun, at: number): string {
  return String(run.layers[at]?.layer ?? at);
}

/** Why a debiased value may not exist. */
function reason(n: number): string {
  return `the debiased variance of a layer is not positive, either because its vectors are all the same or because ${n} sequences are too few`;
}

function drawing(answer: Answers["cka"], estimate: Estimate): Drawing {
  const values = Float32Array.from(answer[estimate]);
  const least = values.reduce((low, value) => (value < low ? value : low), 0);
  const names = (run: StoredRun): string[] => run.layers.map(({ layer }) => String(layer));
  return {
    kind: "heatmap",
    values,
    words: {
      rows: names(answer.a),
      columns: names(answer.b),
      xLabel: answer.a.id === answer.b.id ? "layer" : cut(`layer of ${answer.b.name}`, 26),
      yLabel: answer.a.id === answer.b.id ? "layer" : cut(`layer of ${answer.a.name}`, 26),
      low: least < -0.05 ? -0.25 : 0,
      high: 1,
      decimals: 2,
    },
  };
}

function tip(answer: Answers["cka"], at: number): string {
  const [row, col] = [Math.floor(at / answer.cols), at % answer.cols];
  const shown = (value = Number.NaN): string => (Number.isNaN(value) ? "undefined" : value.toFixed(4));
  const pair = `Layer ${layerOf(answer.a, row)} with layer ${layerOf(answer.b, col)}`;
  const why = Number.isNaN(answer.debiased[at]) ? ` (${reason(answer.n)})` : "";
  return `${pair}: debiased ${shown(answer.debiased[at])}${why}, biased ${shown(answer.biased[at])}`;
}

function table(answer: Answers["cka"]): string {
  const number = (value = Number.NaN): number | null => (Number.isNaN(value) ? null : value);
  const rows = Array.from(answer.debiased, (value, at) => [
    layerOf(answer.a, Math.floor(at / answer.cols)),
    layerOf(answer.b, at % answer.cols),
    number(value),
    number(answer.biased[at]),
  ]);
  return csv([`layer of ${answer.a.name}`, `layer of ${answer.b.name}`, "debiased", "biased"], rows);
}

function record(answer: Answers["cka"]): unknown {
  const { a, b, debiased, biased, ...rest } = answer;
  const named = (run: StoredRun): unknown => ({ name: run.name, layers: run.layers.map(({ layer }) => layer) });
  // NaN becomes null in JSON.
  return { ...rest, debiased: [...debiased], biased: [...biased], first: named(a), second: named(b) };
}
