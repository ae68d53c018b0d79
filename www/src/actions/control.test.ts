import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store, type State } from "../state";
import type { StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";

const { engine, pool, askAgain } = vi.hoisted(() => ({
  engine: { ask: vi.fn(), call: vi.fn() },
  pool: { follow: vi.fn(), embedRecords: vi.fn(), close: vi.fn() },
  askAgain: vi.fn(),
}));
vi.mock("../engine", () => ({ engine, analyses: { ask: vi.fn() } }));
vi.mock("../pool", () => ({
  WorkerPool: class {
    follow = pool.follow;
    embedRecords = pool.embedRecords;
    close = pool.close;
  },
}));
vi.mock("./jobs", () => ({ askAgain }));
const { cancelControl, makeControl } = await import("./control");

const letters = new Table(new Float32Array(40), 2, 20);
const pairs = new Table(new Float32Array(800), 2, 400);
const settings = { input: 0, sequences: "set.fasta", kind: "auto", code: null, model: "m", weightsSha256: "ab", precision: "f32", layers: "all", pool: "auto", overlap: 64, positions: null };

function run(): StoredRun {
  const report = { ids: ["a", "b"], pool: "mean", layers: [0, 6], overlap: null };
  const baselines = [{ name: "amino-acid composition", table: letters }, { name: "dipeptide composition", table: pairs }];
  return { id: 1, name: "run", model: "m", ids: ["a", "b"], dims: 1, report, settings, base: "set.m", layers: [], baselines, metadata: [], methods: { tool: "crossgrain" }, joined: null } as never;
}

beforeEach(() => {
  vi.resetAllMocks();
  const state = initialState();
  state.engine.phase = "ready";
  state.runs = [run()];
  state.run = { ...state.run, shown: 1, report: state.runs[0]?.report ?? null };
  state.sequences = { ...state.sequences, phase: "ready", report: { count: 2, kind: "protein" } as never };
  state.model.report = { name: "m", weightsSha256: "ab", precision: "f32" } as never;
  for (const [part, value] of Object.entries(state)) store.set(part as keyof State, value);
  engine.ask.mockResolvedValue({ records: [{ id: "a", sequence: "KM" }, { id: "a", sequence: "VT" }], kind: "protein", seed: 42 });
  const report = { ids: ["record-1", "record-2"], layers: [0, 6], rows: 2, dims: 1, cancelled: false };
  pool.embedRecords.mockResolvedValue({ report, rows: [Float32Array.of(1, 2), Float32Array.of(3, 4)] });
});

test("shuffled records go through the same model with the settings of the run, and answers are asked again", async () => {
  await makeControl();
  expect(engine.ask).toHaveBeenCalledWith("shuffleSequences", { seed: 42 });
  expect(pool.follow).toHaveBeenCalledWith(engine, "model");
  const [records, reading, request] = pool.embedRecords.mock.calls[0] ?? [];
  // Ids that occur twice do not matter: rows are matched by their places.
  expect(records).toEqual([{ id: "record-1", sequence: "KM" }, { id: "record-2", sequence: "VT" }]);
  expect([reading.kind, request]).toEqual(["protein", { layers: [0, 6], pool: "mean", overlap: 64 }]);
  const made = store.state.runs[1];
  expect(made).toMatchObject({ control: { of: "run", seed: 42, letters: "residues" }, ids: ["a", "b"], base: "set.m.shuffled", settings });
  expect(await made?.layers[1]?.table.read()).toEqual(Float32Array.of(3, 4));
  expect(made?.baselines.map(({ name }) => name)).toEqual(["amino-acid composition"]);
  expect(store.state.run.shown).toBe(1);
  expect(askAgain).toHaveBeenCalledWith(store.state.run.report);
  expect([store.state.control.phase, pool.close.mock.calls.length]).toEqual(["idle", 1]);
});

test("a cancel throws the workers away and adds nothing", async () => {
  let fail: (reason: unknown) => void = () => undefined;
  pool.embedRecords.mockReturnValue(new Promise((_, reject) => (fail = reject)));
  pool.close.mockImplementation(() => fail(new CrossgrainError({ code: "engine.cancelled", message: "x", hint: "y" })));
  const working = makeControl();
  await vi.waitFor(() => expect(pool.embedRecords).toHaveBeenCalled());
  // No second one starts meanwhile.
  await makeControl();
  expect(pool.embedRecords).toHaveBeenCalledTimes(1);
  cancelControl();
  await working;
  expect([store.state.control.phase, store.state.control.error, store.state.runs.length]).toEqual(["cancelled", null, 1]);
});

test("records that are refused once they are shuffled make no control", async () => {
  const report = { ids: ["record-1"], layers: [0, 6], rows: 1, dims: 1, cancelled: false };
  pool.embedRecords.mockResolvedValue({ report, rows: [Float32Array.of(1), Float32Array.of(3)] });
  await makeControl();
  expect(store.state.control.error?.code).toBe("control.records");
  expect(store.state.control.error?.message).toBe("1 of 2 shuffled sequences could be embedded");
  expect(store.state.runs.length).toBe(1);
});
