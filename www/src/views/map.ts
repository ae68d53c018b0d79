/** The map's panel: how it is made, its tools, the canvas with the legend beside it, and what is selected. */
import { css, html, LitElement, nothing } from "lit";
import { findNeighbours } from "../actions/analyses";
import { redo, undo } from "../actions/history";
import { FEWEST_FOR_MAP, select, showLayer } from "../actions/map";
import { lookAtAll } from "../actions/view";
import { titled } from "../figure";
import { plural, sentence } from "../format";
import { shownRun, spaceName } from "../metadata";
import type { Tool } from "../map/gestures";
import { stacked } from "../map/places";
import { DEFAULTS } from "../protocol";
import { store } from "../state";
import { DEMONSTRATIONS } from "../store/demonstrations";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import type { MapCanvas } from "./map-canvas";
import { nameOf } from "./map-tip";
import "./error-view";
import "./find";
import "./legend";
import "./map-canvas";
import "./map-compare";
import "./map-options";
import "./map-tools";
import "./selection-bar";

/** How to read a map of each kind. */
const EXPLAINED = {
  pca: "The two directions in which the vectors differ most (principal components).",
  umap: "UMAP keeps near neighbours together; distances between groups and sizes of groups mean little.",
  tsne: "t-SNE keeps near neighbours together; distances between groups and sizes of groups mean little.",
};

/** Most sequences whose neighbours are found without being asked for, to be drawn. */
const MOST_AT_ONCE = 5000;

/** `<cg-map>` */
export class MapPanel extends LitElement {
  static override properties = { tool: { state: true } };
  declare tool: Tool;
  readonly watch = new Watch(this, "map", "run", "labels", "selected", "theme", "colours", "composition", "runs");
  #stacked: { of: Float32Array; said: ReturnType<typeof stacked> } | null = null;

  constructor() {
    super();
    this.tool = "pan";
  }

  static override styles = [
    controls,
    panel,
    css`
      .heading {
        justify-content: space-between;
        align-items: end;
      }
      .body {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 17rem;
        gap: 1.25rem;
        align-items: start;
      }
      .picture {
        display: grid;
        gap: 0.5rem;
        min-width: 0;
      }
      .figure {
        position: relative;
        height: clamp(20rem, 66vh, 75rem);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      .figure cg-map-canvas {
        height: 100%;
      }
      .old cg-map-canvas {
        opacity: 0.35;
      }
      .waiting {
        position: absolute;
        inset: 0.5rem 0.5rem auto auto;
        padding: 0.25rem 0.625rem;
        background: var(--panel);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      @media (max-width: 820px) {
        .body {
          grid-template-columns: minmax(0, 1fr);
        }
        .figure {
          height: 60vh;
        }
      }
    `,
  ];

  /** The lines to the neighbours of the selected sequence need an answer, whichever analysis is open. */
  protected override updated(): void {
    const { run, map, selected, jobs } = store.state;
    const { phase, answer } = jobs.neighbours;
    if (selected === null || map.drawn?.layer !== map.layer || map.computing || (run.report?.ids.length ?? 0) > MOST_AT_ONCE) return;
    const known = answer !== null && answer.layer === map.drawn.layer;
    if (!known && (phase === "idle" || phase === "done")) void findNeighbours(map.drawn.layer, DEFAULTS.neighbours.k, DEFAULTS.neighbours.metric);
  }

