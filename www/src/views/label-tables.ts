/** The label tables of the session, each with the number of records that it has a row for. */
import { css, html, LitElement, nothing } from "lit";
import { removeLabels } from "../actions/labels";
import { count, plural } from "../format";
import type { LabelsReport } from "../protocol";
import { store, type LabelTable } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** Names of records that are listed. */
const MOST_NAMED = 60;

/** `<cg-label-tables>`; shows nothing without a table. */
export class LabelTables extends LitElement {
  readonly watch = new Watch(this, "labels");
  #counted: { of: LabelsReport; ids: readonly string[] } | null = null;

  static override styles = [
    controls,
    css`
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li {
        display: flex;
        gap: 0.625rem;
        align-items: baseline;
        justify-content: space-between;
        overflow-wrap: anywhere;
      }
      button {
        min-height: 1.5rem;
        padding: 0 0.375rem;
        font-size: 0.8125rem;
      }
    `,
  ];

  override render(): unknown {
    const { tables, report } = store.state.labels;
    if (tables.length === 0) return nothing;
    const total = (report?.matched ?? 0) + (report?.unmatched ?? 0);
    return html`<ul class="small" aria-label="Label tables" data-testid="label-tables">
      ${tables.map(
        (table) =>
          html`<li>
            <span
              >Labels <bdi>${table.name}</bdi>, ${plural(table.columns.length, "column")}:
              <span class="quiet">${said(table, total)}</span></span
            >
            <button aria-label=${`Remove the labels ${table.name}`} @click=${() => void removeLabels(table.key)}>Remove</button>
          </li>`,
      )}
    </ul>
    ${this.#missing()}`;
  }

  /** The records without any label, by name: which they are says why. */
  #missing(): unknown {
    const { report, ids } = store.state.labels;
    if (report === null || report.matched === 0) return nothing;
    if (this.#counted?.of !== report) {
      const columns = report.columns.map((_, at) => report.values[at] ?? []);
      this.#counted = { of: report, ids: ids.filter((_, row) => columns.every((values) => (values[row] ?? null) === null)) };
    }
    const missing = this.#counted.ids;
    if (missing.length === 0) return nothing;
    return html`<details class="small" data-testid="without-label">
      <summary>${plural(missing.length, "sequence")} without a label</summary>
      <p class="quiet">
        <bdi>${missing.slice(0, MOST_NAMED).join(", ")}</bdi>${missing.length > MOST_NAMED ? ` and ${count(missing.length - MOST_NAMED)} more` : nothing}.
      </p>
    </details>`;
  }
}
customElements.define("cg-label-tables", LabelTables);

function said({ matched }: LabelTable, total: number): string {
  if (matched === null) return "waiting for sequences";
  if (matched === 0) return "none of the sequences on show has a row in it";
  return total === 0 ? `${count(matched)} sequences have a row in it` : `${count(matched)} of ${plural(total, "sequence")} have a row in it`;
}
