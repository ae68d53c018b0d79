import { expect, test } from "vitest";
import { holding, joined, listed, selectedRecords } from "./selection";
import { initialState } from "./state";

const ids = ["sp|P12345|ABC_HUMAN", "AT4G27390.1", "AT4G27390.2", "NP_000001.1", "with space", "nad5"];

test("new records replace, join or leave those that are selected", () => {
  expect(joined([3, 1], [2, 1], "only")).toEqual([1, 2]);
  expect(joined([3, 1], [2, 1], "add")).toEqual([1, 2, 3]);
  expect(joined([3, 1], [2, 1], "remove")).toEqual([3]);
});

test("a selection belongs to its run", () => {
  const state = initialState();
  state.run.report = { ids } as unknown as NonNullable<typeof state.run.report>;
  state.selection = { of: ids, records: [2] };
  expect(selectedRecords(state)).toEqual([2]);
  state.run.report = { ids: [...ids] } as unknown as NonNullable<typeof state.run.report>;
  expect(selectedRecords(state)).toEqual([]);
});

test.each([
  ["abc_human", [0]],
  ["at4g", [1, 2]],
  ["kinase", [3]],
  ["Family 7", [5]],
  ["  ", []],
  ["nothing", []],
])("searching %j finds %j", (wanted, records) => {
  const descriptions = ["", "", "", "a Kinase", "", ""];
  const labels = [null, null, null, null, null, "family 7"];
  expect(holding(wanted, ids, [descriptions, labels])).toEqual(records);
});

test.each([
  ["P12345", [0], []],
  [">sp|P12345|ABC_HUMAN\nNP_000001", [0, 3], []],
  ["at4g27390.1, at4g27390.2", [1, 2], []],
  ["AT4G27390", [], ["AT4G27390"]],
  ["with space\nNAD5", [4, 5], []],
  ['"nad5";\'NP_000001.1\' missing1', [3, 5], ["missing1"]],
  ["abc_human\r\nnp_000001.2", [0, 3], []],
  ["", [], []],
])("the list %j", (text, records, unknown) => {
  expect(listed(text, ids)).toEqual({ records, unknown });
});
