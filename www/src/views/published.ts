/** The published checkpoints to choose from, by what they read: a filter and one list of radio buttons. */
import { css, html, LitElement, nothing } from "lit";
import { bytes, plural } from "../format";
import { GRANULARITIES } from "../protocol";
import { PUBLISHED, type Availability, type Published } from "../store/published";
import { controls } from "./controls";
import { familyName, licenceName } from "./labels";

const GETS: Record<Availability, string> = {
  download: "",
  file: "from disk",
  "command-line": "command line only",
  none: "cannot be run",
};

/** `<cg-published>`: `chosen` is the id of one; sends `choose` with another. */
export class PublishedList extends LitElement {
  static override properties = { chosen: {}, disabled: { type: Boolean }, wanted: { state: true } };
  declare chosen: string;
  declare disabled: boolean;
  declare wanted: string;

  static override styles = [
    controls,
    css`
      :host {
        display: grid;
        gap: 0.5rem;
      }
      .scroll {
        max-height: 17rem;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      fieldset + fieldset {
        border-top: 1px solid var(--line);
      }
      legend {
        float: left;
        width: 100%;
        padding: 0.375rem 0.625rem;
        background: var(--soft);
        font-size: 0.8125rem;
        font-weight: 600;
      }
      label.item {
        clear: both;
        display: grid;
        grid-template-columns: auto 1fr auto;
        gap: 0 0.5rem;
        padding: 0.375rem 0.625rem;
        border-top: 1px solid var(--line);
        cursor: pointer;
      }
      label.item:hover {
        background: var(--soft);
      }
      label.item:has(:checked) {
        background: color-mix(in srgb, var(--accent) 12%, var(--panel));
      }
      label.item:has(:focus-visible) {
        outline: 2px solid var(--accent);
        outline-offset: -2px;
      }
      .item input {
        margin: 0.25rem 0 0;
        accent-color: var(--accent);
      }
      .item .note {
        grid-column: 2 / -1;
      }
      p {
        padding: 0.75rem;
      }
    `,
  ];

  constructor() {
    super();
    this.chosen = "";
    this.disabled = false;
    this.wanted = "";
  }

  override render(): unknown {
    const shown = PUBLISHED.filter((one) => matches(one, this.wanted));
    return html`<label class="field"
        >Filter ${plural(PUBLISHED.length, "published model")}
        <input
          type="search"
          data-testid="models-filter"
          placeholder="name, family, licence …"
          autocomplete="off"
          spellcheck="false"
          ?disabled=${this.disabled}
          .value=${this.wanted}
          @input=${(event: Event) => (this.wanted = (event.target as HTMLInputElement).value)}
      /></label>
      <div class="scroll" data-testid="models-list">
        ${shown.length === 0 ? html`<p class="small quiet">No model has all of these words.</p>` : nothing}
        ${Object.entries(GRANULARITIES).map(([granularity, { displayName }]) => {
          const own = shown.filter((one) => one.granularity === granularity);
          return own.length === 0
            ? nothing
            : html`<fieldset ?disabled=${this.disabled}>
                <legend>${displayName} (${own.length})</legend>
                ${own.map((one) => this.#item(one))}
              </fieldset>`;
        })}
      </div>
      <span class="hidden-visually" role="status">${plural(shown.length, "model")} shown</span>`;
  }

  #item(one: Published): unknown {
    const size = `${one.downloadExact ? "" : "≈ "}${bytes(one.downloadBytes)}`;
    const note = [licenceName(one.licence), GETS[one.availability]].filter((part) => part !== "");
    return html`<label class="item"
      ><input
        type="radio"
        name="published"
        value=${one.id}
        data-testid="published-${one.id}"
        .checked=${one.id === this.chosen}
        @change=${() => this.dispatchEvent(new CustomEvent<Published>("choose", { detail: one }))}
      /><span>${one.name}</span><span class="small quiet">${size}</span
      ><span class="note small quiet">${note.join(" · ")}</span></label
    >`;
  }
}
customElements.define("cg-published", PublishedList);

/** Whether the texts about a model contain every word. */
function matches(one: Published, wanted: string): boolean {
  const said = [one.name, one.id, one.hub, familyName(one.family), one.attribution, licenceName(one.licence)]
    .concat(GRANULARITIES[one.granularity].displayName, GETS[one.availability])
    .join(" ")
    .toLowerCase();
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .every((word) => said.includes(word));
}
