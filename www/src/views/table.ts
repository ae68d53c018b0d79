/** Every embedded sequence in a table of pages: sortable, searchable, with the selection of the map. */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { descriptions } from "../metadata";
import { select } from "../actions/map";
import { choose } from "../actions/selection";
import { count, cut } from "../format";
import type { Notice } from "../protocol";
import { colourings } from "../grouping";
import { selectedRecords } from "../selection";
import { store } from "../state";
import { order, warningsByRecord, type SortColumn, type TableContents } from "../table";
import { Watch } from "../watch";
import { controls, panel } from "./controls";

const PAGE = 25;
const COLUMNS: readonly [SortColumn, string, boolean][] = [
  ["id", "Id", false],
  ["description", "Description", false],
  ["length", "Residues", true],
  ["windows", "Windows", true],
  ["warnings", "Warnings", true],
];

/** `<cg-table>` */
export class ResultsTable extends LitElement {
  static override properties = {
    page: { state: true },
    column: { state: true },
    descending: { state: true },
    wanted: { state: true },
    onlySelected: { state: true },
  };
  declare page: number;
  declare column: SortColumn | null;
  declare descending: boolean;
  declare wanted: string;
  declare onlySelected: boolean;
  readonly watch = new Watch(this, "run", "selected", "selection", "labels", "groups");
  #chosen: readonly number[] = [];
  #rows: TableContents | null = null;
  #order: Uint32Array = new Uint32Array();
  #shownFor: number | null = null;
  #set: { of: readonly number[]; records: ReadonlySet<number> } = { of: [], records: new Set() };

  constructor() {
    super();
    this.page = 0;
    this.column = null;
    this.descending = false;
    this.wanted = "";
    this.onlySelected = false;
  }

