/** A second map of the same records, rotated and scaled to fit the first best. */
import { css, html, LitElement, nothing } from "lit";
import { compareMaps } from "../actions/map";
import { currentRun } from "../actions/runs";
import { Figure } from "../figure";
import { percent } from "../format";
import type { MapMethod } from "../protocol";
import { store } from "../state";
import { toError } from "../error";
import { Watch } from "../watch";
import { grid } from "./cards";
import { controls } from "./controls";
import { choice } from "./fields";
import { METHODS } from "./map-options";
import { jobLine } from "./job";

/** `<cg-map-compare>` */
export class MapCompare extends LitElement {
  static override properties = { method: { state: true }, layer: { state: true }, problem: { state: true } };
  /** Null until the user chooses; then a method other than that of the first map is taken. */
  declare method: MapMethod | null;
  declare layer: number | null;
  declare problem: string;
  readonly watch = new Watch(this, "map", "run", "runs", "jobs", "labels", "theme", "selected");
  readonly #figure = new Figure();
  readonly #resized = new ResizeObserver(() => this.#draw());
  #built = 0;

  constructor() {
    super();
    this.method = null;
    this.layer = null;
    this.problem = "";
  }

  static override styles = [
    controls,
    grid,
    css`
      canvas {
        display: block;
        width: 100%;
        border-radius: var(--radius);
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
              <canvas role="img" data-testid="compare-canvas" aria-label="Second map: ${answer.name}"></canvas>`}
        ${this.problem === "" ? nothing : html`<p role="alert" class="small">${this.problem}</p>`}
      </div>
    </details>`;
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override updated(): void {
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    const { answer } = store.state.jobs.comparedMap;
    const shown = answer === null ? null : { points: answer.points, xLabel: "first map, 1", yLabel: "first map, 2" };
    try {
      this.#built = await this.#figure.update(store.state, shown);
    } catch (thrown) {
      this.problem = toError(thrown).message;
      return;
    }
    this.#draw();
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector("canvas");
    if (canvas === null || this.#built === 0 || canvas.clientWidth === 0) return;
    const width = canvas.clientWidth;
    const height = Math.round(Math.min(520, Math.max(280, width * 0.5)));
    canvas.style.height = `${height}px`;
    const { map, selected, theme } = store.state;
    this.#figure.draw(canvas, {
      width,
      height,
      pixelRatio: devicePixelRatio,
      theme: theme.shown,
      hidden: [...map.hidden],
      ...(selected === null ? {} : { selected }),
    });
  }
}
customElements.define("cg-map-compare", MapCompare);
