import { expect, test } from "vitest";
import { differences, settingsNow } from "./run-settings";
import { initialState, type State } from "./state";

function state(): State {
  const found = initialState();
  found.model.report = { name: "esm2-demo", weightsSha256: "aa", precision: "f32" } as never;
  found.sequences = { ...found.sequences, name: "a.fasta", input: 1, report: { count: 1 } as never };
  found.runs = [{ id: 3, settings: settingsNow(found) } as never];
  found.run.shown = 3;
  return found;
}

test.each<[string, (state: State) => void, string[]]>([
  ["nothing", () => undefined, []],
  ["the device", (state) => (state.engine.choice = "cpu"), []],
  ["the model", (state) => (state.model.report = { name: "nt", weightsSha256: "bb", precision: "f32" } as never), ["model (esm2-demo, now nt)"]],
  ["the precision", (state) => (state.model.report = { name: "esm2-demo", weightsSha256: "aa", precision: "int8" } as never), ["precision (f32, now int8)"]],
  ["the file", (state) => (state.sequences = { ...state.sequences, name: "b.fasta", input: 2 }), ["sequences (a.fasta, now b.fasta)"]],
  ["the same name, pasted again", (state) => (state.sequences.input = 2), ["sequences"]],
  ["the kind", (state) => (state.sequences.kind = "dna"), ["sequence type (auto, now dna)"]],
  ["a genetic code", (state) => (state.sequences = { ...state.sequences, code: 11, translated: true }), ["genetic code (none, now 11)"]],
  ["pooling and layers", (state) => (state.options = { ...state.options, pool: "max", layers: "all" }), ["pooling (auto, now max)", "layers (last, now all)"]],
  ["the overlap", (state) => (state.options.overlap = 4), ["overlap of windows (default, now 4)"]],
])("after %s was changed the page says so", (_, change, expected) => {
  const now = state();
  change(now);
  expect(differences(now)).toEqual(expected);
});
