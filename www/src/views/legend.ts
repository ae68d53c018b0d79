/** The legend beside the map: the colouring column, the label table, and a button per group that shows or hides it. */
import { css, html, LitElement, nothing, svg } from "lit";
import { addLabels } from "../actions/labels";
import { colourBy, toggleGroup } from "../actions/map";
import { figure } from "../figure";
import { count, cut, plural } from "../format";
import { colourings } from "../grouping";
import type { LegendEntry } from "../plot";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./diagnostics";
import "./error-view";

/** `<cg-legend .built=${number}>`: redrawn when the plot was rebuilt */
export class Legend extends LitElement {
  static override properties = { built: { attribute: false } };
  declare built: number;
  readonly watch = new Watch(this, "map", "labels", "theme", "sequences");

  static override styles = [
    controls,
    css`
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
        max-height: 24rem;
        overflow: auto;
      }
      li button {
        width: 100%;
        min-height: 1.75rem;
        padding: 0.125rem 0.25rem;
        border-color: transparent;
        justify-content: start;
        gap: 0.5rem;
        text-align: left;
        white-space: normal;
        font-size: 0.8125rem;
        line-height: 1.25;
      }
      li bdi {
        flex: 1;
        overflow-wrap: anywhere;
      }
      li [aria-pressed="false"] {
        color: var(--quiet);
        text-decoration: line-through;
      }
      li [aria-pressed="false"] svg {
        opacity: 0.3;
      }
      svg {
        flex: none;
        width: 14px;
        height: 14px;
      }
      input[type="file"] {
        position: absolute;
        width: 1px;
        height: 1px;
        opacity: 0;
      }
    `,
  ];

  override render(): unknown {
    const { map, labels, theme } = store.state;
    const entries = this.built > 0 ? figure.legend(theme.shown) : [];
    const merged = figure.groups?.merged ?? 0;
    return html`<div class="stack">
      <label class="field"
        >Colour by
        <select
          data-testid="colour-by"
          @change=${(event: Event) => colourBy((event.target as HTMLSelectElement).value)}
        >
          <option value="" .selected=${map.colourBy === ""}>Nothing</option>
          ${colourings(store.state).map(
            (choice) =>
              html`<option value=${choice.key} .selected=${map.colourBy === choice.key} label=${cut(choice.name, 40)}>
                ${cut(choice.name, 40)}
              </option>`,
          )}
        </select></label
      >
      <div class="stack" @dragover=${(event: DragEvent) => event.preventDefault()} @drop=${this.#drop}>
        <label class="button"
          >Add label table<input type="file" multiple accept=".tsv,.csv,.txt,.tab,.gz" data-testid="labels-file" @change=${this.#chosen}
        /></label>
        <p class="small quiet">TSV or CSV, such as a spreadsheet saves it, with a column of ids. It can be dropped here.</p>
      </div>
      ${labels.report === null
        ? nothing
        : html`<p class="small" data-testid="labels-summary">
              <bdi>${labels.name}</bdi>: ${plural(labels.report.matched, "sequence")}
              labelled${labels.report.unmatched > 0 ? `, ${count(labels.report.unmatched)} without a label` : ""}.
            </p>
            <p class="small quiet" data-testid="labels-decided">Read as: ${labels.report.decided}.</p>
            <cg-diagnostics heading="warning" .notices=${labels.report.warnings}></cg-diagnostics>`}
      <cg-error .error=${labels.error}></cg-error>
      ${entries.length < 2
        ? nothing
        : html`<ul aria-label="Groups" data-testid="legend">
            ${entries.map((entry, index) => this.#entry(entry, index, !map.hidden.includes(index)))}
          </ul>`}
      ${merged > 0
        ? html`<p class="small quiet">${count(merged)} rarer labels are drawn together as “other”.</p>`
        : nothing}
    </div>`;
  }

  #entry(entry: LegendEntry, index: number, shown: boolean): unknown {
    return html`<li>
      <button aria-pressed=${shown ? "true" : "false"} @click=${() => toggleGroup(index)}>
        ${mark(entry)}<bdi>${cut(entry.name, 80)}</bdi><span class="quiet">${count(entry.count)}</span>
      </button>
    </li>`;
  }

  #chosen(event: Event): void {
    const input = event.target as HTMLInputElement;
    void addLabels(Array.from(input.files ?? []));
    input.value = "";
  }

  #drop(event: DragEvent): void {
    event.preventDefault();
    void addLabels(Array.from(event.dataTransfer?.files ?? []));
  }
}
customElements.define("cg-legend", Legend);

/** The same marks as on the map, in a 14 × 14 box. */
function mark({ shape, colour }: LegendEntry): unknown {
  const shapes: Record<LegendEntry["shape"], unknown> = {
    circle: svg`<circle cx="7" cy="7" r="4.5" fill=${colour} />`,
    square: svg`<rect x="3" y="3" width="8" height="8" fill=${colour} />`,
    triangle: svg`<path d="M7 1.5 13 11.5H1Z" fill=${colour} />`,
    diamond: svg`<path d="M7 1 13 7 7 13 1 7Z" fill=${colour} />`,
    cross: svg`<path d="M3 3 11 11M11 3 3 11" stroke=${colour} stroke-width="2.2" />`,
    ring: svg`<circle cx="7" cy="7" r="4" fill="none" stroke=${colour} stroke-width="2.2" />`,
  };
  return html`<svg viewBox="0 0 14 14" aria-hidden="true">${shapes[shape] ?? shapes.circle}</svg>`;
}
