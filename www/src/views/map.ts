/** The map, drawn by the plot wasm, with its options, hover, choice by click or arrow keys, and a legend. */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { FEWEST_FOR_MAP, reportFailure, select, showLayer } from "../actions/map";
import { figure, titled } from "../figure";
import { count, cut, plural } from "../format";
import { store } from "../state";
import { Watch } from "../watch";
import { controls, panel } from "./controls";
import "./legend";
import "./map-compare";
import "./map-options";
import "./error-view";

/** Largest distance between pointer and point for a hit, CSS pixels. */
const REACH = 12;

/** How to read a map of each kind. */
const EXPLAINED = {
  pca: "The two directions in which the vectors differ most (principal components).",
  umap: "UMAP keeps near neighbours together; distances between groups and sizes of groups mean little.",
  tsne: "t-SNE keeps near neighbours together; distances between groups and sizes of groups mean little.",
};

/** `<cg-map>` */
export class MapPanel extends LitElement {
  static override properties = { hovered: { state: true }, built: { state: true } };
  declare hovered: { record: number; x: number; y: number } | null;
  /** Number of the plot that is shown; 0 for none. */
  declare built: number;
  readonly watch = new Watch(this, "map", "run", "labels", "selected", "theme");
  readonly #resized = new ResizeObserver(() => this.#draw());

  constructor() {
    super();
    this.hovered = null;
    this.built = 0;
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
        grid-template-columns: minmax(0, 1fr) 16rem;
        gap: 1.5rem;
      }
      .figure {
        position: relative;
        min-width: 0;
      }
      canvas {
        display: block;
        width: 100%;
        border-radius: var(--radius);
        cursor: crosshair;
        touch-action: manipulation;
      }
      .tip {
        position: absolute;
        z-index: 1;
        max-width: 18rem;
        padding: 0.375rem 0.625rem;
        background: var(--panel);
        border: 1px solid var(--quiet);
        border-radius: var(--radius);
        pointer-events: none;
        overflow-wrap: anywhere;
      }
      @media (max-width: 820px) {
        .body {
          grid-template-columns: minmax(0, 1fr);
        }
      }
    `,
  ];

  override render(): unknown {
    const { run, map, selected } = store.state;
    const report = run.report;
    if (report === null) return nothing;
    const layers = report.layers.length > 1 && report.pool !== "none";
    return html`<section aria-labelledby="title">
      <div class="row heading">
        <div>
          <h3 id="title">Map of the sequences</h3>
          <p class="small quiet">${EXPLAINED[map.options.method]} ${report.pool === "joined" ? "Joined vectors" : `Layer ${map.layer}`}.</p>
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
          : html`<cg-map-options></cg-map-options><cg-error .error=${map.error}></cg-error>
              <div class="body" ?hidden=${map.error !== null}>
                <div class="figure">
                  <canvas
                    tabindex="0"
                    role="application"
                    data-testid="map-canvas"
                    aria-label=${`Map of ${plural(report.ids.length, "sequence")}; the arrow keys go through the points`}
                    aria-describedby="marked"
                    @pointermove=${this.#point}
                    @pointerleave=${() => (this.hovered = null)}
                    @click=${this.#click}
                    @keydown=${this.#key}
                  ></canvas>
                  ${this.#tip()}
                </div>
                <cg-legend .built=${this.built}></cg-legend>
              </div>
              <p id="marked" class="small" data-testid="map-selected" aria-live="polite">
                ${selected === null
                  ? html`<span class="quiet"
                      >Point at a mark to see its name; click to mark its row in the table.</span
                    >`
                  : html`Marked: ${this.#name(selected)}`}
              </p>
              <cg-map-compare></cg-map-compare>`}
    </section>`;
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
  }

  protected override updated(_changed: PropertyValues): void {
    void this.#refresh();
  }

  async #refresh(): Promise<void> {
    try {
      this.built = await figure.update(store.state, titled(store.state.map.drawn));
    } catch (thrown) {
      reportFailure(thrown);
      return;
    }
    this.#draw();
    const tip = this.renderRoot.querySelector<HTMLElement>(".tip");
    const canvas = this.#canvas();
    if (tip !== null && canvas !== null && this.hovered !== null) {
      const { x, y } = this.hovered;
      tip.style.left = `${Math.max(0, Math.min(x + 14, canvas.clientWidth - tip.offsetWidth))}px`;
      tip.style.top = `${y + 14 + tip.offsetHeight > canvas.clientHeight ? Math.max(0, y - 10 - tip.offsetHeight) : y + 14}px`;
    }
  }

  #canvas(): HTMLCanvasElement | null {
    return this.renderRoot.querySelector("canvas");
  }

  #draw(): void {
    const canvas = this.#canvas();
    if (canvas === null || this.built === 0 || canvas.clientWidth === 0) return;
    const width = canvas.clientWidth;
    const height = Math.round(Math.min(640, Math.max(320, width * 0.64)));
    canvas.style.height = `${height}px`;
    const { map, selected, theme } = store.state;
    figure.draw(canvas, {
      width,
      height,
      pixelRatio: devicePixelRatio,
      theme: theme.shown,
      hidden: [...map.hidden],
      ...(this.hovered === null ? {} : { hovered: this.hovered.record }),
      ...(selected === null ? {} : { selected }),
    });
  }

  #tip(): unknown {
    const at = this.hovered;
    const report = store.state.run.report;
    if (at === null || report === null) return nothing;
    return html`<div class="tip small" data-testid="map-tip">${this.#name(at.record)}</div>`;
  }

  /** Id, length and group of a record. */
  #name(record: number): unknown {
    const report = store.state.run.report;
    const groups = figure.groups;
    const label = groups === null || groups.names.length < 2 ? undefined : groups.names[groups.index[record] ?? -1];
    return html`<strong><bdi>${cut(report?.ids[record] ?? "", 80)}</bdi></strong
      >, ${count(report?.lengths[record] ?? 0)}
      residues${label === undefined ? nothing : html`, <bdi>${cut(label, 80)}</bdi>`}`;
  }

  #point(event: PointerEvent): void {
    const record = figure.hit(event.offsetX, event.offsetY, REACH);
    if (record !== (this.hovered?.record ?? null))
      this.hovered = record === null ? null : { record, x: event.offsetX, y: event.offsetY };
  }

  #click(event: MouseEvent): void {
    const record = figure.hit(event.offsetX, event.offsetY, REACH);
    if (record !== null) select(record);
  }

  #key(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const total = store.state.run.report?.ids.length ?? 0;
    if (step === undefined || total === 0) return;
    event.preventDefault();
    const from = store.state.selected ?? (step > 0 ? -1 : total);
    const { hidden } = store.state.map;
    for (let record = from + step; record >= 0 && record < total; record += step) {
      if (!hidden.includes(figure.groups?.index[record] ?? 0)) return select(record);
    }
  }
}
customElements.define("cg-map", MapPanel);
