import { expect, test } from "vitest";
import { answer, isCondition, QueryError } from "./query";

const ids = ["a1", "b2", "c3", "d4"];
const columns = [
  { name: "family", values: ["Snaclec_family", "Kunitz", "kunitz", null] },
  { name: "length", values: ["50", "100", "150", "200"] },
  { name: "Tm of it", values: ["40.5", null, "61,5", "70"] },
];
const holds = (record: number, text: string): boolean => `${ids[record]} ${columns[0]?.values[record] ?? ""}`.toLowerCase().includes(text.toLowerCase());
const ask = (text: string): number[] => answer(text, 4, columns, holds);

test.each([
  ["length > 100", [2, 3]],
  ["length>=100", [1, 2, 3]],
  ["length < 100", [0]],
  ["length <= 100 AND family = kunitz", [1]],
  ["family = KUNITZ", [1, 2]],
  ['family = "snaclec family"', [0]],
  ["family != kunitz", [0]],
  ["family is missing", [3]],
  ["family is not missing AND NOT family contains kun", [0]],
  ['"tm of it" > 50', [2, 3]],
  ['"tm of it" = 61.5', [2]],
  ['"Tm of it" is missing OR length = 200', [1, 3]],
  ["NOT (length > 60 AND length < 180)", [0, 3]],
  ["length = 50 OR length = 100 AND family = kunitz", [0, 1]],
  ["kunitz AND length > 120", [2]],
  ['"b2" OR c3', [1, 2]],
  ["NOT NOT a1", [0]],
])("%s", (text, records) => expect(ask(text)).toEqual(records));

test.each([
  ["colour = red", "There is no column “colour”. The columns are family, length, \"Tm of it\"."],
  ["family > 3", "The column “family” holds no numbers."],
  ["length > long", "“long” is no number."],
  ["length >", "The condition lacks a value after >."],
  ["(length > 3", "A closing parenthesis is missing."],
  ["length > 3 family = x", "“family” was not expected; join tests with AND or OR."],
  ["AND length > 3", "The condition lacks a column or a word."],
  ["family is kunitz", "After “is” stands “missing” or “not missing”."],
  ["NOT", "The condition lacks a column or a word."],
])("%s is refused", (text, message) => {
  expect(() => ask(text)).toThrow(QueryError);
  expect(() => ask(text)).toThrow(message);
});

test.each([
  ["kunitz", false],
  ["sp|P12345|A", false],
  ["this and that or not", false],
  ["a > b", true],
  ["x AND y", true],
  ["NOT x", true],
  ['"x AND y"', false],
  ["family is missing", true],
])("%s is a condition: %s", (text, expected) => expect(isCondition(text)).toBe(expected));
