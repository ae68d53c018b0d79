import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store, type State } from "../state";

const { engine, keepRun, keepPositions, showRun } = vi.hoisted(() => ({
  engine: { embed: vi.fn(), call: vi.fn(), cancel: vi.fn() },
  keepRun: vi.fn(),
  keepPositions: vi.fn(),
  showRun: vi.fn(),
}));
vi.mock("../engine", () => ({ engine }));
vi.mock("./runs", () => ({ keepRun }));
vi.mock("./positions", () => ({ keepPositions }));
vi.mock("./join", () => ({ showRun }));
vi.mock("./sequences", () => ({ openInput: () => ({ files: [new Blob(["x"])] }) }));
const { atPositions, genesOfGenbank, mismatch, obstacle, translatable } = await import("./run");
const { cancel, embed } = await import("./embed");

const REPORT = { cancelled: false, layers: [0, 6], ids: ["a", "b"] };

beforeEach(() => {
  vi.resetAllMocks();
  engine.embed.mockResolvedValue(REPORT);
  engine.call.mockResolvedValue({ tool: "crossgrain" });
  for (const [part, value] of Object.entries(ready())) store.set(part as keyof State, value);
});

/** Model and sequences that fit, and an engine that waits. */
function ready(): State {
  const state = initialState();
  state.engine.phase = "ready";
  state.model = { ...state.model, phase: "ready", report: { granularity: "protein" } as State["model"]["report"] };
  state.sequences = { ...state.sequences, phase: "ready", report: { count: 2, kind: "protein" } as State["sequences"]["report"] };
  return state;
}

test.each<[string, (state: State) => void, RegExp | null]>([
  ["all is there", () => undefined, null],
  ["the engine failed", (state) => (state.engine.phase = "failed"), /did not start/],
  ["the engine starts", (state) => (state.engine.phase = "starting"), /is starting/],
  ["there is no model", (state) => (state.model.report = null), /Choose a model/],
  ["a model is on its way", (state) => (state.model.phase = "downloading"), /still loading/],
  ["there are no sequences", (state) => (state.sequences.report = null), /Add sequences/],
  ["no sequence was accepted", (state) => (state.sequences.report = { count: 0 } as never), /Add sequences/],
  ["sequences are being read", (state) => (state.sequences.phase = "reading"), /being read/],
  ["model and sequences differ", (state) => (state.sequences.report = { count: 1, kind: "dna" } as never), /reads proteins, and these are DNA/],
  ["positions were not chosen", (state) => (state.options.pool = "positions"), /table of positions/],
])("what is in the way when %s", (_, change, expected) => {
  const state = ready();
  change(state);
  const found = obstacle(state);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatch(expected);
});

test("DNA could be translated for a protein model, not the other way round", () => {
  const pair = (granularity: string, kind: string): [boolean, boolean] => {
    const state = ready();
    state.model.report = { granularity } as never;
    state.sequences.report = { count: 1, kind } as never;
    return [mismatch(state), translatable(state)];
  };
  expect(pair("protein", "dna")).toEqual([true, true]);
  expect(pair("nucleotide", "protein")).toEqual([true, false]);
  expect(pair("domain", "dna")).toEqual([true, false]);
  expect(pair("domain", "domains")).toEqual([false, false]);
});

test("a run: rows are kept and shown", async () => {
  keepRun.mockResolvedValue(4);
  await embed();
  expect(engine.embed.mock.calls[0]?.[0]).toEqual({ layers: "last", pool: "auto" });
  expect(keepRun).toHaveBeenCalledExactlyOnceWith(REPORT, { tool: "crossgrain" }, null);
  expect(showRun).toHaveBeenCalledExactlyOnceWith(4);
  expect(store.state.run).toMatchObject({ phase: "done", held: 4, error: null });
});

test("chosen positions: a vector per residue is asked for, and what is made of them is shown", async () => {
  store.patch("options", { pool: "positions-in-order", positions: { name: "p.tsv", text: "a\t1" } });
  expect(atPositions(store.state)).toBe(true);
  keepPositions.mockResolvedValue(9);
  await embed();
  expect(engine.embed.mock.calls[0]?.[0]).toMatchObject({ pool: "none" });
  expect(keepPositions).toHaveBeenCalledExactlyOnceWith(REPORT, { tool: "crossgrain" }, "a\t1", true);
  expect(showRun).toHaveBeenCalledExactlyOnceWith(9);
  expect(keepRun).not.toHaveBeenCalled();
});

