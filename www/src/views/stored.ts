/** Models saved in this browser: the list, with size and a button to delete, and saving the loaded one. */
import { css, html, LitElement, nothing } from "lit";
import { loadStored } from "../actions/model";
import { cancelSave, forgetForeign, forgetStored, saveLoaded } from "../actions/stored";
import { bytes, cut } from "../format";
import type { Precision } from "../protocol";
import { store } from "../state";
import type { ForeignFile, StoredModel } from "../store/stored";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./error-view";
import "./progress";
import { precisionOf, precisions } from "./weights";

/** `<cg-stored>` */
export class StoredPanel extends LitElement {
  readonly watch = new Watch(this, "stored", "model", "run");
  /** Precision of the next save. */
  #precision: Precision = "int8";

  static override styles = [
    controls,
    panel,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 0.375rem 0.75rem;
        align-items: center;
        padding: 0.375rem 0;
        border-bottom: 1px solid var(--line);
      }
      li span:first-child {
        flex: 1 1 7rem;
        overflow-wrap: anywhere;
      }
      .save {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        align-items: end;
      }
      .save .field {
        flex: 1 1 10rem;
      }
    `,
  ];

  override render(): unknown {
    const { stored, model, run } = store.state;
    const busy = run.phase === "running" || run.phase === "cancelling";
    const loading = model.phase === "downloading" || model.phase === "loading";
    const saving = stored.phase === "saving";
    return html`<section aria-labelledby="title">
      <h3 id="title">Saved in this browser</h3>
      ${stored.models.length === 0
        ? html`<p class="small quiet">
            No model yet. A saved model starts at once on your next visit, without a download.
          </p>`
        : html`<ul data-testid="stored-models">
            ${stored.models.map((one) => this.#row(one, busy || loading || stored.phase !== "idle"))}
          </ul>`}
      ${stored.foreign.length === 0
        ? nothing
        : html`<p class="small quiet">Other files in the same storage, which this page did not make:</p>
            <ul data-testid="foreign-files">
              ${stored.foreign.map((one) => foreign(one, stored.phase !== "idle"))}
            </ul>`}
      ${model.report === null || model.report.quantized
        ? nothing
        : html`<div class="save">
            <label class="field"
              >Save the model in use as
              <select
                data-testid="save-weights"
                ?disabled=${saving}
                @change=${(event: Event) => (this.#precision = precisionOf(event))}
              >
                ${precisions(this.#precision)}
              </select></label
            >
            <button
              data-testid="save-model"
              ?disabled=${saving || loading}
              @click=${() => void saveLoaded(this.#precision)}
            >
              Save
            </button>
          </div>`}
      ${saving
        ? html`<cg-progress
            .progress=${stored.progress}
            label="Saving the model"
            cancellable
            @cancel=${cancelSave}
          ></cg-progress>`
        : nothing}
      <cg-error data-testid="stored-problem" .error=${stored.error}></cg-error>
    </section>`;
  }

  #row(model: StoredModel, busy: boolean): unknown {
    const name = cut(model.name, 80);
    return html`<li data-testid="stored-model">
      <span><bdi>${name}</bdi>, ${model.precision} <span class="small quiet">${bytes(model.bytes)}</span></span>
      <button data-testid="stored-load" aria-label="Load ${name}, ${model.precision}" ?disabled=${busy} @click=${() => void loadStored(model)}>
        Load
      </button>
      <button
        data-testid="stored-delete"
        aria-label="Delete ${name}, ${model.precision}"
        ?disabled=${busy}
        @click=${() => void forgetStored(model)}
      >
        Delete
      </button>
    </li>`;
  }
}
customElements.define("cg-stored", StoredPanel);

function foreign(file: ForeignFile, busy: boolean): unknown {
  const name = cut(file.name, 80);
  return html`<li data-testid="foreign-file">
    <span><bdi>${name}</bdi>${file.bytes === null ? ", a folder" : html` <span class="small quiet">${bytes(file.bytes)}</span>`}</span>
    <button data-testid="foreign-delete" aria-label="Delete ${name}" ?disabled=${busy} @click=${() => void forgetForeign(file)}>Delete</button>
  </li>`;
}
