import { beforeEach, expect, test, vi } from "vitest";
import { initialState, store, type State } from "../state";

const { showLayer } = vi.hoisted(() => ({ showLayer: vi.fn() }));
vi.mock("../engine", () => ({ analyses: {}, engine: {} }));
vi.mock("./map", () => ({ showLayer }));
const { removeRun, showRun } = await import("./join");

let id = 0;
beforeEach(() => {
  vi.resetAllMocks();
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
  store.set("runs", [run(), run()] as never);
});

function run(): object {
  id += 1;
  return { id, ids: [`r${id}`], report: { ids: [`r${id}`], layers: [0, 6], pool: "mean" }, methods: null };
}
const ids = (): number[] => store.state.runs.map((one) => one.id);

test("a run that is left keeps its map, answers and mark for the way back", async () => {
  const [one = 0, two = 0] = ids();
  await showRun(one);
  expect(showLayer).toHaveBeenLastCalledWith(6);
  store.patch("map", { drawn: { points: [1] } as never, colourBy: "label:x" });
  store.patch("jobs", {
    purity: { phase: "done", progress: null, answer: "one" as never, error: null },
    probe: { phase: "running", progress: { done: 1 } as never, answer: null, error: null },
  });
  store.set("selected", 0);
  await showRun(two);
  expect(store.state).toMatchObject({ selected: null, map: { drawn: null }, jobs: { purity: { answer: null } } });
  await showRun(one);
  expect(store.state).toMatchObject({ selected: 0, map: { drawn: { points: [1] } }, jobs: { purity: { answer: "one" }, probe: { phase: "idle" } } });
  expect(showLayer, "the map is not computed again").toHaveBeenCalledTimes(2);
});

test("a run can be shown while another is computed", async () => {
  const [one = 0] = ids();
  store.patch("run", { phase: "running" });
  await showRun(one);
  expect(store.state.run).toMatchObject({ phase: "running", shown: one });
});

test("the shown run is removed: the newest of the others is shown; after the last, nothing", async () => {
  const [one = 0, two = 0] = ids();
  await showRun(two);
  await removeRun(two);
  expect([ids(), store.state.run.shown]).toEqual([[one], one]);
  await removeRun(one);
  expect(store.state).toMatchObject({ runs: [], run: { shown: null, report: null }, map: { drawn: null } });
});
