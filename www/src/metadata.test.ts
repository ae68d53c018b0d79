import { expect, test } from "vitest";
import { aligned, descriptions, fields, shownRun } from "./metadata";
import { initialState, type State } from "./state";

test("values follow their ids; domains and residues have those of their sequence", () => {
  const metadata = { ids: ["a", "b", "b/2"] };
  expect(aligned(metadata, [1, 2, 3], ["b", "a/7", "c", "b/2", "b/1"])).toEqual([2, 1, null, 3, 2]);
});

function state(): State {
  const made = initialState();
  made.sequences.report = { ids: ["a"], descriptions: ["open"], fields: [] } as unknown as State["sequences"]["report"];
  const file = (name: string, ids: string[]): unknown => ({ ids, descriptions: ids.map((id) => `${name} ${id}`), fields: [{ name: "f", values: ids.map(() => name) }, { name, values: ids }] });
  made.runs = [{ id: 1, ids: ["a", "b", "c"], metadata: [file("one", ["b"]), file("two", ["a", "b"])] }] as unknown as State["runs"];
  return made;
}

test("what the engine holds has the descriptions of the open file", () => {
  expect(shownRun(state())).toBeNull();
  expect(descriptions(state())).toEqual(["open"]);
  expect(fields(state())).toEqual([]);
});

test("a kept run has those of all its files, the first that knows a record first", () => {
  const made = state();
  made.run.shown = 1;
  expect(shownRun(made)?.id).toBe(1);
  expect(descriptions(made)).toEqual(["two a", "one b", ""]);
  expect(fields(made)).toEqual([
    { name: "f", values: [null, "one", null] },
    { name: "one", values: [null, "b", null] },
    { name: "two", values: ["a", "b", null] },
  ]);
});

test("a run that was forgotten is not shown", () => {
  const made = state();
  made.run.shown = 9;
  expect(shownRun(made)).toBeNull();
});
