import { expect, test } from "vitest";
import { order, warningsByRecord, type TableContents } from "./table";

const warning = (record?: string): Parameters<typeof warningsByRecord>[0][number] => ({
  code: "fasta.letter",
  message: "",
  where: record === undefined ? {} : { record },
  hint: "",
});

const rows = {
  report: {
    ids: ["seq10", "seq2", "SEQ1", "other"],
    lengths: Uint32Array.of(30, 10, 20, 10),
    windows: Uint32Array.of(1, 1, 2, 1),
  },
  descriptions: ["b", "a", "", "c"],
  warnings: warningsByRecord([warning("other"), warning(), warning("seq2"), warning("other")]),
} as unknown as TableContents;

test("warnings are listed under the record that they name; those of a file under none", () => {
  expect([...rows.warnings].map(([id, list]) => [id, list.length])).toEqual([
    ["other", 2],
    ["seq2", 1],
  ]);
});

test.each([
  ["file order without a column", null, false, "", [0, 1, 2, 3]],
  ["ids by their numbers", "id", false, "", [3, 2, 1, 0]],
  ["ids downwards", "id", true, "", [0, 1, 2, 3]],
  ["descriptions, the empty one first", "description", false, "", [2, 1, 0, 3]],
  ["lengths, equals in file order", "length", false, "", [1, 3, 2, 0]],
  ["lengths downwards, equals in file order", "length", true, "", [0, 2, 1, 3]],
  ["windows", "windows", true, "", [2, 0, 1, 3]],
  ["warnings", "warnings", true, "", [3, 1, 0, 2]],
  ["a part of an id, whatever its case", null, false, " sEq1 ", [0, 2]],
  ["a part of an id, sorted", "length", false, "seq", [1, 2, 0]],
  ["an id that is not there", "id", false, "nothing", []],
] as const)("order: %s", (_, column, descending, wanted, expected) => {
  expect([...order(rows, column, descending, wanted)]).toEqual(expected);
});
