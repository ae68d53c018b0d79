import { beforeEach, expect, test } from "vitest";
import { initialState, type State } from "../state";
import { controlObstacle, controlOf, controlTable, shuffleMeans } from "./control";
import type { StoredRun } from "./state";
import { Table } from "./table";

const settings = {
  input: 1,
  sequences: "set.fasta",
  kind: "auto" as const,
  code: null,
  model: "esm2-demo",
  weightsSha256: "ab",
  precision: "f32" as const,
  layers: "last" as const,
  pool: "auto",
  overlap: null,
  positions: null,
};
const table = new Table(new Float32Array(4), 2, 2);

function run(change: Partial<StoredRun> = {}): StoredRun {
  const report = { ids: ["a", "b"], pool: "mean", layers: [6] } as unknown as StoredRun["report"];
  const parts = { layers: [{ layer: 6, table }], baselines: [], metadata: [], methods: null, joined: null };
  return { id: 1, name: "run", model: "esm2-demo", ids: ["a", "b"], dims: 2, report, settings, base: "set", ...parts, ...change };
}

const control = (change: Partial<StoredRun> = {}): StoredRun =>
  run({ id: 2, name: "control", ids: ["a", "b"], control: { of: "run", seed: 42, letters: "residues" }, ...change });

let state: State;
beforeEach(() => {
  state = initialState();
  state.engine.phase = "ready";
  state.runs = [run()];
  state.run.shown = 1;
  state.sequences = { ...state.sequences, phase: "ready", input: 1, report: { count: 2, kind: "protein" } as never };
  state.model.report = { name: "esm2-demo", weightsSha256: "ab", precision: "f32" } as never;
});

test("a control belongs to the run of its name, settings and records", () => {
  const own = control();
  expect(controlOf([run(), own], run())).toBe(own);
  // The newest of several.
  const newer = control({ id: 3 });
  expect(controlOf([run(), own, newer], run())).toBe(newer);
  for (const other of [
    control({ control: { of: "another", seed: 42, letters: "residues" } }),
    control({ settings: { ...settings, precision: "f16" } }),
    control({ ids: ["a", "c"] }),
  ])
    expect(controlOf([run(), other], run())).toBeNull();
  // A control has none, and without a run there is none.
  expect(controlOf([own], own)).toBeNull();
  expect(controlOf([own], null)).toBeNull();
  expect([controlTable(own, 6), controlTable(own, 5), controlTable(null, 6)]).toEqual([table, null, null]);
});

test.each<[string, (state: State) => void, RegExp | null]>([
  ["all is there", () => undefined, null],
  ["nothing is on show", (one) => (one.run.shown = null), /no run on show/],
  ["a control is on show", (one) => (one.runs = [control({ id: 1 })]), /are a control themselves/],
  ["joined vectors are on show", (one) => (one.runs = [run({ joined: {} as never })]), /the control of each part/],
  ["vectors of a file are on show", (one) => (one.runs = [run({ settings: null })]), /read from a file/],
  ["there is a vector per residue", (one) => (one.runs = [pooled("none")]), /another residue/],
  ["chosen positions were pooled", (one) => (one.runs = [pooled("positions")]), /Chosen positions/],
  ["there is a vector per domain", (one) => (one.runs = [pooled("rows")]), /one vector per cluster/],
  ["other sequences are open", (one) => (one.sequences.input = 2), /letters of set\.fasta are needed/],
  ["they are read in another way", (one) => (one.sequences = { ...one.sequences, translated: true, code: 11 }), /read in the same way/],
  ["no sequences are open", (one) => (one.sequences.report = null), /set\.fasta/],
  ["another model is loaded", (one) => (one.model.report = { name: "esm2_t6", weightsSha256: "cd", precision: "f32" } as never), /load esm2-demo again\.$/],
  ["it has another precision", (one) => (one.model.report = { name: "esm2-demo", weightsSha256: "ab", precision: "f16" } as never), /at the precision f32/],
  ["the engine starts", (one) => (one.engine.phase = "starting"), /is starting/],
])("what is in the way of a control when %s", (_, change, expected) => {
  change(state);
  const found = controlObstacle(state);
  if (expected === null) expect(found).toBeNull();
  else expect(found).toMatch(expected);
});

function pooled(pool: StoredRun["report"]["pool"]): StoredRun {
  return run({ report: { ids: ["a", "b"], pool, layers: [6] } as never });
}

test("what a shuffle keeps and loses", () => {
  expect(shuffleMeans("protein", false)).toMatch(/composition and length stay/);
  expect(shuffleMeans("dna", true)).toMatch(/codons, reading frame and protein are gone.*synonymous/);
  expect(shuffleMeans("dna", false)).toMatch(/words and motifs are gone/);
  expect(shuffleMeans("domains", false)).toMatch(/their order is gone/);
});
