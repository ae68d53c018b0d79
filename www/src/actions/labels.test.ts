import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { colourings } from "../grouping";
import { initialState, store, type State } from "../state";

const analyses = vi.hoisted(() => ({ readLabels: vi.fn() }));
vi.mock("../engine", () => ({ analyses, engine: {} }));
const { addLabels, matchLabels, removeLabels } = await import("./labels");

/** A reader of tables `id<TAB>value`, with a header. */
async function reader(file: Blob, name: string, ids: readonly string[]): Promise<unknown> {
  const [header = "", ...lines] = (await file.text()).split("\n").filter((line) => line !== "");
  const column = header.split("\t")[1];
  if (column === undefined) throw new CrossgrainError({ code: "labels.not_a_table", message: "", where: { file: name }, hint: "" });
  const rows = new Map(lines.map((line) => line.split("\t") as [string, string]));
  const matched = ids.filter((id) => rows.has(id)).length;
  return { columns: [column], values: [ids.map((id) => rows.get(id) ?? null)], decided: "separated by tabs", matched, unmatched: ids.length - matched, warnings: [] };
}

beforeEach(() => {
  vi.resetAllMocks();
  analyses.readLabels.mockImplementation(reader);
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
});

const table = (name: string, column: string, rows: Record<string, string>): File =>
  new File([`id\t${column}\n`, ...Object.entries(rows).map(([id, value]) => `${id}\t${value}\n`)], name);
const open = (...ids: string[]): void => store.patch("sequences", { report: { count: ids.length, ids, fields: [] } as never, phase: "ready" });
const labels = (): State["labels"] => store.state.labels;
const shown = (): unknown => Object.fromEntries(colourings(store.state).map(({ name, values }) => [name, values]));

function show(id: number, ids: string[], metadata: string[][]): void {
  const run = { id, ids, metadata: metadata.map((ids) => ({ ids, fields: [], descriptions: [] })), report: { ids, pool: "mean" } };
  store.set("runs", [...store.state.runs, run as never]);
  store.patch("run", { shown: id, report: run.report as never });
}

test("labels wait for sequences, and are matched when those come", async () => {
  await addLabels([table("l.tsv", "family", { a: "x", b: "y" })]);
  expect(labels()).toMatchObject({ report: null, error: null, tables: [{ name: "l.tsv", matched: null }] });
  open("a", "c");
  await matchLabels();
  expect(labels()).toMatchObject({ report: { matched: 1, unmatched: 1, values: [["x", null]] } });
});

test("several tables stand side by side; one that fails or fits nothing leaves the others and the colour as they are", async () => {
  open("a", "b");
  await addLabels([table("one.tsv", "family", { a: "x" }), table("two.tsv", "tm", { b: "50" })]);
  expect(shown()).toEqual({ family: ["x", null], tm: [null, "50"] });
  store.patch("map", { colourBy: "label:family" });
  await addLabels([new File(["not a table"], "bad.tsv")]);
  expect(labels().error).toMatchObject({ code: "labels.not_a_table" });
  await addLabels([table("others.tsv", "site", { z: "1" })]);
  expect(labels().error).toMatchObject({ code: "labels.no_match", where: { file: "others.tsv" } });
  expect(shown()).toEqual({ family: ["x", null], tm: [null, "50"] });
  expect(store.state.map.colourBy).toBe("label:family");
  expect(labels().tables.map(({ name, matched }) => [name, matched])).toEqual([["one.tsv", 1], ["two.tsv", 1], ["others.tsv", 0]]);
});

test("a column that two tables have gets the file's name; the same file again replaces itself", async () => {
  open("a");
  await addLabels([table("one.tsv", "family", { a: "x" }), table("two.tsv", "family", { a: "y" })]);
  expect(shown()).toEqual({ family: ["x"], "family (two.tsv)": ["y"] });
  await addLabels([table("two.tsv", "family", { a: "z" })]);
  expect(shown()).toEqual({ family: ["x"], "family (two.tsv)": ["z"] });
  await removeLabels(labels().tables[0]?.key ?? 0);
  expect(shown()).toEqual({ family: ["z"] });
});

test("the same ids read another way keep their labels", async () => {
  open("a", "b");
  await addLabels([table("l.tsv", "family", { a: "x", b: "y" })]);
  open("a", "b");
  await matchLabels();
  expect(labels().report?.matched).toBe(2);
  expect(shown()).toEqual({ family: ["x", "y"] });
});

test("an imported run takes labels by its own ids, whatever file is open", async () => {
  open("q", "r");
  show(1, ["a", "b"], []);
  await addLabels([table("l.tsv", "family", { a: "x", b: "y" })]);
  expect(labels()).toMatchObject({ error: null, report: { matched: 2 }, open: { matched: 0 } });
  expect(shown()).toEqual({ family: ["x", "y"] });
});

test("labels for the open sequences are no error while another run is shown", async () => {
  open("q");
  show(1, ["a"], [["a"]]);
  await addLabels([table("l.tsv", "family", { q: "x" })]);
  expect(labels().error).toBeNull();
});

test("domains of a cluster have the labels of the cluster, unless they have their own", async () => {
  show(1, ["c/1", "c/2"], [["c"]]);
  await addLabels([table("l.tsv", "kind", { c: "nrps", "c/2": "pks" })]);
  expect(shown()).toEqual({ kind: ["nrps", "pks"] });
  expect(labels().report).toMatchObject({ matched: 2, unmatched: 0 });
});

test("records that were distinguished have the labels of the id in their file", async () => {
  store.patch("sequences", { report: { count: 2, ids: ["x:a", "y:a"], given: ["a", "a"], fields: [] } as never });
  await addLabels([table("l.tsv", "kind", { a: "nrps", "y:a": "pks" })]);
  expect(shown()).toEqual({ kind: ["nrps", "pks"] });
});
