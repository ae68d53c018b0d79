import { beforeEach, expect, test, vi } from "vitest";
import { Table } from "../analysis/table";
import { initialState, store, type State } from "../state";
import { fakeNavigator, type FakeFile } from "../store/fake-storage";
import type { UnfinishedRun } from "../session/unfinished";
import type { ChunkRows } from "../worker/chunk-rows";

const calls = vi.hoisted(() => ({
  prepareView: vi.fn(),
  showRun: vi.fn(),
  restoreLabels: vi.fn(),
  loadBuiltin: vi.fn(),
  openInput: vi.fn(),
  readKept: vi.fn(),
}));
vi.mock("../engine", () => ({ engine: {}, analyses: {} }));
vi.mock("./join", () => calls);
vi.mock("./labels", () => calls);
vi.mock("./model", () => calls);
vi.mock("./sequences", () => calls);

type Kept = typeof import("./kept") & typeof import("./resume");
let fake: ReturnType<typeof fakeNavigator>;

beforeEach(() => {
  vi.resetAllMocks();
  calls.openInput.mockReturnValue(null);
  fake = fakeNavigator();
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
});

/** A visit of its own: the page's module as a fresh tab has it. Time runs only when a test says so. */
async function visit(): Promise<Kept> {
  vi.resetModules();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  vi.stubGlobal("navigator", fake.navigator);
  vi.stubGlobal("addEventListener", () => undefined);
  const kept = { ...(await import("./kept")), ...(await import("./resume")) };
  const { store: own } = await import("../state");
  for (const [part, value] of Object.entries(initialState())) own.set(part as keyof State, value);
  kept.watchKept();
  return kept;
}
const own = async (): Promise<typeof store> => (await import("../state")).store;

/** Lets everything that waits be written. */
async function written(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1000);
  vi.useRealTimers();
  const { kept } = (await own()).state;
  await vi.waitFor(async () => expect((await own()).state.kept.bytes ?? kept.error).not.toBeNull());
}

const run = (id: number): never =>
  ({
    id,
    name: `run ${id}`,
    model: "esm2-demo",
    ids: ["a", "b"],
    report: { ids: ["a", "b"], layers: [6], pool: "mean" },
    metadata: [],
    layers: [{ layer: 6, table: new Table(Float32Array.of(1, 2, 3, id), 2, 2) }],
    baselines: [],
    settings: { sequences: "mine.fasta", input: 1 },
  }) as never;

test("a visit is kept as it goes, offered to the next, and put back there", async () => {
  const first = await visit();
  let now = await own();
  calls.openInput.mockReturnValue({ files: [new File([">a"], "mine.fasta")], name: "mine.fasta", kind: "auto", code: null, translated: false });
  now.set("runs", [run(1), run(2)]);
  now.patch("run", { shown: 2 });
  now.patch("sequences", { input: 1 });
  now.patch("map", { layer: 6, colourBy: "label:x", hidden: [1] });
  now.patch("labels", { tables: [{ key: 1, name: "l.tsv", file: new File(["id\tx\n"], "l.tsv") } as never] });
  now.set("selected", 1);
  await written();
  expect(now.state.kept.bytes).toBeGreaterThan(30);
  await first.listKept();
  expect(now.state.kept.sessions, "a visit under way is not offered").toEqual([]);
  fake.closeTab();

  const second = await visit();
  vi.useRealTimers();
  now = await own();
  calls.openInput.mockReturnValue(null);
  now.patch("sequences", { input: 5 });
  await second.listKept();
  const [offered] = now.state.kept.sessions;
  expect(offered).toMatchObject({ title: "mine.fasta, 2 vectors (esm2-demo), and 1 more" });
  await vi.waitFor(() => expect(fake.held.size).toBe(0));
  await second.resume(offered?.key ?? "");
  expect(now.state.kept).toMatchObject({ error: null, busy: false, sessions: [] });
  expect(now.state.runs.map(({ name, settings }) => [name, settings?.input])).toEqual([["run 1", 5], ["run 2", 5]]);
  expect([...((await now.state.runs[1]?.layers[0]?.table.read()) ?? [])]).toEqual([1, 2, 3, 2]);
  const [[shown, map, selected]] = calls.prepareView.mock.calls as [[number, State["map"], number]];
  expect(now.state.runs.find(({ id }) => id === shown)?.name).toBe("run 2");
  expect([map.layer, map.colourBy, map.hidden, map.drawn, selected]).toEqual([6, "label:x", [1], null, 1]);
  expect(calls.showRun).toHaveBeenCalledExactlyOnceWith(shown);
  expect((calls.restoreLabels.mock.calls[0]?.[0] as File[]).map(({ name }) => name)).toEqual(["l.tsv"]);
  expect(calls.readKept.mock.calls[0]?.[0]).toMatchObject({ name: "mine.fasta", kind: "auto" });
});

