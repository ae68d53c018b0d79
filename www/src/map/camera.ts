/**
 * Where the map is looked at: a centre and a magnification, both without units of the data, so that a view can be kept,
 * undone and shared. Magnification 1 shows every point with some air around; both axes have the same scale, because a
 * map's distances mean the same in every direction.
 */

/** A view: the centre as a share of the data's extent from its middle, and the magnification. */
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

/** The view of everything. */
export const WHOLE: Camera = { x: 0, y: 0, zoom: 1 };

/** Magnifications that are allowed. */
export const ZOOM = { least: 0.5, most: 2000 };
/** Empty border around all points at magnification 1, CSS pixels. */
const BORDER = 28;

/** Smallest and largest finite coordinate per axis. */
export interface Extent {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** A size in CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

/** Data to screen: `screen x = (x − midX) · scale + width / 2`; y grows upwards in the data, downwards on the screen. */
export interface Projection {
  scale: number;
  midX: number;
  midY: number;
  width: number;
  height: number;
}

/** The extent of the finite points, `[n, 2]`; null without any. */
export function extentOf(points: Float32Array): Extent | null {
  let [left, right, bottom, top] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let at = 0; at + 1 < points.length; at += 2) {
    const [x, y] = [points[at] ?? NaN, points[at + 1] ?? NaN];
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < bottom) bottom = y;
    if (y > top) top = y;
  }
  return left > right ? null : { left, right, bottom, top };
}

/** How data come to the screen. */
export function project(extent: Extent, { width, height }: Size, camera: Camera): Projection {
  const { across, up } = spans(extent);
  const room = (length: number): number => Math.max(1, length - 2 * BORDER);
  const fit = Math.min(room(width) / across, room(height) / up);
  const span = Math.max(across, up);
  return {
    scale: fit * camera.zoom,
    midX: (extent.left + extent.right) / 2 + camera.x * span,
    midY: (extent.bottom + extent.top) / 2 + camera.y * span,
    width,
    height,
  };
}

/** A place of the screen in data. */
export function unproject({ scale, midX, midY, width, height }: Projection, x: number, y: number): [number, number] {
  return [(x - width / 2) / scale + midX, (height / 2 - y) / scale + midY];
}

/** A point of the data on the screen. */
export function onScreen({ scale, midX, midY, width, height }: Projection, x: number, y: number): [number, number] {
  return [(x - midX) * scale + width / 2, height / 2 - (y - midY) * scale];
}

/** The view moved by pixels of the screen. */
export function panned(camera: Camera, extent: Extent, size: Size, dx: number, dy: number): Camera {
  const { scale } = project(extent, size, camera);
  const { across, up } = spans(extent);
  const span = Math.max(across, up);
  return held({ ...camera, x: camera.x - dx / scale / span, y: camera.y + dy / scale / span });
}

/** The view magnified by `factor`; the data under the place (x, y) of the screen stay there. */
export function zoomed(camera: Camera, extent: Extent, size: Size, factor: number, x: number, y: number): Camera {
  const zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, camera.zoom * factor));
  const [dataX, dataY] = unproject(project(extent, size, camera), x, y);
  const [nowX, nowY] = unproject(project(extent, size, { ...camera, zoom }), x, y);
  const { across, up } = spans(extent);
  const span = Math.max(across, up);
  return held({ x: camera.x + (dataX - nowX) / span, y: camera.y + (dataY - nowY) / span, zoom });
}

/** The view that shows a part of the data, no more magnified than makes sense for few points. */
export function framed(extent: Extent, part: Extent, size: Size): Camera {
  const { across, up } = spans(extent);
  const span = Math.max(across, up);
  const wide = Math.max((part.right - part.left) / across, (part.top - part.bottom) / up, 1 / 40);
  const fit = project(extent, size, WHOLE).scale / project(part, size, WHOLE).scale;
  return held({
    x: ((part.left + part.right) / 2 - (extent.left + extent.right) / 2) / span,
    y: ((part.bottom + part.top) / 2 - (extent.bottom + extent.top) / 2) / span,
    zoom: Math.min(1 / fit, 1 / wide, ZOOM.most),
  });
}

/** Something of the map always stays in sight. */
function held({ x, y, zoom }: Camera): Camera {
  const within = (value: number): number => Math.min(0.6, Math.max(-0.6, value));
  return { x: within(x), y: within(y), zoom };
}

/** Lengths of the axes; a single value gets a length of its own. */
function spans({ left, right, bottom, top }: Extent): { across: number; up: number } {
  const [across, up] = [right - left, top - bottom];
  const other = Math.max(across, up, Number.MIN_VALUE);
  const least = across === 0 && up === 0 ? Math.max(1, Math.abs(left), Math.abs(bottom)) : other * 1e-3;
  return { across: Math.max(across, least), up: Math.max(up, least) };
}
