import { expect, test } from "vitest";
import { changes } from "./asked";

test("only what was asked about can differ", () => {
  const then = { label: "family", folds: "5", neighbours: "10" };
  expect(changes(then, then)).toEqual([]);
  expect(changes(then, { label: "order", folds: "5" })).toEqual(["label (family then, order now)"]);
  expect(changes(then, { label: "family", groups: "genus" })).toEqual([]);
});
