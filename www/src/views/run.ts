/** Step 3: options, device, the button, and how far it has come. */
import { css, html, LitElement, nothing } from "lit";
import { embed } from "../actions/embed";
import { choosePositions } from "../actions/positions";
import { atPositions, obstacle } from "../actions/run";
import { plural } from "../format";
import type { LayerWord } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./device";
import "./error-view";
import "./unfinished";

type PoolingChoice = (typeof store.state.options)["pool"];
const POOLINGS: readonly [PoolingChoice, string][] = [
  ["auto", "As the model’s authors do"],
  ["mean", "Mean over residues"],
  ["mean-tokens", "Mean over all tokens"],
  ["max", "Maximum over tokens"],
  ["cls", "Start token (cls)"],
  ["positions", "Mean over chosen positions"],
  ["positions-in-order", "Chosen positions, in order"],
  ["none", "None: one per residue"],
];

/** `<cg-run>` */
export class RunPanel extends LitElement {
  readonly watch = new Watch(this, "run", "engine", "model", "sequences", "options");

  static override styles = [
    controls,
    panel,
    css`
      .options {
        display: grid;
        grid-template-columns: minmax(0, 1.6fr) repeat(3, minmax(0, 1fr)) minmax(0, 0.6fr) auto;
        gap: 0.75rem 1rem;
        align-items: end;
      }
      .primary {
        min-width: 9rem;
      }
      @media (max-width: 820px) {
        .options {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        .options > .go {
          grid-column: 1 / -1;
        }
        .go .primary {
          width: 100%;
        }
      }
    `,
  ];

  override render(): unknown {
    const { run, options, sequences } = store.state;
    const busy = run.phase === "running" || run.phase === "cancelling";
    const why = obstacle(store.state);
    return html`<section aria-labelledby="title">
      <h2 id="title">3. Embed</h2>
      <fieldset ?disabled=${busy}>
        <div class="options">
          <label class="field"
            >Vector per sequence
            <select
              data-testid="pool"
              @change=${(event: Event) => this.#option("pool", (event.target as HTMLSelectElement).value as PoolingChoice)}
            >
              ${POOLINGS.map(
                ([value, label]) => html`<option value=${value} .selected=${options.pool === value}>${label}</option>`,
              )}
            </select></label
          >
          <label class="field"
            >Layers
            <select
              data-testid="layers"
              @change=${(event: Event) =>
                this.#option("layers", (event.target as HTMLSelectElement).value as LayerWord)}
            >
              <option value="last" .selected=${options.layers === "last"}>Last layer</option>
              <option value="all" .selected=${options.layers === "all"}>All layers</option>
            </select></label
          >
          <label class="field"
            >Overlap of windows, residues
            <input
              type="number"
              min="0"
              max="1021"
              step="1"
              data-testid="overlap"
              placeholder="default"
              .value=${options.overlap === null ? "" : String(options.overlap)}
              @change=${this.#overlap}
          /></label>
          <cg-device-choice ?disabled=${busy}></cg-device-choice>
          <cg-workers-choice ?disabled=${busy}></cg-workers-choice>
          <div class="go">
            <button
              class="primary"
              data-testid="embed"
              aria-describedby="why"
              ?disabled=${why !== null || busy}
              @click=${() => void embed()}
            >
              ${sequences.report === null || sequences.report.count === 0
                ? "Embed"
                : `Embed ${plural(sequences.report.count, "sequence")}`}
            </button>
          </div>
        </div>
      </fieldset>
      ${atPositions(store.state) ? this.#positions(options.positions?.name ?? null, busy) : nothing}
      <cg-device-line></cg-device-line>
      <p id="why" class="small quiet" ?hidden=${why === null || busy}>${why ?? ""}</p>
      ${run.phase === "cancelled"
        ? html`<p role="status" data-testid="cancelled">Cancelled. Model, sequences and earlier results are kept.</p>`
        : nothing}
      ${run.survived.map((sentence) => html`<p role="status" data-testid="survived">${sentence}</p>`)}
      <cg-error .error=${run.error}></cg-error>
      <cg-unfinished></cg-unfinished>
    </section>`;
  }

  /** The table of chosen positions, such as the residues that line a pocket. */
  #positions(name: string | null, busy: boolean): unknown {
    return html`<div class="row small">
      <label class="button"
        >${name === null ? "Choose a table of positions" : "Choose another table"}<input
          class="hidden-visually"
          type="file"
          accept=".tsv,.txt"
          data-testid="positions-file"
          ?disabled=${busy}
          @change=${this.#table}
      /></label>
      <span class="quiet" data-testid="positions-name"
        >${name === null ? nothing : html`<bdi>${name}</bdi>: `}one line per sequence: its name, a tab, and positions with
        commas, counted from 1.</span
      >
    </div>`;
  }

  #table(event: Event): void {
    const input = event.target as HTMLInputElement;
    const file = input.files?.[0];
    if (file !== undefined) void choosePositions(file);
    input.value = "";
  }

  #option<K extends "pool" | "layers">(name: K, value: (typeof store.state.options)[K]): void {
    store.patch("options", { [name]: value });
  }

  #overlap(event: Event): void {
    const input = event.target as HTMLInputElement;
    const wanted = Math.round(Number(input.value));
    const overlap = input.value === "" || !Number.isFinite(wanted) ? null : Math.min(1021, Math.max(0, wanted));
    input.value = overlap === null ? "" : String(overlap);
    store.patch("options", { overlap });
  }
}
customElements.define("cg-run", RunPanel);
