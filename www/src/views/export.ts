/** Files to save: vectors in three formats, the methods, the map. */
import { css, html, LitElement, nothing } from "lit";
import { exportMap, exportMethods, exportRows } from "../actions/export";
import { plural } from "../format";
import type { RowFormat } from "../protocol";
import { selectedRecords } from "../selection";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./error-view";

const FORMATS: readonly [RowFormat, string, string][] = [
  ["npy", "NumPy", ".npy"],
  ["csv", "Table", ".csv"],
  ["safetensors", "Tensors", ".safetensors"],
];

/** `<cg-export>` */
export class ExportPanel extends LitElement {
  static override properties = { selectedOnly: { state: true }, withMethods: { state: true } };
  declare selectedOnly: boolean;
  declare withMethods: boolean;
  readonly watch = new Watch(this, "exported", "run", "map", "selection");
  static override styles = [
    controls,
    panel,
    css`
      .check {
        display: flex;
        align-items: center;
        gap: 0.5rem;
      }
    `,
  ];

  constructor() {
    super();
    this.selectedOnly = false;
    this.withMethods = false;
  }

  override render(): unknown {
    const { exported, map, run } = store.state;
    const busy = exported.busy !== null;
    const joined = run.report?.pool === "joined";
    const chosen = selectedRecords(store.state).length;
    const several = (run.report?.layers.length ?? 0) > 1;
    return html`<section aria-labelledby="title">
      <h3 id="title">Save</h3>
      <p class="small quiet">
        ${joined ? "Joined vectors" : `Vectors of layer ${map.layer}`}, one row each, in the order of the
        ${joined ? "first run" : "file"}. The .npy file holds numbers only, the
        others hold the ids too${several ? ", and .safetensors every layer" : ""}. How they were made (model, pooling,
        precision) is in .safetensors; .npy and .csv have no place for it.
      </p>
      ${chosen === 0 || run.report?.pool === "none"
        ? nothing
        : html`<label class="check small"
            ><input
              type="checkbox"
              data-testid="export-selected"
              .checked=${this.selectedOnly}
              @change=${(event: Event) => (this.selectedOnly = (event.target as HTMLInputElement).checked)}
            />Only the vectors of the ${plural(chosen, "selected sequence")}</label
          >`}
      <label class="check small"
        ><input
          type="checkbox"
          data-testid="export-with-methods"
          .checked=${this.withMethods}
          @change=${(event: Event) => (this.withMethods = (event.target as HTMLInputElement).checked)}
        />With .npy and .csv, save how they were made as a second file (.json)</label
      >
      <div class="row">
        ${FORMATS.map(
          ([format, name, ending]) =>
            html`<button data-testid="export-${format}" ?disabled=${busy} @click=${() => void exportRows(format, this.selectedOnly && chosen > 0, this.withMethods)}>
              ${name} (${ending})
            </button>`,
        )}
      </div>
      <div class="row">
        <button data-testid="export-methods" ?disabled=${busy} @click=${() => void exportMethods()}>
          Methods (.json)
        </button>
        ${map.drawn === null
          ? nothing
          : html`<button data-testid="export-svg" ?disabled=${busy} @click=${() => void exportMap()}>
              Map (.svg)
            </button>`}
      </div>
      <cg-error .error=${exported.error}></cg-error>
    </section>`;
  }
}
customElements.define("cg-export", ExportPanel);
