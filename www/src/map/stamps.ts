/**
 * Marks as small pictures of coverage, one per shape and size: a point is drawn by adding its colour to the pixels
 * that its stamp covers. Edges are smoothed by sampling each pixel sixteen times.
 */

/** Outline of a mark; the names are those of the plot module. */
export type Shape = "circle" | "square" | "triangle" | "diamond" | "cross" | "ring";

/** Pixels of a mark, relative to its centre. */
export interface Stamp {
  /** Largest distance of a pixel from the centre. */
  reach: number;
  /** Pixels that are covered whole: dx, dy. */
  solid: readonly (readonly [number, number])[];
  /** Pixels that are covered in part: dx, dy, coverage of 256. */
  edge: readonly (readonly [number, number, number])[];
}

/** Samples per pixel and axis. */
const FINE = 4;

/**
 * The stamp of a shape; `radius` in pixels. All shapes of one radius cover about the same area, so that none looks
 * larger than another.
 */
export function stampOf(shape: Shape, radius: number): Stamp {
  const covers = COVERS[shape];
  const reach = Math.ceil(radius * 1.6) + 1;
  const solid: [number, number][] = [];
  const edge: [number, number, number][] = [];
  for (let dy = -reach; dy <= reach; dy += 1)
    for (let dx = -reach; dx <= reach; dx += 1) {
      let inside = 0;
      for (let i = 0; i < FINE; i += 1)
        for (let j = 0; j < FINE; j += 1)
          if (covers((dx + (i + 0.5) / FINE - 0.5) / radius, (dy + (j + 0.5) / FINE - 0.5) / radius)) inside += 1;
      if (inside === FINE * FINE) solid.push([dx, dy]);
      else if (inside > 0) edge.push([dx, dy, Math.round((256 * inside) / (FINE * FINE))]);
    }
  return { reach, solid, edge };
}

const ARM = 0.38;
/** Whether a place belongs to the mark of radius 1. */
const COVERS: Record<Shape, (x: number, y: number) => boolean> = {
  circle: (x, y) => x * x + y * y <= 1,
  square: (x, y) => Math.abs(x) <= 0.89 && Math.abs(y) <= 0.89,
  triangle: (x, y) => y <= 0.85 && y >= -1.35 && Math.abs(x) <= (y + 1.35) * 0.6,
  diamond: (x, y) => Math.abs(x) + Math.abs(y) <= 1.27,
  cross: (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 1.05 && (Math.abs(x - y) <= ARM * 1.42 || Math.abs(x + y) <= ARM * 1.42),
  ring: (x, y) => {
    const square = x * x + y * y;
    return square <= 1.44 && square >= 0.4;
  },
};
