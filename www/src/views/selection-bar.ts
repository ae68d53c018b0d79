/** What can be done with the selected records: table, sequences, a map of them, a label, clearing. */
import { css, html, LitElement, nothing } from "lit";
import { FEWEST_FOR_MAP, mapSelection } from "../actions/map";
import { clearSelection, makeLabel, saveFasta, saveTable } from "../actions/selection";
import { count } from "../format";
import { selectedRecords } from "../selection";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./error-view";

/** `<cg-selection-bar>`; always there, so that the map does not move when something is selected. */
export class SelectionBar extends LitElement {
  static override properties = { vectors: { state: true }, naming: { state: true } };
  declare vectors: boolean;
  declare naming: boolean;
  readonly watch = new Watch(this, "selection", "run", "map", "exported", "groups");

  constructor() {
    super();
    this.vectors = false;
    this.naming = false;
  }

  static override styles = [
    controls,
    css`
      .row {
        min-height: 2.25rem;
      }
      button {
        min-height: 2rem;
        padding: 0.125rem 0.625rem;
        font-size: 0.8125rem;
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
        font-size: 0.8125rem;
      }
      input[type="text"] {
        width: 12rem;
      }
    `,
  ];

  override render(): unknown {
    const n = selectedRecords(store.state).length;
    const { run, map, exported } = store.state;
    const saving = exported.busy !== null;
    return html`<div class="row" role="group" aria-label="Selection">
        <strong data-testid="selection-count" role="status">${count(n)} selected</strong>
        ${n === 0
          ? html`<span class="small quiet">Draw a box or a lasso, click a group in the legend, or find ids.</span>`
          : html`<button data-testid="selection-csv" ?disabled=${saving} @click=${() => void saveTable(this.vectors)}>Table (.csv)</button>
              <label class="check"
                ><input
                  type="checkbox"
                  data-testid="selection-vectors"
                  .checked=${this.vectors}
                  @change=${(event: Event) => (this.vectors = (event.target as HTMLInputElement).checked)}
                />with vectors</label
              >
              ${run.report?.pool === "joined" || run.report?.pool === "rows"
                ? nothing
                : html`<button data-testid="selection-fasta" ?disabled=${saving} @click=${() => void saveFasta()}>Sequences (.fasta)</button>`}
              <button
                data-testid="selection-map"
                ?disabled=${n < FEWEST_FOR_MAP || map.computing}
                title=${n < FEWEST_FOR_MAP ? `A map needs at least ${FEWEST_FOR_MAP} sequences` : ""}
                @click=${() => void mapSelection()}
              >
                Map these only
              </button>
              ${this.naming
                ? html`<form class="row" @submit=${this.#label}>
                    <label class="hidden-visually" for="label">Label for the selected sequences</label>
                    <input id="label" type="text" data-testid="selection-name" placeholder="Label, such as group 1" />
                    <button data-testid="selection-name-set">Set</button>
                    <button type="button" @click=${() => (this.naming = false)}>Cancel</button>
                  </form>`
                : html`<button data-testid="selection-label" @click=${this.#name}>Make a label</button>`}
              <button data-testid="selection-clear" @click=${clearSelection}>Clear</button>`}
      </div>
      <cg-error .error=${exported.error}></cg-error>`;
  }

  #name(): void {
    this.naming = true;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLInputElement>("#label")?.focus());
  }

  #label(event: Event): void {
    event.preventDefault();
    makeLabel(this.renderRoot.querySelector<HTMLInputElement>("#label")?.value ?? "");
    this.naming = false;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>("[data-testid=selection-label]")?.focus());
  }
}
customElements.define("cg-selection-bar", SelectionBar);