  override render(): unknown {
    const { run, map } = store.state;
    const report = run.report;
    if (report === null) return nothing;
    const layers = report.layers.length > 1 && report.pool !== "none";
    const shown = map.drawn ?? { method: map.options.method, layer: map.layer };
    return html`<section aria-labelledby="title" @keydown=${this.#key}>
      <div class="row heading">
        <div>
          <h3 id="title">Map of the sequences</h3>
          <p class="small quiet">${EXPLAINED[shown.method]} ${sentence(spaceName(report, shown.layer))}</p>
          ${demonstrationBadge()}
        </div>
        ${layers
          ? html`<label class="field"
              >Layer
              <select
                data-testid="map-layer"
                @change=${(event: Event) => void showLayer(Number((event.target as HTMLSelectElement).value))}
              >
                ${report.layers.map(
                  (layer) => html`<option value=${layer} .selected=${layer === map.layer}>${layer}</option>`,
                )}
              </select></label
            >`
          : nothing}
      </div>
      ${report.pool === "none"
        ? html`<p>A map needs one vector per sequence; vectors per residue are for export and for labels of residues below.</p>`
        : report.ids.length < FEWEST_FOR_MAP
          ? html`<p>
              A map needs at least ${FEWEST_FOR_MAP} sequences; there ${report.ids.length === 1 ? "is" : "are"}
              ${report.ids.length}.
            </p>`
          : html`<cg-map-options></cg-map-options><cg-error .error=${map.error}></cg-error>${map.drawn === null && map.error !== null
                ? nothing
                : this.#body(report.ids.length)}`}
    </section>`;
  }

  #body(records: number): unknown {
    const { map, selected } = store.state;
    const words = titled(map.drawn);
    const label = `Map of ${plural(records, "sequence")}. Arrow keys go to the nearest point in that direction, Home and End to the first and last, Enter selects, n goes to the next neighbour, plus and minus zoom, 0 shows the whole map, Escape clears. The same sequences stand in the table below.`;
    return html`<div class="body">
        <div class="picture">
          <cg-map-tools .tool=${this.tool} @tool=${(event: CustomEvent<Tool>) => (this.tool = event.detail)} @zoom=${this.#zoom}></cg-map-tools>
          <div class="figure ${map.computing && map.drawn !== null ? "old" : ""}">
            <cg-map-canvas
              .points=${map.drawn?.points ?? null}
              .words=${{ xLabel: words?.xLabel ?? "", yLabel: words?.yLabel ?? "", numbers: map.drawn?.method === "pca", label }}
              .tool=${this.tool}
            ></cg-map-canvas>
            ${map.computing && map.drawn !== null
              ? html`<p class="waiting small" data-testid="map-old">The map before; the new one is being computed.</p>`
              : nothing}
          </div>
          <p id="marked" class="small" data-testid="map-selected" aria-live="polite">
            ${selected === null
              ? html`<span class="quiet">Hover for the name, click to look at a sequence.</span>`
              : html`Selected: ${nameOf(selected)} <button class="link" @click=${() => select(selected)}>let go</button>`}
          </p>
          ${this.#onOneSpot()}
          <cg-selection-bar></cg-selection-bar>
        </div>
        <div class="stack"><cg-find></cg-find><cg-legend></cg-legend></div>
      </div>
      <cg-map-compare></cg-map-compare>`;
  }

  #onOneSpot(): unknown {
    const points = store.state.map.drawn?.points;
    if (points === undefined) return nothing;
    if (this.#stacked?.of !== points) this.#stacked = { of: points, said: stacked(points) };
    const { records, spots } = this.#stacked.said;
    if (spots === 0) return nothing;
    return html`<p class="small quiet" data-testid="stacked">
      ${plural(records, "sequence")} share ${spots === 1 ? "one spot" : `${plural(spots, "spot")}`} with others, because their vectors are the
      same; the name under the pointer lists them.
    </p>`;
  }

  #zoom(event: CustomEvent<number>): void {
    if (event.detail === 0) lookAtAll();
    else this.renderRoot.querySelector<MapCanvas>("cg-map-canvas")?.zoomBy(event.detail);
  }

  /** Ctrl+Z takes back, with Shift or Ctrl+Y does again; in a field of text it belongs to the text. */
  #key(event: KeyboardEvent): void {
    const key = event.key.toLowerCase();
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
    const target = event.composedPath()[0];
    const text = target instanceof HTMLTextAreaElement || (target instanceof HTMLInputElement && /^(text|search|number)$/.test(target.type));
    if (text) return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) redo();
    else undo();
  }
}
customElements.define("cg-map", MapPanel);

/** Vectors of a demonstration model stay marked as such: its note leaves the screen once results are on show. */
function demonstrationBadge(): unknown {
  const models = shownRun(store.state)?.model.split(" + ") ?? [];
  const found = DEMONSTRATIONS.filter(({ id }) => models.includes(id)).map(({ id }) => id);
  if (found.length === 0) return nothing;
  return html`<p class="small" data-testid="demonstration-badge">
    <strong>${found.join(" and ")}: ${found.length === 1 ? "a demonstration model" : "demonstration models"}</strong>, not the published
    one${found.length === 1 ? "" : "s"}. For trying the page, not for conclusions.
  </p>`;
}
