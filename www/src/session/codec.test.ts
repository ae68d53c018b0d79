import { expect, test } from "vitest";
import type { StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { decodeRun, encodeRun, parse, stringify } from "./codec";

const table = (...numbers: number[]): Table => new Table(Float32Array.from(numbers), 2, numbers.length / 2);
const run = {
  id: 4,
  name: "esm2-demo, a.fasta",
  ids: ["a", "b"],
  dims: 2,
  report: { ids: ["a", "b"], lengths: Uint32Array.of(3, 4_000_000_000), pool: "mean" },
  layers: [{ layer: 0, table: table(1, 2, 3, 4) }, { layer: 6, table: table(5, 6, 7, 8) }],
  baselines: [{ name: "composition", table: table(0.5, 0.25) }],
  settings: null,
  metadata: [{ ids: ["a", "b"], descriptions: ["", ""], fields: [], warnings: ["long"] }],
} as unknown as StoredRun;

test("a run comes back with its numbers and its typed arrays", async () => {
  const { text, tables } = encodeRun(run, "run-1");
  expect([...tables.keys()]).toEqual(["run-1-0.f32", "run-1-1.f32", "run-1-2.f32"]);
  const back = await decodeRun(text, async (file) => tables.get(file) ?? null);
  expect(back).toMatchObject({ name: run.name, ids: run.ids, report: { lengths: Uint32Array.of(3, 4_000_000_000) } });
  expect(back?.metadata).toEqual([{ ids: ["a", "b"], descriptions: ["", ""], fields: [] }]);
  expect(back?.layers.map(({ layer }) => layer)).toEqual([0, 6]);
  expect([...((await back?.layers[1]?.table.read()) ?? [])]).toEqual([5, 6, 7, 8]);
  expect([...((await back?.baselines[0]?.table.read()) ?? [])]).toEqual([0.5, 0.25]);
});

test.each<[string, (text: string, tables: Map<string, Blob>) => string]>([
  ["a table is missing", (text, tables) => (tables.delete("run-1-1.f32"), text)],
  ["a table is cut", (text, tables) => (tables.set("run-1-0.f32", new Blob(["abc"])), text)],
  ["it is of another version", (text) => text.replace('"version":1', '"version":0')],
  ["it is no JSON", () => "{"],
])("a run is not read when %s", async (_, change) => {
  const { text, tables } = encodeRun(run, "run-1");
  expect(await decodeRun(change(text, tables), async (file) => tables.get(file) ?? null)).toBeNull();
});

test("typed arrays are marked in the JSON", () => {
  expect(parse(stringify({ a: Uint32Array.of(7), b: Float32Array.of(0.5), c: [1] }))).toEqual({ a: Uint32Array.of(7), b: Float32Array.of(0.5), c: [1] });
  expect(parse("nonsense")).toBeNull();
});
