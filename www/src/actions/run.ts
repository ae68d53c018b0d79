/** Whether embedding can start, and what is in its way. */
import { GRANULARITIES, type GranularityNames, type SequenceKind } from "../protocol";
import type { State } from "../state";

/** Why embedding cannot start now, in words; null when it can. */
export function obstacle(state: State): string | null {
  if (state.engine.phase === "failed") return "The engine did not start.";
  if (state.model.phase === "loading" || state.model.phase === "downloading") return "The model is still loading.";
  if (state.model.report === null) return "Choose a model first.";
  if (state.sequences.phase === "reading") return "The sequences are still being read.";
  const sequences = state.sequences.report;
  if (sequences === null || sequences.count === 0) return "Add sequences first.";
  if (mismatch(state)) return `The model reads ${noun(reads(state))}, and these are ${noun(sequences.kind)}.`;
  if (atPositions(state) && state.options.positions === null) return "Choose a table of positions.";
  if (state.engine.phase !== "ready") return "The engine is starting.";
  return null;
}

/** How sequences of a kind are called. */
export function namesOf(kind: SequenceKind): GranularityNames {
  return Object.values(GRANULARITIES).find((names) => names.kind === kind) ?? GRANULARITIES.protein;
}

/** A kind of sequences in a sentence. */
export function noun(kind: SequenceKind): string {
  return namesOf(kind).noun;
}

/** What the loaded model reads. */
export function reads(state: State): SequenceKind {
  return GRANULARITIES[state.model.report?.granularity ?? "protein"].kind;
}

/** Whether the loaded model reads another kind of sequences. */
export function mismatch(state: State): boolean {
  const { model, sequences } = state;
  return model.report !== null && sequences.report !== null && sequences.report.kind !== reads(state);
}

/** Whether the sequences could be read by the model if they were translated. */
export function translatable(state: State): boolean {
  return mismatch(state) && state.sequences.report?.kind === "dna" && reads(state) === "protein";
}

/** Whether the sequences are proteins of a GenBank file, which need not name the genetic code of its genes. */
export function genesOfGenbank({ sequences, files }: State): boolean {
  const open = files.filter(({ role, phase }) => role === "sequences" && phase === "taken");
  return sequences.report?.kind === "protein" && open.some(({ set }) => set === "genbank");
}

/** Whether vectors are pooled over chosen positions. */
export function atPositions(state: State): boolean {
  return state.options.pool === "positions" || state.options.pool === "positions-in-order";
}
