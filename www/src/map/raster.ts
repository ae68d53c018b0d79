/**
 * Points drawn into pixels by the CPU. It was measured against WebGL (`www/bench/map.mjs`): where a browser has no
 * graphics card, 100,000 points take WebGL in software 100 to 300 ms a frame and this a few milliseconds, and it looks
 * the same everywhere.
 *
 * Colours are 32-bit words as the pixels of an `ImageData` hold them on little-endian machines (alpha, blue, green, red).
 */
import type { Projection } from "./camera";
import { stampOf, type Shape, type Stamp } from "./stamps";

/** What is drawn, in arrays: nothing in them depends on the view. */
export interface PointSet {
  /** `[n, 2]`; points that are not finite are not drawn. */
  points: Float32Array;
  /** Records in the order of drawing, those of hidden groups left out. */
  order: Uint32Array;
  /** Colour of each record. */
  colours: Uint32Array;
  /** Mark of each record, an index into `marks`. */
  markOf: Uint8Array;
  marks: readonly Mark[];
  /** Colour around each record's mark, which separates neighbours; null for none at all. */
  rims: Uint32Array | null;
}

/** A shape; `part` of the radius is filled, so that a pale mark with a dark rim is not larger than others. */
export interface Mark {
  shape: Shape;
  part: number;
}

/** A stamp as offsets in the pixels of one picture. */
interface Placed {
  solid: Int32Array;
  edge: Int32Array;
  coverage: Uint16Array;
}

/** Above this many points edges are not smoothed: it takes most of the time, and dots of a few pixels show none. */
const MOST_SMOOTH = 8000;
/** Pixels around the picture, so that marks at its edge need no test of each pixel. */
const MARGIN = 24;

/** Pixels, and the marks that are drawn into them. */
export class Raster {
  #width = 0;
  #height = 0;
  #image: ImageData | null = null;
  #pixels = new Uint32Array();
  #placed: { key: string; marks: Placed[]; rims: Placed[] } | null = null;

  /** Draws the points; `radius` in pixels of the picture, `pixel` is how many of them a CSS pixel has. */
  draw(set: PointSet, projection: Projection, pixel: number, radius: number, paper: number): void {
    this.#fit(Math.round(projection.width * pixel), Math.round(projection.height * pixel));
    const pixels = this.#pixels;
    pixels.fill(paper);
    const { points, order, colours, markOf, rims } = set;
    const stamps = this.#stamps(set.marks, Math.min(radius, MARGIN / 1.6 - 3), order.length > MOST_SMOOTH);
    const stride = this.#width + 2 * MARGIN;
    const scale = projection.scale * pixel;
    const offsetX = this.#width / 2 - projection.midX * scale + MARGIN;
    const offsetY = this.#height / 2 + projection.midY * scale + MARGIN;
    const [low, right, bottom] = [MARGIN / 2, this.#width + 1.5 * MARGIN, this.#height + 1.5 * MARGIN];
    const count = order.length;
    for (let turn = 0; turn < count; turn += 1) {
      const record = order[turn] as number;
      const x = (points[2 * record] as number) * scale + offsetX;
      const y = offsetY - (points[2 * record + 1] as number) * scale;
      // Also false for NaN.
      if (!(x >= low && y >= low && x < right && y < bottom)) continue;
      // Both are positive: bits are cut as `floor` would.
      const at = (y | 0) * stride + (x | 0);
      const mark = stamps.marks[markOf[record] as number] as Placed;
      const colour = colours[record] as number;
      if (rims !== null) stamp(pixels, stamps.rims[markOf[record] as number] as Placed, at, rims[record] as number);
      if (mark.edge.length > 0) stamp(pixels, mark, at, colour);
      else for (let i = 0; i < mark.solid.length; i += 1) pixels[at + (mark.solid[i] as number)] = colour;
    }
  }

  /** Puts the picture onto a canvas of its size. */
  show(context: CanvasRenderingContext2D): void {
    if (this.#image !== null) context.putImageData(this.#image, -MARGIN, -MARGIN, MARGIN, MARGIN, this.#width, this.#height);
  }

  /** The colour of a pixel, for tests. */
  pixel(x: number, y: number): number | undefined {
    return this.#pixels[(y + MARGIN) * (this.#width + 2 * MARGIN) + x + MARGIN];
  }

  #fit(width: number, height: number): void {
    if (width === this.#width && height === this.#height) return;
    [this.#width, this.#height] = [width, height];
    const [all, rows] = [width + 2 * MARGIN, height + 2 * MARGIN];
    const bytes = new Uint8ClampedArray(4 * all * rows);
    this.#pixels = new Uint32Array(bytes.buffer);
    // Unit tests have pixels but no pictures.
    this.#image = typeof ImageData === "undefined" ? null : new ImageData(bytes, all, rows);
    this.#placed = null;
  }

  #stamps(wanted: readonly Mark[], given: number, crisp: boolean): { marks: Placed[]; rims: Placed[] } {
    // Steps of a quarter pixel look alike and need no new stamps.
    const radius = Math.round(given * 4) / 4;
    const key = `${crisp} ${radius} ${wanted.map(({ shape, part }) => `${shape} ${part}`).join()}`;
    if (this.#placed?.key !== key) {
      const stride = this.#width + 2 * MARGIN;
      const around = Math.max(0.75, radius * 0.2);
      this.#placed = {
        key,
        marks: wanted.map(({ shape, part }) => placed(stampOf(shape, radius * part), stride, crisp)),
        rims: wanted.map(({ shape, part }) => placed(stampOf(shape, part < 1 ? radius : radius + around), stride, crisp)),
      };
    }
    return this.#placed;
  }
}

/** `crisp`: pixels that are covered by half or more are covered whole. */
function placed({ solid, edge }: Stamp, stride: number, crisp: boolean): Placed {
  const whole = crisp ? [...solid, ...edge.filter(([, , share]) => share >= 128)] : solid;
  const smooth = crisp ? [] : edge;
  return {
    // In the order of memory.
    solid: Int32Array.from(whole, ([dx, dy]) => (dy ?? 0) * stride + (dx ?? 0)).sort(),
    edge: Int32Array.from(smooth, ([dx, dy]) => dy * stride + dx),
    coverage: Uint16Array.from(smooth, ([, , share]) => share),
  };
}

function stamp(pixels: Uint32Array, { solid, edge, coverage }: Placed, at: number, colour: number): void {
  for (let i = 0; i < solid.length; i += 1) pixels[at + (solid[i] as number)] = colour;
  for (let i = 0; i < edge.length; i += 1) {
    const place = at + (edge[i] as number);
    pixels[place] = mixed(pixels[place] as number, colour, coverage[i] as number);
  }
}

/** A colour over another; `share` of 256. Red and blue are mixed at once, in the two halves of a word. */
export function mixed(below: number, above: number, share: number): number {
  const rest = 256 - share;
  const redBlue = (((below & 0xff00ff) * rest + (above & 0xff00ff) * share) >>> 8) & 0xff00ff;
  const green = (((below & 0x00ff00) * rest + (above & 0x00ff00) * share) >>> 8) & 0x00ff00;
  return (0xff000000 | redBlue | green) >>> 0;
}

/** `#rrggbb` as a pixel. */
export function word(css: string): number {
  const value = Number.parseInt(css.slice(1), 16);
  return (0xff000000 | ((value & 0xff) << 16) | (value & 0xff00) | (value >>> 16)) >>> 0;
}
