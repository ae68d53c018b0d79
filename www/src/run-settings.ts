/** What is chosen now, and how it differs from what the shown run was computed from. */
import type { RunSettings } from "./analysis/state";
import { shownRun } from "./metadata";
import type { State } from "./state";

/** What a run that starts now is computed from; null without a model. */
export function settingsNow({ sequences, model, options }: State): RunSettings | null {
  const { report: loaded } = model;
  if (loaded === null) return null;
  const { layers, pool, overlap, positions } = options;
  return {
    input: sequences.input,
    sequences: sequences.name,
    kind: sequences.kind,
    code: sequences.translated ? sequences.code : null,
    model: loaded.name,
    weightsSha256: loaded.weightsSha256,
    precision: loaded.precision,
    layers,
    pool,
    overlap,
    positions: pool.startsWith("positions") ? (positions?.name ?? null) : null,
  };
}

/** What differs between the shown run and what is chosen now, each in words: `model (esm2-demo, now nt-3mer-demo)`. */
export function differences(state: State): string[] {
  const then = shownRun(state)?.settings ?? null;
  const now = settingsNow(state);
  if (then === null || now === null || state.sequences.report === null) return [];
  const found: string[] = [];
  const report = (what: string, before: string, after: string): void => {
    found.push(before === after ? what : `${what} (${before}, now ${after})`);
  };
  if (then.model !== now.model || then.weightsSha256 !== now.weightsSha256) report("model", then.model, now.model);
  if (then.precision !== now.precision) report("precision", then.precision, now.precision);
  if (then.input !== now.input) report("sequences", then.sequences, now.sequences);
  else if (then.kind !== now.kind && then.code === now.code) report("sequence type", then.kind, now.kind);
  if (then.code !== now.code) report("genetic code", word(then.code), word(now.code));
  if (then.pool !== now.pool || then.positions !== now.positions) report("pooling", then.pool, now.pool);
  if (then.layers !== now.layers) report("layers", then.layers, now.layers);
  if (then.overlap !== now.overlap) report("overlap of windows", word(then.overlap, "default"), word(now.overlap, "default"));
  return found;
}

function word(value: number | null, none = "none"): string {
  return value === null ? none : String(value);
}
