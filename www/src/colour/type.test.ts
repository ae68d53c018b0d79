import { expect, test } from "vitest";
import { numbersOf, present, typeOf } from "./type";

test.each([
  [["1.5", "2", "NA"], "number"],
  [["6,31", "7,02", "n/a"], "number"],
  [["1", "2", "3", "1"], "class"],
  [Array.from({ length: 30 }, (_, at) => String(at)), "number"],
  [["a", "1.5"], "class"],
  [["NA", "-", "?"], "class"],
  [["−1.5", "+2e3", ".5"], "number"],
  [["1.2.3", "1"], "class"],
  [["0x10", "1"], "class"],
  [[], "class"],
] as const)("%j is %s", (values, type) => expect(typeOf([...values])).toBe(type));

test("numbers keep their places", () => {
  expect([...(numbersOf(["1", null, "n/a", "2,5"]) ?? [])]).toEqual([1, NaN, NaN, 2.5]);
  expect(numbersOf(["x"])).toBeNull();
});

test("words for a missing value", () => {
  for (const word of ["NA", "n/a", "NaN", "null", "-", ".", "?", " ", "#N/A"]) expect(present(word), word).toBeNull();
  for (const word of ["none", "0", "unknown", "--"]) expect(present(word)).toBe(word);
});
