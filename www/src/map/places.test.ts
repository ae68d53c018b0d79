import { expect, test } from "vitest";
import { Places, stacked } from "./places";

const all = (): boolean => true;
/** A grid of 5 × 5 records, numbered row by row from the bottom, then one that is nowhere and one on the spot of 12. */
const points = Float32Array.from([...Array.from({ length: 25 }, (_, at) => [at % 5, Math.floor(at / 5)]).flat(), NaN, 0, 2, 2]);
const places = new Places(points);

test("the nearest shown record within reach", () => {
  expect(places.nearest([1.2, 0.9], 1, all)).toBe(6);
  expect(places.nearest([1.2, 0.9], 1, (record) => record !== 6)).toBe(7);
  expect(places.nearest([2, 2], 0.5, all)).toBe(12);
  expect(places.nearest([40, 40], 3, all)).toBeNull();
});

test("a box holds what lies between its corners, whichever they are", () => {
  expect(places.inBox([2.5, 1.5], [0.5, 0.5], all)).toEqual([6, 7]);
  expect(places.inBox([0.5, 0.5], [2.5, 1.5], (record) => record !== 6)).toEqual([7]);
  expect(places.inBox([2, 2], [2, 2], all)).toEqual([12, 26]);
});

test("a lasso holds what is inside its outline, also of one that is not convex", () => {
  expect(places.inLasso([[-1, -1], [6, -1], [-1, 6]], all).length).toBe(16);
  // An L without its upper right corner.
  const outline = [[-0.5, -0.5], [4.5, -0.5], [4.5, 0.5], [0.5, 0.5], [0.5, 4.5], [-0.5, 4.5]] as const;
  expect(places.inLasso(outline, all)).toEqual([0, 1, 2, 3, 4, 5, 10, 15, 20]);
  expect(places.inLasso([[0, 0], [4, 4]], all)).toEqual([]);
});

test("arrows go to the nearest record in their direction", () => {
  expect(places.next(12, [1, 0], all)).toBe(13);
  expect(places.next(12, [-1, 0], all)).toBe(11);
  expect(places.next(12, [0, 1], all)).toBe(17);
  expect(places.next(12, [0, -1], all)).toBe(7);
  expect(places.next(12, [1, 0], (record) => record !== 13)).toBe(14);
  expect(places.next(14, [1, 0], all)).toBeNull();
});

test("records on one spot are found", () => {
  expect(places.onSpotOf(26)).toEqual([12, 26]);
  expect(places.onSpotOf(3)).toEqual([3]);
  expect(stacked(points)).toEqual({ records: 2, spots: 1 });
});

test("a map without points finds nothing", () => {
  const none = new Places(Float32Array.of(NaN, NaN));
  expect([none.nearest([0, 0], 9, all), none.next(0, [1, 0], all), none.inBox([0, 0], [1, 1], all)]).toEqual([null, null, []]);
});
