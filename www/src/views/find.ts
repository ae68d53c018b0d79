/** Finding records on the map: by a part of id, description or label, by a condition, or by a pasted list of ids. */
import { css, html, LitElement, nothing } from "lit";
import { select } from "../actions/map";
import { choose, chooseListed, find } from "../actions/selection";
import { count, cut, plural } from "../format";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** Records that are listed. */
const MOST_LISTED = 8;
/** Unknown ids that are named. */
const MOST_NAMED = 20;

/** `<cg-find>` */
export class Find extends LitElement {
  static override properties = { wanted: { state: true }, listing: { state: true }, missing: { state: true } };
  declare wanted: string;
  declare listing: boolean;
  /** Ids of the last list that were not found. */
  declare missing: { found: number; unknown: readonly string[] } | null;
  readonly watch = new Watch(this, "run", "labels", "groups");

  constructor() {
    super();
    this.wanted = "";
    this.listing = false;
    this.missing = null;
  }

  static override styles = [
    controls,
    css`
      input {
        width: 100%;
      }
      .find {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 0.5rem;
        align-items: end;
      }
      .find button {
        min-height: 2.25rem;
        padding: 0.25rem 0.625rem;
        font-size: 0.8125rem;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      summary {
        cursor: pointer;
      }
      li button {
        width: 100%;
        min-height: 1.75rem;
        padding: 0.125rem 0.25rem;
        justify-content: start;
        border-color: transparent;
        font-size: 0.8125rem;
        overflow: hidden;
        text-overflow: ellipsis;
      }
    `,
  ];

  override render(): unknown {
    const { report } = store.state.run;
    const { records: found, problem } = this.wanted.trim() === "" ? { records: [], problem: null } : find(this.wanted);
    return html`<div class="stack">
      <div class="find">
        <label class="field"
          >Find id, description or label
          <input type="search" data-testid="find" aria-describedby="how" .value=${this.wanted} @input=${this.#typed} @keydown=${this.#key}
        /></label>
        <button data-testid="find-list" aria-expanded=${this.listing ? "true" : "false"} @click=${() => (this.listing = !this.listing)}>List of ids</button>
      </div>
      <details class="small quiet">
        <summary>Conditions, such as length &gt; 100</summary>
        <p id="how" data-testid="find-help">
          Columns are compared by =, !=, &lt;, &lt;=, &gt;, &gt;= and “contains”, or “is missing”; tests are joined by AND, OR, NOT and
          parentheses: length &gt; 100 AND NOT family contains kunitz. A name with blanks stands in quotes.
        </p>
      </details>
      ${this.wanted.trim() === ""
        ? nothing
        : html`<p class="small row" role="status">
              <span data-testid="find-count">${problem !== null ? problem : found.length === 0 ? html`Nothing holds “<bdi>${cut(this.wanted, 40)}</bdi>”.` : `${plural(found.length, "sequence")} found.`}</span>
              ${found.length === 0
                ? nothing
                : html`<button class="link" data-testid="find-select" @click=${() => choose(found, "only")}>Select ${found.length === 1 ? "it" : "them"}</button>
                    <button class="link" @click=${() => choose(found, "add")}>Add to the selection</button>`}
            </p>
            <ul aria-label="Found">
              ${found.slice(0, MOST_LISTED).map(
                (record) => html`<li><button @click=${() => select(record)}><bdi>${cut(report?.ids[record] ?? "", 60)}</bdi></button></li>`,
              )}
            </ul>`}
      ${this.listing ? this.#list() : nothing}
    </div>`;
  }

  #list(): unknown {
    return html`<div class="stack">
      <label class="field"
        >Ids, one a line or with commas
        <textarea rows="4" data-testid="list-ids" @input=${() => (this.missing = null)}></textarea></label
      >
      <div class="row">
        <button data-testid="list-select" @click=${this.#choose}>Select these ids</button>
      </div>
      ${this.missing === null
        ? nothing
        : html`<p class="small" role="status" data-testid="list-said">
            ${plural(this.missing.found, "sequence")} selected.
            ${this.missing.unknown.length === 0
              ? nothing
              : html`${plural(this.missing.unknown.length, "entry", "entries")} fit no sequence, or several:
                  <bdi>${this.missing.unknown.slice(0, MOST_NAMED).map((one) => cut(one, 40)).join(", ")}</bdi>${this.missing.unknown.length > MOST_NAMED
                    ? ` and ${count(this.missing.unknown.length - MOST_NAMED)} more`
                    : ""}.`}
          </p>`}
    </div>`;
  }

  #typed(event: Event): void {
    this.wanted = (event.target as HTMLInputElement).value;
  }

  /** Enter selects what was found; one record is looked at too. */
  #key(event: KeyboardEvent): void {
    if (event.key !== "Enter") return;
    const { records: found } = find(this.wanted);
    if (found.length > 0) choose(found, "only");
    if (found.length === 1 && found[0] !== store.state.selected) select(found[0] ?? null);
  }

  #choose(): void {
    const text = this.renderRoot.querySelector("textarea")?.value ?? "";
    const { records, unknown } = chooseListed(text, "only");
    this.missing = { found: records.length, unknown };
  }
}
customElements.define("cg-find", Find);
