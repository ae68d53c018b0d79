/** A second map of the same records, rotated and scaled to fit the first best. */
import { css, html, LitElement, nothing } from "lit";
import { compareMaps } from "../actions/map";
import { currentRun } from "../actions/runs";
import { percent } from "../format";
import type { MapMethod } from "../protocol";
import { store } from "../state";
import { Watch } from "../watch";
import { grid } from "./cards";
import { controls } from "./controls";
import { choice } from "./fields";
import { METHODS } from "./map-options";
import { jobLine } from "./job";
import "./map-canvas";

/** `<cg-map-compare>` */
export class MapCompare extends LitElement {
  static override properties = { method: { state: true }, layer: { state: true } };
  /** Null until the user chooses; then a method other than that of the first map is taken. */
  declare method: MapMethod | null;
  declare layer: number | null;
  readonly watch = new Watch(this, "map", "run", "runs", "jobs");

  constructor() {
    super();
    this.method = null;
    this.layer = null;
  }

  static override styles = [
    controls,
    grid,
    css`
      .figure {
        height: clamp(18rem, 50vh, 40rem);
        border: 1px solid var(--line);
        border-radius: var(--radius);
      }
      cg-map-canvas {
        height: 100%;
      }
      summary {
        cursor: pointer;
        font-size: 0.875rem;
      }
      details[open] summary {
        margin-bottom: 0.75rem;
      }
    `,
  ];

  override render(): unknown {
    const { map, jobs } = store.state;
    const run = currentRun();
    if (map.drawn === null || run === null) return nothing;
    const chosen = run.layers.find(({ layer }) => layer === this.layer) ?? run.layers.find(({ layer }) => layer === map.layer);
    const { answer } = jobs.comparedMap;
    const method = this.method ?? (map.options.method === "umap" ? "tsne" : "umap");
    const name = `${METHODS.find(([key]) => key === method)?.[1] ?? ""}, layer ${chosen?.layer ?? ""}`;
    return html`<details>
      <summary data-testid="compare-open">Compare with a second map</summary>
      <div class="stack">
        <div class="options">
          ${choice("Second map", "compare-method", method, METHODS, (one) => (this.method = one as MapMethod))}
          ${run.layers.length < 2
            ? nothing
            : choice(
                "Layer",
                "compare-layer",
                String(chosen?.layer ?? ""),
                run.layers.map(({ layer }) => [String(layer), String(layer)]),
                (layer) => (this.layer = Number(layer)),
              )}
          <button
            data-testid="compare-run"
            ?disabled=${chosen === undefined || jobs.comparedMap.phase === "running"}
            @click=${() => chosen !== undefined && void compareMaps(name, chosen, { ...map.options, method })}
          >
            Draw it
          </button>
        </div>
        ${jobLine("comparedMap", "Computing the map")}
        ${answer === null
          ? nothing
          : html`<p class="small" data-testid="compare-summary">
                ${answer.name}, rotated and scaled onto the first map (Procrustes): disparity
                ${answer.disparity.toFixed(3)} (0 is the same shape, 1 nothing in common). The two maps share
                ${percent(answer.overlap.shared)} of the ${answer.overlap.k} nearest neighbours,
                ${percent(answer.overlap.chance)} are expected by chance.
              </p>
              <div class="figure">
                <cg-map-canvas
                  own-view
                  name="compare-canvas"
                  .points=${answer.points}
                  .words=${{ xLabel: "first map, 1", yLabel: "first map, 2", numbers: false, label: `Second map: ${answer.name}; what is selected here is selected on the first map` }}
                ></cg-map-canvas>
              </div>`}
      </div>
    </details>`;
  }
}
customElements.define("cg-map-compare", MapCompare);
