/** The points of a map on a canvas: drawn by the CPU, with hover, click, box, lasso, wheel, pinch and the keyboard. */
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { select } from "../actions/map";
import { choose, clearSelection } from "../actions/selection";
import { look } from "../actions/view";
import { currentLooks } from "../colour/current";
import { NEUTRAL } from "../colour/palettes";
import { extentOf, onScreen, panned, project, unproject, WHOLE, zoomed, type Camera, type Extent, type Projection, type Size } from "../map/camera";
import { Gestures, type Tool } from "../map/gestures";
import { drawOverlay } from "../map/overlay";
import { Places, type Point } from "../map/places";
import { pointSet, radiusOf } from "../map/point-set";
import { Raster, word, type PointSet } from "../map/raster";
import { selectedRecords } from "../selection";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";
import "./map-tip";

/** Largest distance between pointer and point for a hit, CSS pixels: of a mouse, and of a finger. */
const REACH = { mouse: 12, touch: 24 };
/** Pixels of the wheel that double the magnification. */
const WHEEL_DOUBLES = 300;
/** Steps of the keyboard and of the buttons. */
export const ZOOM_STEP = 1.5;
const DIRECTIONS: Record<string, Point> = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** `<cg-map-canvas .points=… .words=… .tool=… own-view>`; with `own-view` it is looked at by itself. */
export class MapCanvas extends LitElement {
  static override properties = {
    points: { attribute: false },
    words: { attribute: false, hasChanged: (now: unknown, before: unknown) => JSON.stringify(now) !== JSON.stringify(before) },
    tool: { attribute: false },
    name: {},
    ownView: { type: Boolean, attribute: "own-view" },
    hovered: { state: true },
    camera: { state: true },
  };
  declare points: Float32Array | null;
  /** Titles of the axes, whether they carry numbers, and what the canvas is called. */
  declare words: { xLabel: string; yLabel: string; numbers: boolean; label: string };
  declare tool: Tool;
  declare name: string;
  declare ownView: boolean;
  declare hovered: { record: number; at: Point } | null;
  /** The view of a canvas of its own. */
  declare camera: Camera;
  readonly watch = new Watch(this, "map", "run", "labels", "groups", "colours", "composition", "selected", "selection", "view", "theme");
  readonly #resized = new ResizeObserver(() => this.#schedule());
  readonly #raster = new Raster();
  readonly #gestures: Gestures;
  #outline: readonly Point[] = [];
  #places: Places | null = null;
  #extent: Extent | null = null;
  #set: { key: readonly unknown[]; made: PointSet } | null = null;
  #frame = 0;
  /** Drags and pinches so far. */
  #drags = 0;
  /** What was drawn last: progress of an analysis changes the state many times a second, and not the picture. */
  #drawn: readonly unknown[] = [];
  #stop: (() => void) | null = null;

