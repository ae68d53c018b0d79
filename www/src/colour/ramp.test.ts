import { expect, test } from "vitest";
import { contrast, NEUTRAL, PALETTES } from "./palettes";
import { ramp } from "./ramp";
import { SCALES, stepsOf } from "./scales";

const places = (numbers: number[], how: "linear" | "quantile" | "log"): number[] =>
  [...ramp(Float64Array.from(numbers), how).at].map((one) => Math.round(one * 1000) / 1000);

test("linear: by value; missing numbers have no place", () => {
  expect(places([0, 5, 10, NaN], "linear")).toEqual([0, 0.5, 1, NaN]);
  expect(places([3, 3], "linear")).toEqual([0.5, 0.5]);
});

test("quantile: by rank, equal numbers alike", () => {
  expect(places([1, 2, 100, 1000, 5000], "quantile")).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(places([7, 7, 9], "quantile")).toEqual([0.25, 0.25, 1]);
});

test("log: by the ratio; numbers without a logarithm are counted", () => {
  expect(places([1, 10, 100], "log")).toEqual([0, 0.5, 1]);
  const { at, withoutLog } = ramp(Float64Array.of(0, -1, 1, 100), "log");
  expect([...at]).toEqual([NaN, NaN, 0, 1]);
  expect(withoutLog).toBe(2);
});

test("ticks are round numbers inside the range, quartiles, or powers of ten", () => {
  const values = (numbers: number[], how: "linear" | "quantile" | "log"): number[] =>
    ramp(Float64Array.from(numbers), how).ticks.map(({ value }) => value);
  expect(values([0, 97], "linear")).toEqual([0, 25, 50, 75]);
  expect(values([0.1, 0.9], "linear")).toEqual([0.2, 0.4, 0.6, 0.8]);
  expect(values([1, 2, 3, 4, 50], "quantile")).toEqual([1, 2, 3, 4, 50]);
  expect(values([3, 5000], "log")).toEqual([10, 100, 1000]);
  expect(values([4, 4], "linear")).toEqual([4]);
  expect(values([NaN], "linear")).toEqual([]);
});

test("the ends of the scales are those of matplotlib", () => {
  const ends = Object.fromEntries(SCALES.map(({ id }) => [id, [stepsOf(id, false)[0], stepsOf(id, false).at(-1)]]));
  expect(ends["viridis"]).toEqual(["#440154", "#fde725"]);
  expect(ends["inferno"]).toEqual(["#000004", "#fcffa4"]);
  expect(ends["plasma"]).toEqual(["#0d0887", "#f0f921"]);
  expect(ends["magma"]).toEqual(["#000004", "#fcfdbf"]);
  for (const { id } of SCALES) {
    expect(stepsOf(id, true).toReversed()).toEqual(stepsOf(id, false));
    expect(stepsOf(id, false).every((one) => /^#[0-9a-f]{6}$/.test(one)), id).toBe(true);
  }
});

test("the lightness of every scale only grows", () => {
  for (const { id } of SCALES) {
    const light = stepsOf(id, false).map((one) => contrast(one, "#000000"));
    expect(light.every((one, at) => at === 0 || one >= (light[at - 1] ?? 0) - 0.03), id).toBe(true);
  }
});

test("six palettes without a colour twice; the first is made for colour-blind readers", () => {
  expect(PALETTES).toHaveLength(6);
  expect(PALETTES[0]?.safe).toBe(true);
  for (const { id, colours } of PALETTES) {
    expect(new Set(colours).size, id).toBe(colours.length);
    for (const { other, missing } of Object.values(NEUTRAL)) expect(colours).not.toContain(other), expect(colours).not.toContain(missing);
  }
});
