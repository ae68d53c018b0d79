import { expect, test } from "vitest";
import { mutationOf } from "./mutation";

test.each([
  ["A123V", 123, "V"],
  ["TEM-1 M69L", 69, "L"],
  ["variant=G5D, H6K", 5, "D"],
  ["(W3*) K4R", 4, "R"],
  ["wild_A1V", 1, "V"],
])("the mutation in %j", (text, position, aminoAcid) => expect(mutationOf(text)).toEqual({ position, aminoAcid }));

test.each(["A123A", "B12V", "A12", "AA12V", "A12VV", "a12v", "A1234567V", ""])("%j is none", (text) => {
  expect(mutationOf(text)).toBeNull();
});