  constructor() {
    super();
    this.points = null;
    this.words = { xLabel: "", yLabel: "", numbers: false, label: "Map" };
    this.tool = "pan";
    this.name = "map-canvas";
    this.ownView = false;
    this.hovered = null;
    this.camera = WHOLE;
    this.#gestures = new Gestures({
      pan: (dx, dy) => this.#move(`drag ${this.#drags}`, (camera, extent, size) => panned(camera, extent, size, dx, dy)),
      zoom: (factor, at) => this.#zoom(factor, at, `drag ${this.#drags}`),
      outline: (places) => {
        this.#outline = places;
        this.#schedule();
      },
      select: (tool, places, event) => this.#choose(tool, places, event),
      click: (at, event) => this.#click(at, event),
    });
  }

  static override styles = [
    controls,
    css`
      :host {
        position: relative;
        min-width: 0;
      }
      canvas {
        display: block;
        width: 100%;
        height: 100%;
        border-radius: var(--radius);
        cursor: grab;
        touch-action: none;
      }
      canvas[data-tool="box"],
      canvas[data-tool="lasso"] {
        cursor: crosshair;
      }
    `,
  ];

  override render(): unknown {
    return html`<canvas
        tabindex="0"
        role="application"
        aria-roledescription="map"
        data-testid=${this.name}
        data-tool=${this.tool}
        aria-label=${this.words.label}
        @pointerdown=${this.#down}
        @pointermove=${this.#point}
        @pointerup=${(event: PointerEvent) => this.#gestures.end(event)}
        @pointercancel=${() => this.#gestures.cancel()}
        @pointerleave=${() => (this.hovered = null)}
        @wheel=${this.#wheel}
        @keydown=${this.#key}
      ></canvas>
      ${this.hovered === null
        ? nothing
        : html`<cg-map-tip .at=${this.hovered.at} .records=${this.#places?.onSpotOf(this.hovered.record) ?? []} .record=${this.hovered.record}></cg-map-tip>`}`;
  }

  /** Magnifies about the middle. */
  zoomBy(factor: number): void {
    const { width, height } = this.#size();
    this.#zoom(factor, [width / 2, height / 2], "button");
  }

  protected override firstUpdated(): void {
    this.#resized.observe(this);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    let known = store.state.jobs.neighbours.answer;
    this.#stop = store.subscribe(() => {
      const { answer } = store.state.jobs.neighbours;
      if (answer === known) return;
      known = answer;
      this.#schedule();
    });
    if (this.hasUpdated) this.#resized.observe(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#resized.disconnect();
    this.#stop?.();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("points")) return;
    this.hovered = null;
    this.#places = this.points === null ? null : new Places(this.points);
    this.#extent = this.points === null ? null : extentOf(this.points);
  }

  protected override updated(): void {
    this.#schedule();
  }

  #canvas(): HTMLCanvasElement | null {
    return this.renderRoot.querySelector("canvas");
  }

  #size(): Size {
    const canvas = this.#canvas();
    return { width: canvas?.clientWidth ?? 0, height: canvas?.clientHeight ?? 0 };
  }

  #view(): Camera {
    return this.ownView ? this.camera : store.state.view;
  }

  #projection(): Projection | null {
    return this.#extent === null ? null : project(this.#extent, this.#size(), this.#view());
  }

  #schedule(): void {
    if (this.#frame === 0)
      this.#frame = requestAnimationFrame(() => {
        this.#frame = 0;
        this.#draw();
      });
  }

  #draw(): void {
    const [canvas, points, projection] = [this.#canvas(), this.points, this.#projection()];
    const context = canvas?.getContext("2d", { alpha: false }) ?? null;
    if (canvas === null || context === null || points === null || canvas.clientWidth === 0) return;
    const pixel = devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * pixel), Math.round(canvas.clientHeight * pixel)];
    const { theme, selected } = store.state;
    const set = this.#points(points);
    const { answer } = store.state.jobs.neighbours;
    const drawn = [set, this.#view(), width, height, theme.shown, selected, this.hovered?.record, answer, this.#outline, this.words];
    if (drawn.every((one, at) => one === this.#drawn[at])) return;
    this.#drawn = drawn;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const radius = radiusOf(set.order.length, this.#view().zoom);
    const paper = word(NEUTRAL[theme.shown].paper);
    const shown = projection ?? { scale: 1, midX: 0, midY: 0, ...this.#size() };
    this.#raster.draw(set, shown, pixel, radius * pixel, paper);
    this.#raster.show(context);
    context.setTransform(pixel, 0, 0, pixel, 0, 0);
    drawOverlay(context, shown, {
      points,
      theme: theme.shown,
      selected,
      hovered: this.hovered?.record ?? null,
      neighbours: neighboursOf(selected),
      radius,
      outline: this.#outline,
      ...this.words,
    });
    context.setTransform(1, 0, 0, 1, 0, 0);
  }

  /** The points with their looks, made again only when one of them changed. */
  #points(points: Float32Array): PointSet {
    const { map, theme } = store.state;
    const key = [points, currentLooks(store.state), map.hidden, selectedRecords(store.state), theme.shown];
    if (this.#set === null || key.some((one, at) => one !== this.#set?.key[at]))
      this.#set = { key, made: pointSet(points, currentLooks(store.state), map.hidden, selectedRecords(store.state), theme.shown) };
    return this.#set.made;
  }

  readonly #isShown = (record: number): boolean => !store.state.map.hidden.includes(currentLooks(store.state).index[record] ?? 0);

  #hit([x, y]: Point, reach: number): number | null {
    const projection = this.#projection();
    if (projection === null) return null;
    return this.#places?.nearest(unproject(projection, x, y), reach / projection.scale, this.#isShown) ?? null;
  }

  #down(event: PointerEvent): void {
    this.hovered = null;
    if (!this.#gestures.busy) this.#drags += 1;
    this.#canvas()?.setPointerCapture(event.pointerId);
    this.#gestures.begin(event, this.tool);
  }

  #point(event: PointerEvent): void {
    if (this.#gestures.busy) return this.#gestures.move(event);
    const at: Point = [event.offsetX, event.offsetY];
    const record = this.#hit(at, REACH.mouse);
    if (record !== (this.hovered?.record ?? null)) this.hovered = record === null ? null : { record, at };
  }

  /** Shift or Ctrl adds to the selection, or takes from it; otherwise one record is looked at. */
  #click(at: Point, event: PointerEvent): void {
    const record = this.#hit(at, event.pointerType === "touch" ? REACH.touch : REACH.mouse);
    if (record === null) return;
    if (event.shiftKey || event.ctrlKey || event.metaKey) return toggle(record);
    select(record);
  }

  #choose(tool: "box" | "lasso", outline: readonly Point[], event: PointerEvent): void {
    const projection = this.#projection();
    if (projection === null || this.#places === null) return;
    const data = outline.map(([x, y]): Point => unproject(projection, x, y));
    const [first, , third] = data;
    const found =
      tool === "lasso" || first === undefined || third === undefined
        ? this.#places.inLasso(data, this.#isShown)
        : this.#places.inBox(first, third, this.#isShown);
    // With a tool of its own, shift adds; a box by shift alone replaces.
    const adding = event.ctrlKey || event.metaKey || (event.shiftKey && this.tool !== "pan");
    choose(found, event.altKey ? "remove" : adding ? "add" : "only");
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? event.deltaY : event.deltaY * 16;
    this.#zoom(2 ** (-pixels / WHEEL_DOUBLES), [event.offsetX, event.offsetY], "zoom");
  }

  #zoom(factor: number, [x, y]: Point, kind: string): void {
    this.#move(kind, (camera, extent, size) => zoomed(camera, extent, size, factor, x, y));
  }

  #move(kind: string, change: (camera: Camera, extent: Extent, size: Size) => Camera): void {
    if (this.#extent === null) return;
    const next = change(this.#view(), this.#extent, this.#size());
    if (this.ownView) this.camera = next;
    else look(next, kind);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const done = this.#pressed(event.key);
    if (done) event.preventDefault();
  }

  #pressed(key: string): boolean {
    const direction = DIRECTIONS[key];
    if (direction !== undefined) this.#walk(direction);
    else if (key === "Home" || key === "End") this.#ends(key === "End");
    else if (key === "Escape") this.#escape();
    else if (key === "+" || key === "=") this.zoomBy(ZOOM_STEP);
    else if (key === "-") this.zoomBy(1 / ZOOM_STEP);
    else if (key === "0") this.#move("reset", () => WHOLE);
    else if ((key === "Enter" || key === " ") && store.state.selected !== null) toggle(store.state.selected);
    else if (key === "n") this.#goTo(neighboursOf(store.state.selected)[0] ?? null);
    else return false;
    return true;
  }

  /** A box or lasso that is being drawn is given up first; then nothing is selected. */
  #escape(): void {
    if (this.#gestures.busy) this.#gestures.cancel();
    else clearSelection();
  }

  /** To the nearest record in a direction; without one that is looked at, to that nearest to the middle. */
  #walk(direction: Point): void {
    const { selected } = store.state;
    const projection = this.#projection();
    if (projection === null || this.#places === null) return;
    const middle: Point = [projection.midX, projection.midY];
    const next =
      selected === null || !this.#isShown(selected)
        ? this.#places.nearest(middle, Number.MAX_VALUE, this.#isShown)
        : this.#places.next(selected, direction, this.#isShown);
    this.#goTo(next);
  }

  #ends(last: boolean): void {
    const shown = this.#set === null ? [] : Array.from(this.#set.made.order).filter((record) => Number.isFinite(this.points?.[2 * record]));
    this.#goTo(shown.reduce<number | null>((best, record) => (best === null || (last ? record > best : record < best) ? record : best), null));
  }

  /** Looks at a record, and brings it into the picture. */
  #goTo(record: number | null): void {
    if (record === null || record === store.state.selected || this.points === null) return;
    select(record);
    const projection = this.#projection();
    if (projection === null) return;
    const [x, y] = onScreen(projection, this.points[2 * record] ?? 0, this.points[2 * record + 1] ?? 0);
    const { width, height } = projection;
    if (x < 10 || y < 10 || x > width - 10 || y > height - 10)
      this.#move("follow", (camera, extent, size) => panned(camera, extent, size, width / 2 - x, height / 2 - y));
  }
}
customElements.define("cg-map-canvas", MapCanvas);

function toggle(record: number): void {
  choose([record], selectedRecords(store.state).includes(record) ? "remove" : "add");
}

/** The nearest records of a record, of the layer that is drawn, if they are known. */
function neighboursOf(record: number | null): number[] {
  const { map, jobs } = store.state;
  const { answer } = jobs.neighbours;
  if (record === null || answer === null || map.drawn === null || answer.layer !== map.drawn.layer) return [];
  return Array.from(answer.indices.subarray(record * answer.k, (record + 1) * answer.k));
}
