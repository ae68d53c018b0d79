import { beforeEach, expect, test, vi } from "vitest";
import { Table } from "../analysis/table";
import { initialState, store, type State } from "../state";
import { fakeNavigator } from "../store/fake-storage";

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

test("a full disk is said, and the results stay", async () => {
  fake = fakeNavigator(10);
  await visit();
  const now = await own();
  now.set("runs", [run(1)]);
  await written();
  expect(now.state.kept.error).toMatchObject({ code: "storage.session_full" });
  expect(now.state.runs).toHaveLength(1);
});
