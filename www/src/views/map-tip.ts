/** The name of the record under the pointer, its group or number, and the others on the same spot. */
import { css, html, LitElement, nothing } from "lit";
import { currentLooks } from "../colour/current";
import { count, cut } from "../format";
import type { Point } from "../map/places";
import { store } from "../state";
import { controls } from "./controls";

/** Records of one spot that are named. */
const MOST_NAMED = 4;

/** `<cg-map-tip .at=… .record=… .records=…>` */
export class MapTip extends LitElement {
  static override properties = { at: { attribute: false }, record: { attribute: false }, records: { attribute: false } };
  declare at: Point;
  declare record: number;
  /** All records on its spot. */
  declare records: readonly number[];

  constructor() {
    super();
    this.at = [0, 0];
    this.record = 0;
    this.records = [];
  }

  static override styles = [
    controls,
    css`
      :host {
        position: absolute;
        z-index: 1;
        max-width: 18rem;
        padding: 0.375rem 0.625rem;
        background: var(--panel);
        border: 1px solid var(--quiet);
        border-radius: var(--radius);
        pointer-events: none;
        overflow-wrap: anywhere;
        font-size: 0.8125rem;
        line-height: 1.45;
      }
    `,
  ];

  override render(): unknown {
    const { ids } = store.state.run.report ?? { ids: [] };
    const others = this.records.filter((record) => record !== this.record);
    const named = others.slice(0, MOST_NAMED).map((record) => cut(ids[record] ?? "", 40));
    const more = others.length > MOST_NAMED ? ` and ${count(others.length - MOST_NAMED)} more` : "";
    return html`<div data-testid="map-tip">
      ${nameOf(this.record)}
      ${others.length === 0
        ? nothing
        : html`<div class="quiet" data-testid="same-spot">On the same spot: <bdi>${named.join(", ")}</bdi>${more}</div>`}
    </div>`;
  }

  protected override updated(): void {
    const room = this.parentNode instanceof ShadowRoot ? this.parentNode.host : null;
    if (room === null) return;
    const [x, y] = this.at;
    const [width, height] = [this.offsetWidth, this.offsetHeight];
    this.style.left = `${Math.max(0, Math.min(x + 14, room.clientWidth - width))}px`;
    this.style.top = `${y + 14 + height > room.clientHeight ? Math.max(0, y - 10 - height) : y + 14}px`;
  }
}
customElements.define("cg-map-tip", MapTip);

/** Id, length and group or number of a record. */
export function nameOf(record: number): unknown {
  const { report } = store.state.run;
  const { kind, column, groups, index } = currentLooks(store.state);
  const value = kind === "numbers" ? `${column?.name ?? ""} ${column?.values[record] ?? "no value"}` : groups[index[record] ?? -1]?.name;
  const known = report !== null && report.pool !== "rows" && report.pool !== "joined";
  return html`<strong><bdi>${cut(report?.ids[record] ?? "", 80)}</bdi></strong>${known
      ? html`, ${count(report.lengths[record] ?? 0)} residues`
      : nothing}${kind === "one" || value === undefined ? nothing : html`, <bdi>${cut(value, 80)}</bdi>`}`;
}
