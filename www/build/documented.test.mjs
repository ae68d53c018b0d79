import { expect, test } from "vitest";
import { undocumented } from "./documented.mjs";

/** What is found in a text, without lines. */
const found = (text) => undocumented(text).map(({ what }) => what);

test.each([
  ["/** A. */\nexport interface A {\n  /** B. */\n  b: string;\n}\n", []],
  ["export interface A {\n  b: string;\n}\n", ["A", "A.b"]],
  ["// Not a doc comment.\nexport const a = 1;\n", ["a"]],
  ["interface Private {\n  b: string;\n}\n", []],
  ['export { a } from "./a";\nexport type * from "./b";\nexport * from "./c";\n', []],
  ["/** F. */\nexport function f(a: { b: number }): { c: number } {\n  return a;\n}\n", []],
  ["/** A. */\nexport type A<T extends string> = {\n  b: T;\n};\nexport type B = string;\n", ["A.b", "B"]],
  ["/** A. */\nexport type A = {\n/**\n * Pairs.\n */\nb: Array<{ c: string; d: string }>, \n/**\n * Objects.\n */\ne: {\nf: string,\n}, };\n", ["A.e.f"]],
  ['/** A. */\nexport type A = { "kind": "x", \n/** First of them. */\na: number, } | { "kind": "y", b: number, };\n', ["A.b"]],
  ["/** A. */\nexport interface A {\n  get: string;\n  call(a: number): Promise<void>;\n  [key: string]: unknown;\n}\n", ["A.get", "A.call"]],
])("in %j", (text, expected) => expect(found(text)).toEqual(expected));

test("members of a class, but for private ones and bodies of methods", () => {
  const text = `/** A. */
export class A<T = Map<string, T>> extends B {
  readonly #hidden: string;
  private other = 1;
  readonly shown: string;
  /** Made. */
  static make(): A { const inside = { not: "a member" }; return new A(inside); }
  constructor(readonly x = 1) {}
  async bare({ a }: { a: string } = {}): Promise<{ b: string }> {
    return { b: a };
  }
  private async guarded(): Promise<void> {}
  get last(): number { return 1; }
}
`;
  expect(found(text)).toEqual(["A.shown", "A.bare", "A.last"]);
});

test.each([
  ["Rows.", false],
  ["Number of rows.", false],
  ["The rows.", false],
  ["Permutations.", false],
  ["Rows with a label.", true],
  ["Bytes of the file.", true],
])("numbers named rows with the comment %j are explained: %s", (comment, good) => {
  const text = `/** A. */\nexport interface A {\n  /** ${comment} */\n  rows: number;\n}\n`;
  expect(found(text)).toEqual(good ? [] : ["A.rows: the unit, range or meaning of its numbers"]);
});

test("a default is no explanation, and lines count from 1", () => {
  const text = "/** A. */\nexport type A = { \n/**\n * Shuffles.\n * @default 999\n */\nshuffles?: number, };\n";
  expect(undocumented(text)).toEqual([{ line: 7, what: "A.shuffles: the unit, range or meaning of its numbers" }]);
});
