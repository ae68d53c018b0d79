/**
 * Pointers to gestures: one drags the view or draws a box or a lasso, two pinch, a press that stays in place is a click.
 * Nothing here knows what is drawn.
 */
import type { Point } from "./places";

/** What dragging does. */
export type Tool = "pan" | "box" | "lasso";

/** What the gestures ask for; places are CSS pixels of the canvas. */
export interface Answers {
  pan: (dx: number, dy: number) => void;
  zoom: (factor: number, at: Point) => void;
  /** The outline so far; empty when there is none any more. */
  outline: (places: readonly Point[]) => void;
  select: (tool: "box" | "lasso", places: readonly Point[], event: PointerEvent) => void;
  click: (at: Point, event: PointerEvent) => void;
}

/** Way in pixels after which a press is no click any more. */
const STEADY = 4;
/** A finger that rests this long draws a lasso. */
const LONG_PRESS_MS = 450;

/** The pointers on one canvas. */
export class Gestures {
  readonly #answers: Answers;
  readonly #down = new Map<number, Point>();
  #start: Point | null = null;
  #moved = false;
  #drawing: "box" | "lasso" | null = null;
  #outline: Point[] = [];
  #press: ReturnType<typeof setTimeout> | undefined;

  constructor(answers: Answers) {
    this.#answers = answers;
  }

  /** Whether a pointer is down. */
  get busy(): boolean {
    return this.#down.size > 0;
  }

  /** Shift draws a box whatever the tool is. */
  begin(event: PointerEvent, tool: Tool): void {
    if (event.button !== 0) return;
    const at = place(event);
    this.#down.set(event.pointerId, at);
    this.#stopPress();
    if (this.#down.size > 1) return this.#drop();
    [this.#start, this.#moved] = [at, false];
    this.#drawing = tool === "pan" ? (event.shiftKey ? "box" : null) : tool;
    this.#outline = [at];
    if (event.pointerType === "touch" && tool === "pan")
      this.#press = setTimeout(() => !this.#moved && (this.#drawing = "lasso"), LONG_PRESS_MS);
  }

  move(event: PointerEvent): void {
    const before = this.#down.get(event.pointerId);
    if (before === undefined) return;
    const at = place(event);
    if (this.#down.size === 2) {
      const [one, other] = [...this.#down.values()] as [Point, Point];
      const fixed = before === one ? other : one;
      const [was, is] = [distance(before, fixed), distance(at, fixed)];
      this.#down.set(event.pointerId, at);
      this.#moved = true;
      if (was > 0 && is > 0) this.#answers.zoom(is / was, middle(at, fixed));
      this.#answers.pan((at[0] - before[0]) / 2, (at[1] - before[1]) / 2);
      return;
    }
    this.#down.set(event.pointerId, at);
    if (this.#start === null) return;
    if (!this.#moved && distance(at, this.#start) < STEADY) return;
    // The way up to here counts too.
    const from = this.#moved ? before : this.#start;
    this.#moved = true;
    if (this.#drawing === null) return this.#answers.pan(at[0] - from[0], at[1] - from[1]);
    this.#outline = this.#drawing === "box" ? box(this.#start, at) : [...this.#outline, at];
    this.#answers.outline(this.#outline);
  }

  end(event: PointerEvent): void {
    const alone = this.#down.size === 1 && this.#down.has(event.pointerId);
    this.#down.delete(event.pointerId);
    this.#stopPress();
    const start = this.#start;
    if (!alone || start === null) return;
    const [drawing, outline, moved] = [this.#drawing, this.#outline, this.#moved];
    this.#drop();
    if (!moved) this.#answers.click(start, event);
    else if (drawing !== null) this.#answers.select(drawing, outline, event);
  }

  /** Forgets what is being drawn. */
  cancel(): void {
    this.#down.clear();
    this.#drop();
  }

  #drop(): void {
    [this.#start, this.#drawing, this.#moved] = [null, null, false];
    if (this.#outline.length > 1) this.#answers.outline([]);
    this.#outline = [];
  }

  #stopPress(): void {
    clearTimeout(this.#press);
  }
}

function place(event: PointerEvent): Point {
  return [event.offsetX, event.offsetY];
}

function box([ax, ay]: Point, [bx, by]: Point): Point[] {
  return [
    [ax, ay],
    [bx, ay],
    [bx, by],
    [ax, by],
  ];
}

function distance([ax, ay]: Point, [bx, by]: Point): number {
  return Math.hypot(ax - bx, ay - by);
}

function middle([ax, ay]: Point, [bx, by]: Point): Point {
  return [(ax + bx) / 2, (ay + by) / 2];
}
