import { expect, test } from "vitest";
import { extentOf, onScreen, project, WHOLE } from "./camera";
import { mixed, Raster, word, type PointSet } from "./raster";
import { stampOf, type Shape } from "./stamps";

const [paper, red, blue] = [word("#ffffff"), word("#d55e00"), word("#0072b2")];
const size = { width: 200, height: 100 };

function set(points: number[], more: Partial<PointSet> = {}): PointSet {
  const n = points.length / 2;
  return {
    points: Float32Array.from(points),
    order: Uint32Array.from({ length: n }, (_, record) => record),
    colours: new Uint32Array(n).fill(red),
    markOf: new Uint8Array(n),
    marks: [{ shape: "circle", part: 1 }],
    rims: null,
    ...more,
  };
}

function drawn(one: PointSet, camera = WHOLE, radius = 4): { raster: Raster; at: (record: number) => [number, number] } {
  const raster = new Raster();
  const projection = project(extentOf(one.points) ?? { left: 0, right: 1, bottom: 0, top: 1 }, size, camera);
  raster.draw(one, projection, 1, radius, paper);
  const at = (record: number): [number, number] => {
    const [x, y] = onScreen(projection, one.points[2 * record] ?? NaN, one.points[2 * record + 1] ?? NaN);
    return [Math.floor(x), Math.floor(y)];
  };
  return { raster, at };
}

test("colours are pixels", () => {
  expect(word("#112233")).toBe(0xff332211);
  expect(mixed(paper, red, 0)).toBe(paper);
  expect(mixed(paper, red, 256)).toBe(red);
  expect(mixed(word("#000000"), word("#ffffff"), 128)).toBe(word("#7f7f7f"));
});

test("a point is drawn at its place in its colour, on paper", () => {
  const { raster, at } = drawn(set([0, 0, 10, 4]));
  for (const record of [0, 1]) expect(raster.pixel(...at(record))).toBe(red);
  expect(raster.pixel(100, 50)).toBe(paper);
});

test("later records cover earlier ones; records left out of the order are not drawn", () => {
  const two = set([0, 0, 0, 0, 10, 4], { colours: Uint32Array.of(red, blue, red) });
  const first = drawn(two);
  expect(first.raster.pixel(...first.at(0))).toBe(blue);
  const second = drawn({ ...two, order: Uint32Array.of(1, 0) });
  expect(second.raster.pixel(...second.at(0))).toBe(red);
  expect(second.raster.pixel(...second.at(2))).toBe(paper);
});

test("what lies outside of the view, or nowhere, is not drawn and not wrapped around", () => {
  const far = set([0, 0, 10, 4, NaN, 0]);
  const { raster } = drawn(far, { x: 0, y: 0, zoom: 50 });
  for (let y = 0; y < 100; y += 1) for (let x = 0; x < 200; x += 1) expect(raster.pixel(x, y)).toBe(paper);
});

test("a rim separates marks", () => {
  const { raster, at } = drawn(set([0, 0, 10, 4], { rims: Uint32Array.of(blue, blue) }));
  const [x, y] = at(0);
  expect(raster.pixel(x, y)).toBe(red);
  const around = Array.from({ length: 8 }, (_, step) => raster.pixel(x + step, y));
  expect(around.some((one) => one !== red && one !== paper)).toBe(true);
});

test("all shapes differ and cover about the same area", () => {
  const shapes: Shape[] = ["circle", "square", "triangle", "diamond", "cross", "ring"];
  const areas = shapes.map((shape) => {
    const { solid, edge } = stampOf(shape, 6);
    return solid.length + edge.reduce((sum, [, , share]) => sum + share / 256, 0);
  });
  const circle = areas[0] ?? 0;
  expect(Math.abs(circle - Math.PI * 36)).toBeLessThan(3);
  for (const area of areas) expect(Math.abs(area / circle - 1)).toBeLessThan(0.3);
  const pictures = shapes.map((shape) => JSON.stringify(stampOf(shape, 3)));
  expect(new Set(pictures).size).toBe(shapes.length);
});
