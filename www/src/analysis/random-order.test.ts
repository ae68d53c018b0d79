import { expect, test } from "vitest";
import { randomOrder } from "./random-order";

test("every number once, the same for the same seed, another for another", () => {
  const order = randomOrder(500, 42);
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 500 }, (_, at) => at));
  expect(randomOrder(500, 42)).toEqual(order);
  expect(randomOrder(500, 43)).not.toEqual(order);
  expect(randomOrder(0, 1)).toEqual([]);
});

test("each place gets each number about equally often", () => {
  const first = Array.from({ length: 4000 }, (_, seed) => randomOrder(4, seed)[0]);
  for (const number of [0, 1, 2, 3]) {
    const count = first.filter((one) => one === number).length;
    expect(Math.abs(count - 1000)).toBeLessThan(120);
  }
});
