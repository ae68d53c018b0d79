import { beforeEach, expect, test, vi } from "vitest";

vi.mock("../engine", () => ({ engine: { ask: vi.fn() }, analyses: { ask: vi.fn() } }));
vi.mock("../plot", () => ({ loadPlot: () => Promise.resolve(), Scatter: class {} }));

import { engine } from "../engine";
import { colourings, MADE } from "../grouping";
import { selectedRecords } from "../selection";
import { initialState, store } from "../state";
import { setColours, mergeGroup, moveGroup, renameGroup } from "./colours";
import { beforeStep, redo, undo } from "./history";
import { toggleGroup } from "./map";
import { choose, chooseGroup, chooseListed, clearSelection, find, makeLabel, saveFasta, saveTable } from "./selection";
import { look } from "./view";

const ids = ["a", "b", "c", "d"];
const saved: { name: string; text: string }[] = [];

beforeEach(() => {
  const state = initialState();
  for (const [part, value] of Object.entries(state)) store.set(part as "run", value as never);
  const report = { ids: [...ids], lengths: Uint32Array.of(5, 6, 7, 8), warnings: [], pool: "mean" };
  store.patch("run", { report: report as never });
  store.patch("sequences", { name: "x.fasta", report: { descriptions: ["one", "", "", "the last"], fields: [{ name: "kind", values: ["k_1", "k_1", "k_2", "k_2"] }], warnings: [] } as never });
  store.patch("map", { colourBy: "field:kind", drawn: { points: Float32Array.of(0, 1, 2, 3, NaN, NaN, 4.5, -1), layer: 6, method: "umap", rows: 3, part: null, silhouette: null } as never });
  saved.length = 0;
  vi.stubGlobal("document", { createElement: () => ({ click() {}, set href(_: string) {}, get href() { return ""; }, set download(name: string) { saved.push({ name, text: "" }); } }) });
  vi.stubGlobal("URL", { createObjectURL: (blob: Blob) => { void blob.text().then((text) => { if (saved[0] !== undefined) saved[0].text = text; }); return ""; }, revokeObjectURL() {} });
});

const now = (): readonly number[] => selectedRecords(store.state);

test("one selection by records, group, list; each is a step", () => {
  choose([2, 0], "only");
  expect(now()).toEqual([0, 2]);
  chooseGroup(1, "add");
  expect(now()).toEqual([0, 2, 3]);
  expect(chooseListed("B, nobody", "only")).toEqual({ records: [1], unknown: ["nobody"] });
  expect(now()).toEqual([1]);
  expect(find("last")).toEqual({ records: [3], problem: null });
  expect(find("k_2").records).toEqual([2, 3]);
  expect(find("length > 5 AND NOT last").records).toEqual([1, 2]);
  expect(find("weight > 5").problem).toMatch(/no column “weight”/);
  clearSelection();
  expect(now()).toEqual([]);
  undo();
  undo();
  expect(now()).toEqual([0, 2, 3]);
  redo();
  expect(now()).toEqual([1]);
  expect(store.state.history).toEqual({ past: 3, future: 1 });
});

test("steps of another run are forgotten", () => {
  choose([1], "only");
  store.patch("run", { report: { ...store.state.run.report, ids: ["x", "y"] } as never });
  expect(now()).toEqual([]);
  undo();
  expect(store.state.history).toEqual({ past: 0, future: 0 });
});

test("turns of a wheel are one step, two selections are two", () => {
  beforeStep("view zoom", 0);
  beforeStep("view zoom", 100);
  beforeStep("view zoom", 5000);
  expect(store.state.history.past).toBe(2);
  beforeStep("selection", 5001);
  beforeStep("selection", 5002);
  expect(store.state.history.past).toBe(4);
  beforeStep("view drag 1", 6000);
  beforeStep("view drag 1", 60_000);
  beforeStep("view drag 2", 60_001);
  expect(store.state.history.past).toBe(6);
  look({ x: 1, y: 0, zoom: 2 }, "pan");
  undo();
  expect(store.state.view.zoom).toBe(1);
});

test("colours and legend are steps too; hidden groups stay with their rows", () => {
  toggleGroup(0);
  moveGroup("k_1", 1);
  expect(store.state.map.hidden).toEqual([1]);
  renameGroup("k_2", " Second ");
  mergeGroup("k_2");
  expect(store.state.map.hidden).toEqual([0]);
  setColours({ palette: "dark2" });
  for (let step = 0; step < 5; step += 1) undo();
  expect(store.state.colours).toEqual(initialState().colours);
  expect(store.state.map.hidden).toEqual([]);
});

test("a label of one's own is a column for colours and analyses, in one step", () => {
  choose([0, 3], "only");
  makeLabel("  mine ");
  expect(store.state.map.colourBy).toBe(MADE);
  expect(colourings(store.state)[0]).toMatchObject({ key: MADE, values: ["mine", null, null, "mine"] });
  undo();
  expect(store.state.map.colourBy).toBe("field:kind");
  expect(colourings(store.state).map(({ key }) => key)).toEqual(["field:kind"]);
  expect(now()).toEqual([0, 3]);
});

test("the table holds ids, descriptions, labels and coordinates", async () => {
  choose([0, 2, 3], "only");
  await saveTable(false);
  await vi.waitFor(() => expect(saved[0]?.text).not.toBe(""));
  expect(saved[0]?.name).toBe("x.model.layer6.umap.selected.csv");
  expect(saved[0]?.text).toBe(["id,description,kind,length,prefix of the id,x,y", "a,one,k_1,5,a,0,1", "c,,k_2,7,c,,", "d,the last,k_2,8,d,4.5,-1", ""].join("\n"));
});

test("sequences come from the engine by their names; without any an error says why", async () => {
  choose([1], "only");
  vi.mocked(engine.ask).mockResolvedValueOnce({ records: [{ id: "b", description: "kind=k_1", sequence: "MKV" }], unknown: [] } as never);
  await saveFasta();
  await vi.waitFor(() => expect(saved[0]?.text).toBe(">b kind=k_1\nMKV\n"));
  expect(vi.mocked(engine.ask)).toHaveBeenCalledWith("records", { ids: ["b"] });
  vi.mocked(engine.ask).mockResolvedValueOnce({ records: [], unknown: ["b"] } as never);
  await saveFasta();
  expect(store.state.exported.error?.code).toBe("selection.no_sequences");
});