  static override styles = [
    controls,
    panel,
    css`
      .heading {
        justify-content: space-between;
      }
      .scroll {
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 0.875rem;
      }
      th,
      td {
        padding: 0.3125rem 0.75rem;
        text-align: left;
        border-bottom: 1px solid var(--line);
        vertical-align: baseline;
      }
      th {
        font-weight: 600;
        white-space: nowrap;
      }
      th button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        font-weight: 600;
      }
      th[aria-sort="ascending"] button::after {
        content: "\\2009▲";
        font-size: 0.6rem;
      }
      th[aria-sort="descending"] button::after {
        content: "\\2009▼";
        font-size: 0.6rem;
      }
      .number {
        text-align: right;
      }
      .check {
        display: inline-flex;
        align-items: center;
        gap: 0.375rem;
      }
      .id {
        white-space: nowrap;
      }
      .id input {
        margin: 0 0.375rem 0 0;
        vertical-align: middle;
      }
      .id button {
        min-height: 0;
        padding: 0;
        border: 0;
        background: none;
        color: inherit;
        font-family: var(--mono);
        font-size: 0.8125rem;
      }
      .description {
        max-width: 30rem;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--quiet);
      }
      tbody tr {
        cursor: pointer;
      }
      tbody tr:hover {
        background: var(--soft);
      }
      tr[aria-current="true"],
      tr[aria-current="true"]:hover {
        background: color-mix(in srgb, var(--accent) 14%, var(--panel));
      }
      @media (max-width: 600px) {
        .description-column {
          display: none;
        }
        table {
          font-size: 0.8125rem;
        }
        th,
        td {
          padding: 0.3125rem 0.25rem;
        }
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues): void {
    const { run, sequences, selected } = store.state;
    if (run.report === null) return;
    const labels = colourings(store.state).map(({ values }) => values);
    const chosen = selectedRecords(store.state);
    const stale = this.#rows?.report !== run.report;
    if (stale || this.#rows?.labels?.some((one, at) => one !== labels[at]) !== false || this.#rows.labels.length !== labels.length) {
      this.#rows = {
        report: run.report,
        descriptions: descriptions(store.state),
        warnings: warningsByRecord([...(sequences.report?.warnings ?? []), ...run.report.warnings]),
        labels,
      };
    }
    if (chosen.length === 0) this.onlySelected = false;
    const other = this.onlySelected && chosen !== this.#chosen;
    this.#chosen = chosen;
    if (stale || other || ["column", "descending", "wanted", "onlySelected"].some((name) => changed.has(name))) {
      this.#order = order(this.#rows, this.column, this.descending, this.wanted, this.onlySelected ? chosen : null);
      this.page = 0;
    }
    // Choosing a record on the map shows its page; the user can still turn pages.
    if (selected !== this.#shownFor) {
      this.#shownFor = selected;
      const at = selected === null ? -1 : this.#order.indexOf(selected);
      if (at >= 0) this.page = Math.floor(at / PAGE);
    }
  }

  override render(): unknown {
    const rows = this.#rows;
    if (store.state.run.report === null || rows === null) return nothing;
    const total = this.#order.length;
    const start = this.page * PAGE;
    const shown = this.#order.subarray(start, start + PAGE);
    return html`<section aria-labelledby="title">
      <div class="row heading">
        <h3 id="title">Sequences</h3>
        <div class="row">
          <label class="check small"
            ><input
              type="checkbox"
              data-testid="table-selected"
              ?disabled=${this.#chosen.length === 0}
              .checked=${this.onlySelected}
              @change=${(event: Event) => (this.onlySelected = (event.target as HTMLInputElement).checked)}
            />Selected only (${count(this.#chosen.length)})</label
          >
          <label class="field"
            >Find id, description or label
            <input type="search" data-testid="table-find" .value=${this.wanted} @input=${this.#find}
          /></label>
        </div>
      </div>
      <div class="scroll">
        <table data-testid="results-table" aria-labelledby="title" aria-rowcount=${total + 1}>
          <thead>
            <tr>
              ${COLUMNS.map(([column, label, number]) => this.#head(column, label, number))}
            </tr>
          </thead>
          <tbody>
            ${Array.from(shown, (record, offset) => this.#row(rows, record, start + offset + 2))}
          </tbody>
        </table>
      </div>
      ${this.#pages(total, start)}
    </section>`;
  }

  /** The selected records, as a set that is made once per selection. */
  #marked(): ReadonlySet<number> {
    if (this.#set.of !== this.#chosen) this.#set = { of: this.#chosen, records: new Set(this.#chosen) };
    return this.#set.records;
  }

  #head(column: SortColumn, label: string, number: boolean): unknown {
    const sort = this.column !== column ? "none" : this.descending ? "descending" : "ascending";
    return html`<th scope="col" aria-sort=${sort} class="${number ? "number" : ""} ${column}-column">
      <button @click=${() => this.#sort(column)}>${label}</button>
    </th>`;
  }

  #row(rows: TableContents, record: number, position: number): unknown {
    const { report } = rows;
    const id = report.ids[record] ?? "";
    const warnings = rows.warnings.get(id) ?? [];
    return html`<tr
      aria-rowindex=${position}
      aria-current=${store.state.selected === record ? "true" : "false"}
      data-record=${record}
      @click=${() => select(record)}
    >
      <td class="id">
        <input
          type="checkbox"
          aria-label=${`Select ${cut(id, 60)}`}
          .checked=${this.#marked().has(record)}
          @click=${(event: Event) => event.stopPropagation()}
          @change=${(event: Event) => choose([record], (event.target as HTMLInputElement).checked ? "add" : "remove")}
        />
        <button><bdi>${cut(id, 60)}</bdi></button>
      </td>
      <td class="description description-column" title=${rows.descriptions[record] ?? ""}>
        <bdi>${cut(rows.descriptions[record] ?? "")}</bdi>
      </td>
      <td class="number">${known(report.lengths[record])}</td>
      <td class="number">${known(report.windows[record])}</td>
      <td class="number" title=${titles(warnings)}>
        ${warnings.length === 0 ? html`<span class="quiet">–</span>` : count(warnings.length)}
      </td>
    </tr>`;
  }

  #pages(total: number, start: number): unknown {
    if (total === 0) return html`<p class="quiet">Nothing holds “${cut(this.wanted, 60)}”.</p>`;
    const last = Math.ceil(total / PAGE) - 1;
    return html`<nav class="row small" aria-label="Pages of the table">
      <button ?disabled=${this.page === 0} @click=${() => (this.page -= 1)}>Previous</button>
      <button ?disabled=${this.page >= last} @click=${() => (this.page += 1)}>Next</button>
      <span class="quiet" aria-live="polite"
        >${count(start + 1)} to ${count(Math.min(start + PAGE, total))} of ${count(total)}</span
      >
    </nav>`;
  }

  #sort(column: SortColumn): void {
    if (this.column !== column) {
      this.column = column;
      this.descending = false;
    } else if (!this.descending) this.descending = true;
    else this.column = null;
  }

  #find(event: Event): void {
    this.wanted = (event.target as HTMLInputElement).value;
  }
}
customElements.define("cg-table", ResultsTable);

/** A number of residues or windows; 0 stands for one that nobody knows, as of vectors from a file. */
function known(value = 0): unknown {
  return value === 0 ? html`<span class="quiet" title="not known">–</span>` : count(value);
}

function titles(warnings: readonly Notice[]): string {
  return warnings.map((warning) => `${warning.message} (${warning.code})`).join("\n");
}
