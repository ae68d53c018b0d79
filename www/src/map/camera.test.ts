import { expect, test } from "vitest";
import { extentOf, framed, onScreen, panned, project, unproject, WHOLE, ZOOM, zoomed } from "./camera";

const points = Float32Array.of(-10, 0, 30, 20, NaN, 5, 0, Infinity);
const extent = { left: -10, right: 30, bottom: 0, top: 20 };
const size = { width: 800, height: 600 };

test("the extent is that of the finite points", () => {
  expect(extentOf(points)).toEqual(extent);
  expect(extentOf(Float32Array.of(NaN, 1))).toBeNull();
  expect(extentOf(new Float32Array())).toBeNull();
});

test("the whole map lies inside the canvas, up is up, and both axes have one scale", () => {
  const projection = project(extent, size, WHOLE);
  const [left, bottom] = onScreen(projection, -10, 0);
  const [right, top] = onScreen(projection, 30, 20);
  expect([left, right]).toEqual([28, 772]);
  expect(bottom).toBeGreaterThan(top);
  expect((right - left) / 40).toBeCloseTo((bottom - top) / 20);
  expect(unproject(projection, ...onScreen(projection, 7, 3)).map((one) => Math.round(one * 1e6) / 1e6)).toEqual([7, 3]);
});

test("zooming keeps the data under the pointer", () => {
  for (const [x, y] of [[100, 100], [400, 300], [799, 1]] as const) {
    const before = unproject(project(extent, size, WHOLE), x, y);
    const camera = zoomed(WHOLE, extent, size, 1.7, x, y);
    const after = unproject(project(extent, size, camera), x, y);
    expect(after[0]).toBeCloseTo(before[0], 6);
    expect(after[1]).toBeCloseTo(before[1], 6);
  }
});

test("zoom and pan have ends", () => {
  let camera = WHOLE;
  for (let step = 0; step < 200; step += 1) camera = zoomed(camera, extent, size, 2, 10, 10);
  expect(camera.zoom).toBe(ZOOM.most);
  for (let step = 0; step < 200; step += 1) camera = zoomed(camera, extent, size, 0.5, 10, 10);
  expect(camera.zoom).toBe(ZOOM.least);
  for (let step = 0; step < 100; step += 1) camera = panned(camera, extent, size, 900, 0);
  expect(camera.x).toBe(-0.6);
});

test("panning moves the data with the pointer", () => {
  const before = onScreen(project(extent, size, WHOLE), 5, 5);
  const after = onScreen(project(extent, size, panned(WHOLE, extent, size, 12, -7)), 5, 5);
  expect(after[0] - before[0]).toBeCloseTo(12);
  expect(after[1] - before[1]).toBeCloseTo(-7);
});

test("a part can be brought to fill the canvas; one point is not magnified without end", () => {
  const part = { left: 0, right: 4, bottom: 0, top: 2 };
  const projection = project(extent, size, framed(extent, part, size));
  const [left] = onScreen(projection, 0, 1);
  const [right] = onScreen(projection, 4, 1);
  expect(left).toBeCloseTo(28, 0);
  expect(right).toBeCloseTo(772, 0);
  expect(framed(extent, { left: 3, right: 3, bottom: 1, top: 1 }, size).zoom).toBeLessThanOrEqual(40);
});

test("one spot, or a line, still has a view", () => {
  for (const flat of [{ left: 2, right: 2, bottom: 2, top: 2 }, { left: 0, right: 1, bottom: 3, top: 3 }, { left: 0, right: 0, bottom: 0, top: 0 }]) {
    const found = onScreen(project(flat, size, WHOLE), flat.left, flat.bottom);
    expect(found.every(Number.isFinite), JSON.stringify(flat)).toBe(true);
  }
});
