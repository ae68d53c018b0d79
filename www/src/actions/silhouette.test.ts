import { beforeEach, expect, test, vi } from "vitest";

vi.mock("../engine", () => ({ engine: { ask: vi.fn() }, analyses: { ask: vi.fn() } }));

import type { Table } from "../analysis/table";
import { analyses } from "../engine";
import { CrossgrainError } from "../error";
import { initialState, store } from "../state";
import { colourBy } from "./map";

const ids = ["a", "b", "c", "d"];
const fields = [
  { name: "kind", values: ["x", "x", "y", "y"] },
  { name: "order", values: ["p", "q", "q", "p"] },
  { name: "tm", values: ["1.5", "2.5", "3.5", "4.5"] },
];
const table = { rows: 4, cols: 3 } as Table;
const ask = vi.mocked(analyses.ask);
const answer = (map: number) => ({ silhouette: { map, space: 0, rows: 4, groups: 2 } });

beforeEach(() => {
  ask.mockReset();
  const state = initialState();
  for (const [part, value] of Object.entries(state)) store.set(part as "run", value as never);
  store.patch("run", { shown: 1, report: { ids, lengths: Uint32Array.of(5, 6, 7, 8), warnings: [], pool: "mean" } as never });
  store.patch("sequences", { report: { ids, descriptions: [], fields, warnings: [] } as never });
  store.set("runs", [{ id: 1, ids, report: { pool: "mean" }, layers: [{ layer: 6, table }], metadata: [{ ids, fields, descriptions: ids.map(() => "") }], baselines: [] }] as never);
  const drawn = { points: new Float32Array(8), layer: 6, method: "umap", rows: 4, part: null, silhouette: null };
  store.patch("map", { colourBy: "field:kind", drawn: drawn as never, silhouette: { of: "field:kind", found: null } });
});

const shown = () => store.state.map.silhouette;

test("another column is measured again; while it is, no number is shown", async () => {
  ask.mockResolvedValueOnce(answer(-0.15) as never);
  colourBy("field:order");
  expect(shown()).toBeNull();
  await vi.waitFor(() => expect(shown()).toEqual({ of: "field:order", found: answer(-0.15).silhouette }));
  const [method, request] = ask.mock.calls[0] ?? [];
  expect(method).toBe("silhouette");
  expect(request).toMatchObject({ labels: ["p", "q", "q", "p"], table: { table, rows: [0, 1, 2, 3] }, metric: "euclidean", standardise: false });
});

test("a column that was measured is not asked for twice", async () => {
  ask.mockResolvedValueOnce(answer(0.1) as never).mockResolvedValueOnce(answer(0.2) as never);
  colourBy("field:order");
  await vi.waitFor(() => expect(shown()?.found?.map).toBe(0.1));
  colourBy("field:kind");
  await vi.waitFor(() => expect(shown()?.found?.map).toBe(0.2));
  colourBy("field:order");
  expect(shown()?.found?.map).toBe(0.1);
  expect(ask).toHaveBeenCalledTimes(2);
});

test("numbers and one colour have none, and a failure leaves none", async () => {
  colourBy("field:tm");
  expect(shown()).toBeNull();
  colourBy("");
  expect(shown()).toBeNull();
  expect(ask).not.toHaveBeenCalled();
  ask.mockRejectedValueOnce(new CrossgrainError({ code: "engine.trap", message: "", hint: "" }));
  colourBy("field:order");
  await Promise.resolve();
  expect(shown()).toBeNull();
});

test("an answer that comes after the column was changed is not shown", async () => {
  let resolve: (value: never) => void = () => undefined;
  const late = new Promise<never>((done) => (resolve = done));
  ask.mockReturnValueOnce(late);
  colourBy("field:order");
  colourBy("");
  resolve(answer(0.9) as never);
  await late;
  expect(shown()).toBeNull();
});
