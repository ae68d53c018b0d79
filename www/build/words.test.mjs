import { expect, test } from "vitest";
import { parse, retiredWords } from "./words.mjs";

/** The lines on which `list` finds something in `text`. */
const lines = (list, text, file = "crate/core/src/a.rs") => retiredWords(file, text, parse(list)).map(({ line }) => line);

test.each([
  ["deal", true],
  ["Deal the cards", true],
  ["fn deal_hands()", true],
  ["dealPart", true],
  ["DealReport", true],
  ["re_deal", true],
  ["newDeal", true],
  ["MOST_DEAL", true],
  ["ideal", false],
  ["dealer", false],
  ["Idealist", false],
  ["deal2", false],
])("deal in %j: %s", (text, found) => expect(lines("deal\tpartition", text)).toEqual(found ? [1] : []));

test.each([
  ["Place", true],
  ["PlaceError", true],
  ["OldPlace", true],
  ["MyPlace", true],
  ["place", false],
  ["in_place", false],
  ["Placement", false],
  ["MYPlace", false],
])("Place, written with a capital, in %j: %s", (text, found) => expect(lines("Place\tPlacement", text)).toEqual(found ? [1] : []));

test("a phrase may run over lines, with the marks of a comment between", () => {
  const text = "/// The rows of\n/// which every one\n * of\n * which\nof which\nsome of whichever\n//! Of\n//! Which\n";
  expect(lines("of which\twhose", text)).toEqual([1, 3, 5, 7]);
});

test("globs limit where a word is looked for", () => {
  const list = "hand\tchunk\tcrate/engine/**,www/src/*.ts,!crate/engine/src/nn/**\n";
  const found = (file) => lines(list, "hand", file).length;
  expect([found("crate/engine/src/deal.rs"), found("www/src/pool.ts"), found("www/src/views/a.ts"), found("crate/engine/src/nn/x.rs"), found("crate/core/src/a.rs")]).toEqual([1, 1, 0, 0, 0]);
});

test("comments and blank lines of the list are none; half a line is refused", () => {
  expect(parse("# a comment\n\nword\tinstead\n")).toHaveLength(1);
  expect(() => parse("word only\n")).toThrow(/what to say instead/);
});

test("every find says what to say instead", () => {
  expect(retiredWords("README.md", "one\ntwins", parse("twin\treference\ntwins\tduplicates"))).toEqual([{ file: "README.md", line: 2, word: "twins", instead: "duplicates" }]);
});
