/**
 * The calls of a worker that holds tables. It runs the compute worker's script with nothing but `Analyses` in it: no
 * model, no sequences, and a device only when a question is large enough for one.
 */
import type { LabelsReport, OpenRequest, TableReport } from "../protocol";
import { Analyses } from "../wasm/engine/crossgrain_wasm.js";
import { guarded, moved, notOpen } from "./guarded";
import { load } from "./load";

let analyses: Analyses | null = null;

/** The tables of this worker, if it was opened for them. */
export function openedAnalyses(): Analyses | null {
  return analyses;
}

/** Part of what the worker offers. */
export const analysisCalls = {
  openAnalyses: (module: WebAssembly.Module, request: OpenRequest) =>
    guarded(async () => {
      await load(module);
      analyses = new Analyses(request);
    }),
  /** Takes a table in; its numbers are read here, so that the page never holds them. */
  addTable: (key: string, numbers: Blob, rows: number, cols: number) =>
    guarded(async () => (analyses ?? notOpen()).addTable(key, new Float32Array(await numbers.arrayBuffer()), rows, cols)),
  dropTable: (key: string) => guarded(() => (analyses ?? notOpen()).dropTable(key)),
  /** Reads a label table and matches it to these ids. */
  readLabels: (file: Blob, name: string, ids: string[]) =>
    guarded((): LabelsReport => (analyses ?? notOpen()).readLabels(file, name, ids) as LabelsReport),
  readTable: (file: Blob, name: string, layer: number) =>
    guarded((): TableReport => moved((analyses ?? notOpen()).readTable(file, name, layer) as TableReport)),
};
