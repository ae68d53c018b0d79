/** Embedding: start, progress, cancel, and the map that follows a finished run. */
import { engine } from "../engine";
import { toError } from "../error";
import { GRANULARITIES, type GranularityNames, type Pool, type SequenceKind } from "../protocol";
import { store, type State } from "../state";
import { showRun } from "./join";
import { keepPositions } from "./positions";
import { keepRun } from "./runs";

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

/** Embeds the current sequences with the current model. What is shown stays until the new rows are there. */
export async function embed(): Promise<void> {
  if (obstacle(store.state) !== null || store.state.run.phase === "running") return;
  // The engine drops its rows as it starts; the page has kept them.
  store.patch("run", { phase: "running", error: null, held: null });
  try {
    const { layers, pool, positions, overlap } = store.state.options;
    const inOrder = pool === "positions-in-order";
    const request = { layers, pool: pooling(pool), ...(overlap === null ? {} : { overlap }) };
    const answer = await engine.embed(request, (progress) => {
      if (store.state.run.phase === "running") store.set("embedding", { progress });
    });
    if (answer.cancelled) {
      store.patch("run", { phase: "cancelled" });
      return;
    }
    const methods = await engine.call((worker) => worker.methods());
    const report = { ...answer, ids: named(answer.ids, store.state) };
    if (inOrder || pool === "positions") {
      const id = await keepPositions(report, methods, positions?.text ?? "", inOrder);
      store.patch("run", { phase: "done" });
      return await showRun(id);
    }
    const id = await keepRun(report, methods);
    store.patch("run", { phase: "done" });
    await showRun(id);
    store.patch("run", { held: id });
  } catch (thrown) {
    const error = toError(thrown);
    if (error.code === "engine.cancelled") store.patch("run", { phase: "cancelled" });
    else store.patch("run", { phase: "failed", error });
  } finally {
    store.set("embedding", { progress: null });
  }
}

/** The names of the records as the page knows them: those of several files are kept distinct. */
function named(ids: string[], { sequences }: State): string[] {
  const known = sequences.report?.ids;
  return known?.length === ids.length ? known : ids;
}

/** The request to the engine: chosen positions are pooled from rows per residue. */
function pooling(pool: State["options"]["pool"]): Pool {
  return pool === "positions" || pool === "positions-in-order" ? "none" : pool;
}

/** Stops the run. */
export async function cancel(): Promise<void> {
  if (store.state.run.phase !== "running") return;
  store.patch("run", { phase: "cancelling" });
  await engine.cancel();
}
