import { expect, test } from "vitest";
import { colourings, group, MOST_GROUPS, sequenceColumns } from "./grouping";
import { initialState, type State } from "./state";

test("without values all records are one group", () => {
  expect(group(null, 3, "all")).toEqual({ names: ["all"], index: Uint16Array.of(0, 0, 0), merged: 0 });
});

test("frequent labels come first, equals by name, records without a label point past the last", () => {
  const found = group(["b", "a", null, "b", "c"], 6, "all");
  expect(found.names).toEqual(["b", "a", "c"]);
  expect([...found.index]).toEqual([0, 1, 3, 0, 2, 3]);
  expect(found.merged).toBe(0);
});

test("the order of records does not change the groups", () => {
  const values = ["x", "y", "y", "z", null, "x"];
  expect(group(values.toReversed(), 6, "all").names).toEqual(group(values, 6, "all").names);
});

test("as many labels as there are looks keep their names; one more and the rare ones share a group", () => {
  const labels = (many: number): string[] => Array.from({ length: many }, (_, i) => [`l${i}`, `l${i}`]).flat();
  expect(group(labels(MOST_GROUPS), 2 * MOST_GROUPS, "all").names).toHaveLength(MOST_GROUPS);
  const values = [...labels(MOST_GROUPS), "rare"];
  const { names, index, merged } = group(values, values.length, "all");
  expect(names).toHaveLength(MOST_GROUPS);
  expect(names.at(-1)).toBe("other");
  expect(merged).toBe(2);
  expect(index.at(-1)).toBe(MOST_GROUPS - 1);
  expect(Math.max(...index)).toBe(MOST_GROUPS - 1);
});

/** A state with four records and the given columns. */
function withColumns(fields: Record<string, (string | null)[]>, labels: Record<string, (string | null)[]> | Map<string, (string | null)[]> | null = null): State {
  const state = initialState();
  const ids = ["a", "b", "c", "d"];
  const report = { ids, fields: Object.entries(fields).map(([name, values]) => ({ name, values })) };
  state.sequences.report = report as unknown as State["sequences"]["report"];
  if (labels !== null)
    state.labels.open = labelsOf(labels instanceof Map ? labels : new Map(Object.entries(labels))) as unknown as State["labels"]["report"];
  state.labels.report = state.labels.open;
  state.labels.ids = ids;
  return state;
}

const labelsOf = (labels: Map<string, (string | null)[]>): object => ({ columns: [...labels.keys()], values: [...labels.values()] });

test.each(["__proto__", "constructor", "toString", "length", "hasOwnProperty", "valueOf", "then", "prototype", "0", ""])("a column called %j is one like any other, and so is the next table", (name) => {
  const values = ["m", "m", "h", "h"];
  for (const own of [null, 7]) {
    const state = withColumns({ [`${name}`]: ["1", "2", "1", "2"] }, new Map([[name, values], ["other", ["x", "y", "x", "y"]]]));
    state.runs = [{ id: 7, ids: ["a", "b", "c", "d"], metadata: [{ ids: ["a", "b", "c", "d"], descriptions: [], fields: [{ name, values: ["p", "q", "p", "q"] }] }] }] as unknown as State["runs"];
    state.run.shown = own;
    const found = colourings(state).filter((one) => one.origin === "label table");
    expect(found.map((one) => [one.name, one.values, one.useful])).toEqual([[name, values, true], ["other", ["x", "y", "x", "y"], true]]);
    expect(group(found[0]?.values ?? null, 4, "all").names).toEqual(["h", "m"]);
  }
  expect(group([name, name, "__proto__", null], 4, "all").index.at(-1)).toBeGreaterThan(0);
});

test("label tables come before header fields, and each says whether colours would help", () => {
  const state = withColumns({ same: ["x", "x", "x", "x"], alone: ["x", "y", null, null], halves: ["x", "y", "y", "x"], rare: ["x", null, null, null] }, { species: ["m", "m", "h", "h"] });
  const found = colourings(state);
  expect(found.map(({ key, useful }) => [key, useful])).toEqual([
    ["label:species", true],
    ["field:same", false],
    ["field:alone", false],
    ["field:halves", true],
    ["field:rare", false],
  ]);
  expect(colourings(state), "kept while nothing changes").toBe(found);
  expect(sequenceColumns(state)).toBe(found);
});

test("a kept run has its own fields, and open labels by name", () => {
  const state = withColumns({ other: ["1", "2", "1", "2"] }, { species: ["m", "m", "h", "h"], elsewhere: [null, null, null, null] });
  const metadata = { ids: ["d", "x"], descriptions: ["", ""], fields: [{ name: "own", values: ["p", "q"] }] };
  state.runs = [{ id: 7, ids: ["d", "x", "a/2"], metadata: [metadata] }] as unknown as State["runs"];
  state.run.shown = 7;
  const found = colourings(state);
  expect(found.map(({ key, values }) => [key, values])).toEqual([
    ["label:species", ["h", null, "m"]],
    ["field:own", ["p", "q", null]],
  ]);
  expect(sequenceColumns(state).map(({ key }) => key)).toEqual(["label:species", "label:elsewhere", "field:other"]);
});
