/** The legend beside the map: the colouring column, the label table, and a row per group. */
import { html, LitElement, nothing } from "lit";
import { mergeGroup, moveGroup, recolourGroup, renameGroup, resetLegend, sortLegend, takeOut } from "../actions/colours";
import { addLabels } from "../actions/labels";
import { toggleGroup } from "../actions/map";
import { chooseGroup } from "../actions/selection";
import { currentLooks } from "../colour/current";
import type { GroupLook, Looks } from "../colour/looks";
import { UNEDITED } from "../colour/settings";
import { count, cut, plural } from "../format";
import { rankedLabels } from "../grouping";
import { valuesOf } from "../labels/counts";
import type { LabelsReport } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import { legendLook } from "./legend-look";
import { mark } from "./marks";
import "./clusters";
import "./colour-bar";
import "./colour-options";
import "./diagnostics";
import "./error-view";

/** Most columns whose values are counted on show. */
const MOST_NAMED = 8;

/** `<cg-legend>` */
export class Legend extends LitElement {
  static override properties = { editing: { state: true } };
  /** The row whose name, colour and place are being changed. */
  declare editing: string | null;
  readonly watch = new Watch(this, "map", "labels", "theme", "sequences", "run", "groups", "colours", "composition", "selection");
  #counted: { of: LabelsReport; values: ReturnType<typeof valuesOf> } | null = null;
  static override styles = [controls, legendLook];

  constructor() {
    super();
    this.editing = null;
  }

  override render(): unknown {
    const { labels } = store.state;
    const looks = currentLooks(store.state);
    return html`<div class="stack">
      <cg-colour-options></cg-colour-options>
      <cg-colour-bar></cg-colour-bar>
      <cg-clusters></cg-clusters>
      ${looks.groups.length < 2 ? nothing : this.#groups(looks)}
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
              ${this.#values(labels.report)}
            </p>
            <p class="small quiet" data-testid="labels-decided">Read as: ${labels.report.decided}.</p>
            <cg-diagnostics heading="warning" .notices=${labels.report.warnings}></cg-diagnostics>`}
      <cg-error .error=${labels.error}></cg-error>
    </div>`;
  }

  /** Which columns have a value for how many; a table may have a row for a sequence and no value. */
  #values(report: LabelsReport): unknown {
    if (this.#counted?.of !== report) this.#counted = { of: report, values: valuesOf(report.columns, report.values) };
    const total = report.matched + report.unmatched;
    const { values } = this.#counted;
    const named = values.slice(0, MOST_NAMED).map(({ name, found }) => `${cut(name, 30)} ${count(found)}`);
    const more = values.length > MOST_NAMED ? ` and ${plural(values.length - MOST_NAMED, "other column")}` : "";
    return html`<span class="quiet" data-testid="labels-values">Values for ${plural(total, "sequence")}: <bdi>${named.join(", ")}</bdi>${more}.</span>`;
  }

  #groups({ groups, kind, column, merged }: Looks): unknown {
    const { map, colours } = store.state;
    const edits = (column === null ? undefined : colours.legends[column.key]) ?? UNEDITED;
    return html`${kind === "classes"
        ? html`<div class="row small order">
            <span class="quiet">Order:</span>
            ${(["size", "name"] as const).map(
              (sort) =>
                html`<button data-testid="sort-${sort}" aria-pressed=${edits.sort === sort && edits.order.length === 0 ? "true" : "false"} @click=${() => sortLegend(sort)}>
                  ${sort === "size" ? "Size" : "Name"}
                </button>`,
            )}
            ${edits === UNEDITED ? nothing : html`<button data-testid="legend-reset" @click=${resetLegend}>As it was</button>`}
          </div>`
        : nothing}
      <ul aria-label="Groups: choose one to select its sequences; with Shift, add them" data-testid="legend">
        ${groups.map((one, index) => this.#group(one, index, !map.hidden.includes(index), kind === "classes"))}
      </ul>
      ${merged > 0 ? this.#other(merged) : nothing}`;
  }

  #group(one: GroupLook, index: number, shown: boolean, editable: boolean): unknown {
    const key = one.label ?? one.role;
    return html`<li class=${shown ? "" : "off"}>
      <div class="line">
        <button
          class="name"
          data-testid="group-${index}"
          title="Select these sequences; with Shift, add them to the selection"
          @click=${(event: MouseEvent) => chooseGroup(index, event.shiftKey ? "add" : "only")}
        >
          ${mark(one.shape, one.colour)}<bdi>${cut(one.name, 80)}</bdi><span class="quiet">${count(one.count)}</span>
        </button>
        <button class="small-button" data-testid="hide-${index}" aria-pressed=${shown ? "false" : "true"} aria-label=${`Hide ${cut(one.name, 60)}`} title=${shown ? "Hide" : "Show"} @click=${() => toggleGroup(index)}>
          ${shown ? "Hide" : "Show"}
        </button>
        ${editable && one.role === "group"
          ? html`<button
              class="small-button"
              data-testid="edit-${index}"
              aria-expanded=${this.editing === key ? "true" : "false"}
              aria-label=${`Change ${cut(one.name, 60)}`}
              title="Name, colour and place"
              @click=${() => (this.editing = this.editing === key ? null : key)}
            >
              …
            </button>`
          : nothing}
      </div>
      ${editable && one.label !== null && this.editing === key ? this.#editor(one, one.label) : nothing}
    </li>`;
  }

  #editor(one: GroupLook, label: string): unknown {
    return html`<div class="editor">
      <label class="field"
        >Name<input
          type="text"
          data-testid="group-name"
          .value=${one.name}
          @change=${(event: Event) => renameGroup(label, (event.target as HTMLInputElement).value)}
      /></label>
      <label class="field"
        >Colour<input
          type="color"
          data-testid="group-colour"
          .value=${one.colour}
          @change=${(event: Event) => recolourGroup(label, (event.target as HTMLInputElement).value)}
      /></label>
      <div class="row">
        <button data-testid="group-up" @click=${() => moveGroup(label, -1)}>Up</button>
        <button data-testid="group-down" @click=${() => moveGroup(label, 1)}>Down</button>
        <button data-testid="group-merge" @click=${() => this.#merge(label)}>Into “other”</button>
      </div>
    </div>`;
  }

  #merge(label: string): void {
    this.editing = null;
    mergeGroup(label);
  }

  /** What "other" holds, each with a way out of it. */
  #other(merged: number): unknown {
    const { column, groups } = currentLooks(store.state);
    const named = new Set(groups.map(({ label }) => label));
    const inside = rankedLabels(column?.values ?? []).filter((label) => !named.has(label));
    return html`<details class="small">
      <summary data-testid="other-open">${merged === 1 ? "1 label is" : `${count(merged)} labels are`} drawn as “other”</summary>
      <ul>
        ${inside.slice(0, 200).map(
          (label) => html`<li class="line">
            <bdi>${cut(label, 60)}</bdi><button class="small-button" aria-label=${`Give ${cut(label, 60)} a colour of its own`} @click=${() => takeOut(label)}>Take out</button>
          </li>`,
        )}
      </ul>
    </details>`;
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
