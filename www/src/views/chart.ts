/**
 * A chart of the plot wasm with a tip for the number under the pointer or the arrow keys, and with buttons that save it
 * as a drawing and its numbers as files.
 */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { offer } from "../actions/export";
import { toError } from "../error";
import { Chart, loadPlot, type HeatmapWords, type IntervalChart, type LineChart } from "../plot";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** What to draw, as plain data. */
export type Drawing =
  | { kind: "heatmap"; values: Float32Array; words: HeatmapWords }
  | { kind: "intervals"; chart: IntervalChart }
  | { kind: "lines"; chart: LineChart };

/** Numbers of a chart as files. */
export interface Files {
  csv?: () => string;
  json?: () => unknown;
}

/** Size of an exported drawing, CSS pixels. */
const SVG_WIDTH = 760;

/** `<cg-chart>`; sends `pick` with the number of a cell or row that was clicked or chosen by Enter. */
export class ChartView extends LitElement {
  static override properties = {
    drawing: { attribute: false },
    tip: { attribute: false },
    files: { attribute: false },
    label: {},
    name: {},
    height: { type: Number },
    at: { state: true },
    problem: { state: true },
  };
  declare drawing: Drawing | null;
  /** Describes a cell or row. */
  declare tip: ((index: number) => string) | null;
  declare files: Files;
  /** What it shows, for screen readers. */
  declare label: string;
  /** Start of the names of its files. */
  declare name: string;
  declare height: number;
  declare at: number | null;
  declare problem: string;
  readonly watch = new Watch(this, "theme");
  readonly #resized = new ResizeObserver(() => this.#draw());
  #chart: Chart | null = null;
  #made: Drawing | null = null;

  constructor() {
    super();
    this.drawing = null;
    this.tip = null;
    this.files = {};
    this.label = "";
    this.name = "chart";
    this.height = 320;
    this.at = null;
    this.problem = "";
  }

  static override styles = [
    controls,
    css`
      canvas {
        display: block;
        width: 100%;
        border-radius: var(--radius);
        /* An answer to an older question is dimmed. */
        opacity: var(--answer-opacity, 1);
      }
      .stack {
        gap: 0.5rem;
      }
      button {
        min-height: 1.75rem;
        padding: 0.125rem 0.625rem;
        font-size: 0.8125rem;
      }
      .tip {
        min-height: 1.45em;
      }
    `,
  ];

  override render(): unknown {
    const { csv, json } = this.files;
    return html`<div class="stack">
      <canvas
        tabindex=${this.tip === null ? nothing : "0"}
        role=${this.tip === null ? "img" : "application"}
        aria-label=${this.tip === null ? this.label : `${this.label}; the arrow keys go through its numbers`}
        aria-describedby=${this.tip === null ? nothing : "tip"}
        data-testid="chart-${this.name}"
        @pointermove=${this.#point}
        @pointerleave=${() => (this.at = null)}
        @click=${this.#click}
        @keydown=${this.#key}
      ></canvas>
      <div class="row">
        <button data-testid="save-svg-${this.name}" @click=${this.#svg}>Figure (.svg)</button>
        ${csv === undefined
          ? nothing
          : html`<button data-testid="save-csv-${this.name}" @click=${() => this.#save("csv", csv())}>Table (.csv)</button>`}
        ${json === undefined
          ? nothing
          : html`<button
              data-testid="save-json-${this.name}"
              @click=${() => this.#save("json", `${JSON.stringify(json(), null, 2)}\n`)}
            >
              Data (.json)
            </button>`}
      </div>
      ${this.tip === null
        ? nothing
        : html`<p id="tip" class="small tip" aria-live="polite" data-testid="tip-${this.name}">
            ${this.at === null
              ? html`<span class="quiet">Point at the figure, or use the arrow keys, to read its numbers.</span>`
              : this.tip(this.at)}
          </p>`}
      ${this.problem === "" ? nothing : html`<p class="small" role="alert">${this.problem}</p>`}
    </div>`;
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#chart?.free();
    this.#chart = null;
    this.#made = null;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.hasUpdated) this.#resized.observe(this);
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has("drawing")) this.at = null;
    void this.#make();
  }

  async #make(): Promise<void> {
    await loadPlot();
    const wanted = this.drawing;
    if (wanted !== this.#made && this.isConnected) {
      this.#chart?.free();
      this.#chart = null;
      this.#made = wanted;
      try {
        this.#chart = wanted === null ? null : chartOf(wanted);
        this.problem = "";
      } catch (thrown) {
        this.problem = toError(thrown).message;
      }
    }
    this.#draw();
  }

  #draw(): void {
    const canvas = this.#canvas();
    if (canvas === null || this.#chart === null || canvas.clientWidth === 0) return;
    canvas.style.height = `${this.height}px`;
    this.#chart.draw(canvas, {
      width: canvas.clientWidth,
      height: this.height,
      pixelRatio: devicePixelRatio,
      theme: store.state.theme.shown,
    });
  }

  #canvas(): HTMLCanvasElement | null {
    return this.renderRoot.querySelector("canvas");
  }

  #point(event: PointerEvent): void {
    if (this.tip !== null) this.at = this.#chart?.hit(event.offsetX, event.offsetY) ?? null;
  }

  #click(event: MouseEvent): void {
    const at = this.#chart?.hit(event.offsetX, event.offsetY);
    if (at !== undefined) this.#pick(at);
  }

  #pick(at: number): void {
    this.dispatchEvent(new CustomEvent("pick", { detail: at }));
  }

  #key(event: KeyboardEvent): void {
    const { drawing } = this;
    if (drawing === null || drawing.kind === "lines" || this.tip === null) return;
    if (event.key === "Enter" && this.at !== null) return this.#pick(this.at);
    const across = drawing.kind === "heatmap" ? drawing.words.columns.length : 1;
    const total = drawing.kind === "heatmap" ? drawing.values.length : drawing.chart.rows.length;
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across, ArrowUp: -across }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = this.at === null ? 0 : this.at + step;
    if (next >= 0 && next < total) this.at = next;
  }

  #svg(): void {
    const svg = this.#chart?.svg(SVG_WIDTH, Math.max(this.height, 160), "light");
    if (svg !== undefined) this.#save("svg", svg);
  }

  #save(ending: string, content: string): void {
    offer(new Blob([content]), `${this.name}.${ending}`);
  }
}
customElements.define("cg-chart", ChartView);

function chartOf(drawing: Drawing): Chart {
  if (drawing.kind === "heatmap") return Chart.heatmap(drawing.values, drawing.words);
  return drawing.kind === "intervals" ? Chart.intervals(drawing.chart) : Chart.lines(drawing.chart);
}
