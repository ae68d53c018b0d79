import { beforeEach, expect, test, vi } from "vitest";

vi.mock("../engine", () => ({ engine: { ask: vi.fn() } }));

import { engine } from "../engine";
import { store } from "../state";
import { hasSequences, sequencesOf } from "./run-sequences";

const records = [
  { id: "a", description: "", sequence: "MKV" },
  { id: "b", description: "", sequence: "MST" },
  { id: "a", description: "", sequence: "MLL" },
];
const run = { id: 1, ids: ["a", "b", "a"], settings: { input: 3 } };

function open(ids: readonly string[], kind: string, input: number): void {
  store.set("runs", [run] as never);
  store.patch("run", { shown: 1 });
  store.patch("sequences", { input, report: { ids, kind } as never });
}

beforeEach(() => {
  vi.mocked(engine.ask).mockImplementation(((_: string, { ids }: { ids?: string[] }) =>
    Promise.resolve({
      records: ids === undefined ? records : ids.flatMap((id) => records.find((one) => one.id === id) ?? []),
      unknown: [],
    })) as never);
});

test("a run has sequences while its own file is open", () => {
  open(["a", "b", "a"], "protein", 3);
  expect(hasSequences(store.state)).toBe(true);
  open(["b", "a"], "dna", 3);
  expect(hasSequences(store.state)).toBe(true);
  open(["a", "b", "a"], "protein", 4);
  expect(hasSequences(store.state)).toBe(false);
  open(["a"], "protein", 3);
  expect(hasSequences(store.state)).toBe(false);
  open(["a", "b", "a"], "domains", 3);
  expect(hasSequences(store.state)).toBe(false);
});

test("sequences in the order of the rows, also of records with the same name", async () => {
  open(["a", "b", "a"], "protein", 3);
  expect(await sequencesOf(run as never, [2, 1])).toEqual([
    { id: "a", sequence: "MLL" },
    { id: "b", sequence: "MST" },
  ]);
  open(["b", "a"], "protein", 3);
  expect(await sequencesOf(run as never, [1, 0])).toEqual([
    { id: "b", sequence: "MST" },
    { id: "a", sequence: "MKV" },
  ]);
});

test("a file without them is refused", async () => {
  open(["x"], "protein", 3);
  vi.mocked(engine.ask).mockResolvedValue({ records: [], unknown: ["a"] } as never);
  await expect(sequencesOf(run as never, [0])).rejects.toMatchObject({ code: "analysis.no_sequences" });
});
