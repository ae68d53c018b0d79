/** What is drawn over the points: lines to neighbours, rings, the box or lasso that is being drawn, axes. */
import { NEUTRAL } from "../colour/palettes";
import { onScreen, unproject, type Projection } from "./camera";
import type { Point } from "./places";

/** All of it. */
export interface Overlay {
  points: Float32Array;
  theme: "light" | "dark";
  /** The record that is looked at, and the record under the pointer. */
  selected: number | null;
  hovered: number | null;
  /** Records that are joined to the selected one by lines. */
  neighbours: readonly number[];
  /** Radius of a mark, CSS pixels. */
  radius: number;
  /** Outline that is being drawn, CSS pixels. */
  outline: readonly Point[];
  xLabel: string;
  yLabel: string;
  /** Whether the axes carry numbers: only those of principal components mean something. */
  numbers: boolean;
}

/** Text of the axes, CSS pixels. */
const TEXT = "12px system-ui, Helvetica, Arial, sans-serif";

/** Draws onto a context whose unit is a CSS pixel. */
export function drawOverlay(context: CanvasRenderingContext2D, projection: Projection, overlay: Overlay): void {
  const { points, theme, selected, hovered, neighbours, radius, outline } = overlay;
  const { ink, paper, quiet } = NEUTRAL[theme];
  const at = (record: number): [number, number] =>
    onScreen(projection, points[2 * record] ?? Number.NaN, points[2 * record + 1] ?? Number.NaN);
  drawAxes(context, projection, overlay, quiet, paper);
  if (selected !== null && neighbours.length > 0) {
    const [x, y] = at(selected);
    context.beginPath();
    for (const record of neighbours) {
      const [toX, toY] = at(record);
      const far = Math.hypot(toX - x, toY - y);
      // From ring to ring; NaN has no length.
      if (!(far > 2 * radius + 6)) continue;
      const [stepX, stepY] = [(toX - x) / far, (toY - y) / far];
      context.moveTo(x + stepX * (radius + 4), y + stepY * (radius + 4));
      context.lineTo(toX - stepX * (radius + 2), toY - stepY * (radius + 2));
    }
    stroke(context, paper, 3, 0.7);
    stroke(context, ink, 1.25, 0.75);
    for (const record of neighbours) ring(context, at(record), radius + 2, 1.25, ink, paper);
  }
  if (selected !== null) ring(context, at(selected), radius + 4, 2.5, ink, paper);
  if (hovered !== null) ring(context, at(hovered), radius + 3, 1.5, ink, paper);
  if (outline.length > 1) {
    context.beginPath();
    for (const [step, [x, y]] of outline.entries()) if (step === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
    context.closePath();
    context.globalAlpha = 0.1;
    context.fillStyle = ink;
    context.fill();
    stroke(context, ink, 1.5, 1);
  }
}

function ring(context: CanvasRenderingContext2D, [x, y]: [number, number], radius: number, width: number, ink: string, paper: string): void {
  if (!Number.isFinite(x) || !Number.isFinite(y)) return;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  stroke(context, paper, width * 2.5, 0.8);
  stroke(context, ink, width, 1);
}

function stroke(context: CanvasRenderingContext2D, colour: string, width: number, alpha: number): void {
  context.globalAlpha = alpha;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
  context.globalAlpha = 1;
}

function drawAxes(context: CanvasRenderingContext2D, projection: Projection, { xLabel, yLabel, numbers }: Overlay, quiet: string, paper: string): void {
  const { width, height } = projection;
  context.font = TEXT;
  const write = (text: string, x: number, y: number): void => {
    context.lineWidth = 3;
    context.lineJoin = "round";
    context.strokeStyle = paper;
    context.strokeText(text, x, y);
    context.fillStyle = quiet;
    context.fillText(text, x, y);
  };
  context.textAlign = "center";
  context.textBaseline = "bottom";
  write(xLabel, width / 2, height - 6);
  context.save();
  context.rotate(-Math.PI / 2);
  context.textBaseline = "top";
  write(yLabel, -height / 2, 6);
  context.restore();
  if (!numbers) return;
  const [left, top] = unproject(projection, 0, 0);
  const [right, bottom] = unproject(projection, width, height);
  context.textBaseline = "bottom";
  for (const value of round(left, right, width / 110)) {
    const [x] = onScreen(projection, value, 0);
    // The middle belongs to the title.
    if (x > 40 && x < width - 20 && Math.abs(x - width / 2) > 90) write(text(value), x, height - 6);
  }
  context.textAlign = "left";
  context.textBaseline = "middle";
  for (const value of round(bottom, top, height / 80)) {
    const [, y] = onScreen(projection, 0, value);
    if (y > 14 && y < height - 24 && Math.abs(y - height / 2) > 90) write(text(value), 6, y);
  }
}

/** About `count` round numbers between two. */
export function round(low: number, high: number, count: number): number[] {
  const rough = (high - low) / Math.max(2, count);
  if (!(rough > 0) || !Number.isFinite(rough)) return [];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? 10 * power;
  const found: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high && found.length < 100; at += 1) found.push(at * step);
  return found;
}

function text(value: number): string {
  return Number(value.toPrecision(6)).toString().replace("-", "−");
}
