/**
 * The calls of a worker that answers questions about tables. It runs the compute worker's script with nothing but
 * `Analyses` in it: no model, no sequences, and a device only once a question is worth opening one.
 */
import { toNotice } from "../error";
import type { Topic } from "../analysis/border";
import type { OnProgress, OpenOptions } from "../session";
import { Analyses } from "../wasm/engine/crossgrain_wasm.js";
import { load } from "./load";

type Ask = (options: unknown, progress: OnProgress | undefined) => unknown;

let analyses: Analyses | null = null;

/** Whatever a call throws leaves as a plain notice. */
async function guarded<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw toNotice(thrown);
  }
}

function opened(): Analyses {
  if (analyses === null)
    throw { code: "engine.not_open", message: "the analyses are not open", where: {}, hint: "reload the page" };
  return analyses;
}

/** Part of what the worker offers. */
export const analysisCalls = {
  openAnalyses: (module: WebAssembly.Module, options: Pick<OpenOptions, "kernels">) =>
    guarded(async () => {
      await load(module);
      analyses = new Analyses(options);
    }),
  /** Takes a table in; its numbers are read here, so that they never lie on the page. */
  holdTable: (key: string, numbers: Blob, rows: number, cols: number) =>
    guarded(async () => opened().addTable(key, new Float32Array(await numbers.arrayBuffer()), rows, cols)),
  dropTable: (key: string) => guarded(() => opened().dropTable(key)),
  ask: (topic: Topic, options: unknown, progress: OnProgress | null) =>
    guarded(() => {
      const held = opened() as unknown as Record<Topic, Ask>;
      return held[topic](options, progress === null ? undefined : (report) => void progress(report));
    }),
};