test("a run that is removed is removed from the disk, and so is everything on demand", async () => {
  const kept = await visit();
  const now = await own();
  now.set("runs", [run(1), run(2)]);
  await written();
  const sessions = fake.root.inside.get("sessions") as { inside: Map<string, { inside: Map<string, unknown> }> };
  const files = (): string[] => [...([...sessions.inside.values()][0]?.inside.keys() ?? [])].sort();
  expect(files()).toEqual(["run-1-0.f32", "run-1.json", "run-2-0.f32", "run-2.json", "session.json"]);
  now.set("runs", now.state.runs.slice(1));
  await vi.waitFor(() => expect(files()).toEqual(["run-2-0.f32", "run-2.json", "session.json"]));
  await kept.forgetAllKept();
  expect(sessions.inside.size).toBe(0);
  now.set("runs", [...now.state.runs, run(3)]);
  expect(now.state.kept.on).toBe(false);
});

/** A run of three sequences with the rows of some of them. */
async function unfinished(...records: number[]): Promise<UnfinishedRun> {
  const { FinishedRows } = await import("../run/finished-rows");
  const rows = new FinishedRows();
  rows.total = 3;
  for (const record of records) rows.add(rowOf(record), "CPU");
  const key = { sequences: "mine.fasta", reading: { kind: "auto", code: null, translated: false }, model: { name: "m", weightsSha256: "s", precision: "f32" }, options: initialState().options } as const;
  return { id: 9, key, digest: Promise.resolve("hash"), rows, finished: rows.count, total: 3 };
}
function rowOf(record: number): ChunkRows {
  const one = (value: number): Uint32Array => Uint32Array.of(value);
  return { records: one(record), layers: one(6), width: 1, offsets: Uint32Array.of(0, 1), states: [Float32Array.of(record)], windows: one(1), residues: one(5), specials: one(2), pool: "mean", notices: [] };
}
const recordsOf = (one: UnfinishedRun | undefined): number[] => one?.rows.parts.flatMap(({ rows }) => [...rows.head.records]) ?? [];

test("finished rows of a run that has not ended are kept batch by batch; a batch that is damaged costs its own rows", async () => {
  await visit();
  let now = await own();
  const run = await unfinished(0);
  now.set("unfinished", [run]);
  const sessions = (): { inside: Map<string, FakeFile> } => [...(fake.root.inside.get("sessions") as unknown as { inside: Map<string, { inside: Map<string, FakeFile> }> }).inside.values()][0] as never;
  await vi.advanceTimersByTimeAsync(2500);
  vi.useRealTimers();
  await vi.waitFor(() => expect(now.state.kept.bytes).not.toBeNull());
  expect([...sessions().inside.keys()].sort()).toEqual(["session.json", "unfinished-1-1", "unfinished-1.json"]);
  for (const record of [1, 2]) {
    run.rows.add(rowOf(record), "CPU");
    now.set("unfinished", [{ ...run, finished: run.rows.count }]);
    await vi.waitFor(() => expect(sessions().inside.has(`unfinished-1-${record + 1}`)).toBe(true), { timeout: 5000 });
  }
  await vi.waitFor(() => expect(new TextDecoder().decode(sessions().inside.get("session.json")?.bytes)).toMatch(/"finished":3/));
  const damaged = sessions().inside.get("unfinished-1-2");
  if (damaged !== undefined) damaged.bytes[damaged.bytes.length - 1] = 77;
  fake.closeTab();

  const second = await visit();
  vi.useRealTimers();
  now = await own();
  await second.listKept();
  const [offered] = now.state.kept.sessions;
  expect(offered?.unfinished).toEqual([{ name: "unfinished-1", sequences: "mine.fasta", finished: 3, total: 3 }]);
  await vi.waitFor(() => expect(fake.held.size).toBe(0));
  await second.resume(offered?.key ?? "");
  expect(now.state.unfinished.map(({ key, finished, total }) => [key.sequences, finished, total])).toEqual([["mine.fasta", 2, 3]]);
  expect(recordsOf(now.state.unfinished[0])).toEqual([0, 2]);
  expect(now.state.run.phase, "nothing is computed unasked").toBe("idle");

  // Of a run that has ended nothing stays.
  await vi.waitFor(() => expect(sessions().inside.size).toBe(3));
  now.set("unfinished", []);
  await vi.waitFor(() => expect([...sessions().inside.keys()]).toEqual(["session.json"]), { timeout: 5000 });
});

test("a full disk is said, and the results stay", async () => {
  fake = fakeNavigator(10);
  await visit();
  const now = await own();
  now.set("runs", [run(1)]);
  await written();
  expect(now.state.kept.error).toMatchObject({ code: "storage.session_full" });
  expect(now.state.runs).toHaveLength(1);
});
