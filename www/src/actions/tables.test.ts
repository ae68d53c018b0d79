import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store } from "../state";

const analyses = vi.hoisted(() => ({ readTable: vi.fn() }));
vi.mock("../engine", () => ({ analyses, engine: {} }));
const { importTable, isMethods } = await import("./tables");

const file = new File([], "vectors.safetensors");
const LEFT_OUT = { code: "table.left_out", message: "2 tensors", where: {}, hint: "" };

beforeEach(() => {
  vi.resetAllMocks();
  store.set("runs", []);
  store.set("run", initialState().run);
});

const METHODS = { tool: "crossgrain", model: { name: "esm2-demo" }, layers: [6], pooling: "mean", precision: "int4" };

/** A file with these layers, each of two rows, and what it says of how they were made. */
function holds(layers: string[], ids: string[] | null, made: object = { methods: null, joined: null }): void {
  analyses.readTable.mockImplementation((_: File, __: string, at: number) =>
    Promise.resolve({ ...made, ids, layers, rows: 2, cols: 1 + at, warnings: [LEFT_OUT], decided: "separated by tabs", numbers: new Float32Array(2 * (1 + at)) }),
  );
}

test("every layer becomes a table, in the order of the layers", async () => {
  holds(["layer_6", "layer_0", "other"], ["a", "b"]);
  await importTable(file);
  expect([store.state.imported, store.state.importedAs]).toEqual([null, "separated by tabs"]);
  const [run] = store.state.runs;
  expect(run).toMatchObject({ name: "vectors.safetensors", ids: ["a", "b"], report: { pool: "rows", layers: [0, 2, 6], warnings: [LEFT_OUT] } });
  expect(run?.layers.map(({ layer, table }) => [layer, table.rows, table.cols])).toEqual([[0, 2, 2], [2, 2, 3], [6, 2, 1]]);
});

test("rows without names are those of the sequences on show, if there are as many, and numbered otherwise", async () => {
  holds(["rows"], null);
  await importTable(file);
  expect(store.state.runs[0]?.ids).toEqual(["row-1", "row-2"]);
  expect(store.state.importedAs).toBe("separated by tabs; no ids: the rows are named row-1 to row-2");
  store.set("runs", []);
  store.patch("run", { report: { ids: ["x", "y"] } as never });
  await importTable(file);
  expect(store.state.importedAs).toMatch(/those of the sequences on show/);
  expect(store.state.runs[0]?.ids).toEqual(["x", "y"]);
  expect(store.state.runs[0]?.ids, "never the current run's own").not.toBe(store.state.run.report?.ids);
});

test("an imported run knows how it was made: by the file itself, or by the record that came with it", async () => {
  holds(["layer_6"], ["a", "b"], { methods: METHODS, joined: null });
  await importTable(file, { tool: "crossgrain", model: "other" });
  expect(store.state.runs[0]).toMatchObject({ name: "vectors.safetensors", model: "esm2-demo", methods: METHODS });
  expect(store.state.importedAs).toBe("separated by tabs; made with esm2-demo, layer 6, pooling mean, int4");
  holds(["rows"], ["a", "b"]);
  await importTable(file, METHODS);
  expect(store.state.runs[1]).toMatchObject({ model: "esm2-demo", methods: METHODS });
  await importTable(file);
  expect(store.state.runs[2]).toMatchObject({ model: "vectors.safetensors", methods: null });
});

test("rows of several runs side by side say so, and what is no record is left alone", async () => {
  const joined = { tool: "crossgrain", joined: [{ run: "a" }, { run: "b" }] };
  holds(["layer_0"], ["a", "b"], { methods: null, joined: JSON.stringify(joined) });
  await importTable(file);
  expect(store.state.runs[0]).toMatchObject({ model: "vectors.safetensors", methods: joined });
  for (const text of ["{", "[1]", "null", '"text"']) {
    store.set("runs", []);
    holds(["layer_0"], ["a", "b"], { methods: null, joined: text });
    await importTable(file);
    expect(store.state.runs[0]?.methods, text).toBeNull();
  }
  expect([isMethods(METHODS as never), isMethods(joined), isMethods(null)]).toEqual([true, false, false]);
});

test("a refusal of the engine is shown", async () => {
  analyses.readTable.mockRejectedValue(new CrossgrainError({ code: "table.csv", message: "", hint: "" }));
  await importTable(file);
  expect(store.state.imported).toMatchObject({ code: "table.csv" });
  expect(store.state.runs).toEqual([]);
});
