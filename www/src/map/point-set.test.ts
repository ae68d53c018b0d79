import { expect, test } from "vitest";
import { looks } from "../colour/looks";
import { DEFAULT_COLOURS } from "../colour/settings";
import { colouring } from "../grouping";
import { pointSet, radiusOf, stepOf } from "./point-set";
import { word } from "./raster";

const values = [...Array.from({ length: 50 }, (_, at) => `g${at % 25}`), null, "a", "a", "a"];
const n = values.length;
const found = looks(colouring("label:x", "x", "label table", values), n, DEFAULT_COLOURS, "light");
const points = Float32Array.from({ length: 2 * n }, (_, at) => at);

test("no value and other lie at the back, selected records in front", () => {
  const { order } = pointSet(points, found, [], [7], "light");
  const roles = [...order].map((record) => found.groups[found.index[record] ?? 0]?.role);
  expect(order).toHaveLength(n);
  expect(roles[0]).toBe("missing");
  expect(roles.lastIndexOf("other", -2)).toBeLessThan(roles.indexOf("group"));
  expect(order.at(-1)).toBe(7);
});

test("hidden groups are not drawn, selected ones neither", () => {
  const other = found.groups.findIndex(({ role }) => role === "other");
  const { order } = pointSet(points, found, [other], [], "light");
  expect([...order].some((record) => found.index[record] === other)).toBe(false);
});

test("what is not selected fades, and only then", () => {
  const group = found.groups[found.index[51] ?? 0];
  const all = pointSet(points, found, [], [], "light");
  const one = pointSet(points, found, [], [51], "light");
  expect(all.colours[51]).toBe(word(group?.colour ?? ""));
  expect(one.colours[51]).toBe(all.colours[51]);
  expect(one.colours[52]).not.toBe(all.colours[52]);
});

test("a pale mark has a dark rim inside its own size", () => {
  const yellow = looks(null, 3, DEFAULT_COLOURS, "light");
  const pale = pointSet(Float32Array.of(0, 0, 1, 1, 2, 2), { ...yellow, groups: [{ ...yellow.groups[0]!, colour: "#f0e442" }] }, [], [], "light");
  expect(pale.marks[pale.markOf[0] ?? 0]?.part).toBeLessThan(1);
  expect(pale.rims?.[0]).not.toBe(word("#ffffff"));
});

test("every record once, whatever their number", () => {
  for (const count of [1, 2, 3, 10, 97, 100]) {
    const reached = Array.from({ length: count }, (_, at) => (at * stepOf(count)) % count);
    expect(reached.sort((a, b) => a - b)).toEqual(Array.from({ length: count }, (_, at) => at));
  }
  expect(pointSet(new Float32Array(), looks(null, 0, DEFAULT_COLOURS, "light"), [], [], "light").order).toHaveLength(0);
});

test("marks grow with the view, up to a bound", () => {
  expect(radiusOf(100_000, 1)).toBeLessThan(radiusOf(100, 1));
  expect(radiusOf(100_000, 50)).toBeGreaterThan(radiusOf(100_000, 1));
  expect(radiusOf(10, 1e9)).toBe(7);
});
