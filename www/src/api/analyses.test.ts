import { beforeEach, expect, test, vi } from "vitest";
import { Table } from "../analysis/table";
import { DEFAULTS } from "../protocol";

const ask = vi.hoisted(() => vi.fn());
vi.mock("../analysis/client", () => ({
  AnalysisClient: class {
    ask = ask;
    close = vi.fn();
  },
}));
const { Analyses } = await import("./analyses");

beforeEach(() => ask.mockReset().mockResolvedValue("answer"));

const matrix = { data: Float32Array.of(1, 2, 3, 4), rows: 2, cols: 2 };
const tableOf = (call: number): Table => (ask.mock.calls[call]?.[1] as { table: Table }).table;

test("there is a function for every method", () => {
  const analyses = new Analyses();
  for (const method of Object.keys(DEFAULTS)) expect(analyses[method as "purity"], method).toBeTypeOf("function");
  // A promise resolves to what has no `then`.
  expect("then" in analyses).toBe(false);
});

test("matrices become tables, the same matrix the same table", async () => {
  const analyses = new Analyses();
  expect(await analyses.purity({ table: matrix, labels: ["a", null] })).toBe("answer");
  await analyses.neighbours({ table: matrix, k: 1 });
  expect(ask.mock.calls[0]).toEqual(["purity", { table: expect.any(Table), labels: ["a", null] }, {}]);
  expect(tableOf(0)).toBe(tableOf(1));
  await analyses.neighbours({ table: { ...matrix, rows: 1, cols: 4 }, k: 1 });
  expect(tableOf(2)).not.toBe(tableOf(0));
});

test("some rows of a matrix", async () => {
  await new Analyses().ask("cka", { x: [{ matrix, rows: [1, 0] }] });
  expect(ask.mock.calls[0]?.[1]).toEqual({ x: [{ table: expect.any(Table), rows: [1, 0] }] });
});

test("progress and signal are passed on; other options are refused", async () => {
  const options = { signal: new AbortController().signal };
  await new Analyses().map({ table: matrix }, options);
  expect(ask.mock.calls[0]?.[2]).toBe(options);
  const wrong = { sginal: null } as object;
  await expect(new Analyses().map({ table: matrix }, wrong)).rejects.toMatchObject({ code: "options.unknown_field" });
});