test("nothing is embedded when something is in the way, or twice at once", async () => {
  store.patch("model", { report: null });
  await embed();
  store.set("model", ready().model);
  store.patch("run", { phase: "running" });
  await embed();
  expect(engine.embed).not.toHaveBeenCalled();
});

test.each([
  ["by itself", () => engine.embed.mockResolvedValue({ ...REPORT, cancelled: true })],
  ["with its worker", () => engine.embed.mockRejectedValue(new CrossgrainError({ code: "engine.cancelled", message: "", hint: "" }))],
])("a run that was cancelled, and ended %s, is no failure", async (_, prepare) => {
  prepare();
  await embed();
  expect(store.state.run).toMatchObject({ phase: "cancelled", error: null, report: null });
  expect(keepRun).not.toHaveBeenCalled();
});

test("a failure is shown with its code", async () => {
  engine.embed.mockRejectedValue(new CrossgrainError({ code: "embed.too_long", message: "", hint: "" }));
  await embed();
  expect(store.state.run).toMatchObject({ phase: "failed", error: { code: "embed.too_long" } });
});

test("progress after a cancel was asked for is not shown", async () => {
  engine.embed.mockImplementation(async (_, onProgress: (progress: unknown) => void) => {
    onProgress("first");
    await cancel();
    onProgress("second");
    return { ...REPORT, cancelled: true };
  });
  const seen: unknown[] = [];
  const stop = store.subscribe(() => seen.push(store.state.embedding.progress));
  await embed();
  stop();
  expect(seen).toContain("first");
  expect(seen).not.toContain("second");
  expect(engine.cancel).toHaveBeenCalledTimes(1);
});

test.each([
  ["ends as cancelled", () => engine.embed.mockResolvedValue({ ...REPORT, cancelled: true })],
  ["fails", () => engine.embed.mockRejectedValue(new CrossgrainError({ code: "embed.too_long", message: "", hint: "" }))],
  ["ends well", () => keepRun.mockResolvedValue(8)],
])("what is shown stays while a run is under way, and when it %s", async (_, prepare) => {
  prepare();
  const shown = { report: { ids: ["x"], layers: [6] } as never, methods: { tool: "crossgrain" } as never, shown: 7 };
  store.patch("run", shown);
  store.patch("map", { drawn: { points: [] } as never, colourBy: "label:family" });
  store.patch("jobs", { purity: { phase: "done", progress: null, answer: {} as never, error: null } });
  const before = [store.state.map, store.state.jobs];
  const seen: unknown[] = [];
  const stop = store.subscribe(() => seen.push(store.state.run.shown));
  await embed();
  stop();
  expect(new Set(seen)).toEqual(new Set([7]));
  expect(store.state.run).toMatchObject(shown);
  expect([store.state.map, store.state.jobs]).toEqual(before);
});

test("records that the page had to distinguish keep their names", async () => {
  store.patch("sequences", { report: { count: 2, kind: "protein", ids: ["one:a", "two:a"] } as never });
  engine.embed.mockResolvedValue({ ...REPORT, ids: ["a", "a"] });
  await embed();
  expect(keepRun.mock.calls[0]?.[0]).toMatchObject({ ids: ["one:a", "two:a"] });
});

test.each([
  ["a taken GenBank file of proteins", "protein", "genbank", "taken", true],
  ["FASTA", "protein", "fasta", "taken", false],
  ["DNA of a GenBank file", "dna", "genbank", "taken", false],
  ["a GenBank file that is not open", "protein", "genbank", "aside", false],
] as const)("genes without a genetic code may be in %s", (_, kind, set, phase, expected) => {
  store.patch("sequences", { report: { kind } as never });
  store.set("files", [{ role: "sequences", set, phase } as never]);
  expect(genesOfGenbank(store.state)).toBe(expected);
});
