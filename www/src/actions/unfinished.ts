/** Runs that have not ended: gone on with, used as they are, or deleted. */
import { engine } from "../engine";
import { CrossgrainError, toError } from "../error";
import { decodeHead, unseal, type RunKey, type UnfinishedRun } from "../session/unfinished";
import { FinishedRows } from "../run/finished-rows";
import { store, type State } from "../state";
import type { SessionFolder } from "../store/sessions";
import { compute, digestNow, ended, history, keepAndShow, keyNow, list, named, requestOf, unfinishedRun } from "./embed";
import { obstacle } from "./run";

/** Computes what is missing of a run. */
export async function continueRun(id: number): Promise<void> {
  const run = await ready(id);
  if (run === null) return;
  store.set("options", run.key.options);
  await compute(run);
}

/** Makes a run of the sequences that are finished. */
export async function useFinished(id: number): Promise<void> {
  const run = await ready(id);
  if (run === null) return;
  const { rows, key } = run;
  store.set("options", key.options);
  store.patch("run", { phase: "running", error: null, held: null, survived: [], current: run.id });
  try {
    const whole = await engine.finish(requestOf(key), rows);
    const methods = await engine.call((worker) => worker.methods());
    const ids = named(whole.ids, store.state);
    const records = ids.flatMap((_, record) => (whole.windows[record] === 0 ? [] : [record]));
    const of = (numbers: Uint32Array): Uint32Array => Uint32Array.from(records, (record) => numbers[record] ?? 0);
    const report = {
      ...whole,
      ids: records.map((record) => ids[record] ?? ""),
      windows: of(whole.windows),
      lengths: of(whole.lengths),
      // A record without rows begins where it ends.
      offsets: Uint32Array.from([...of(whole.offsets), whole.rows]),
      unique: rows.count,
      finished: records.length,
    };
    const sequences = { ...methods.sequences, records: records.length, distinct: rows.count };
    const notEmbedded = ids.length - records.length;
    // The engine holds these rows beside records that have none, so that they are saved from here.
    await keepAndShow(run, report, { ...methods, sequences, ...history(rows), ...{ notEmbedded } }, records);
    if (notEmbedded === 0) await ended(run);
  } catch (thrown) {
    store.patch("run", { phase: "failed", error: toError(thrown) });
  } finally {
    store.patch("run", { current: null });
  }
}

/** Lists the runs of an earlier visit that had not ended; answers their numbers by their names. */
export async function restoreUnfinished(from: SessionFolder, names: readonly string[]): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const files = [...(await from.list()).keys()].sort(new Intl.Collator("en", { numeric: true }).compare);
  for (const name of names) {
    const head = decodeHead((await (await from.read(`${name}.json`))?.text()) ?? "");
    if (head === null) continue;
    const rows = new FinishedRows();
    rows.total = head.total;
    for (const file of files.filter((one) => one.startsWith(`${name}-`))) {
      const batch = await from.read(file);
      // A batch whose seal is broken costs its own rows only: they are computed again.
      for (const part of (batch === null ? null : await unseal(batch)) ?? []) rows.put(part);
    }
    const run = unfinishedRun(head.key, Promise.resolve(head.digest), rows);
    list(run);
    found.set(name, run.id);
  }
  return found;
}

/** The run, if its model and its sequences are open; what is missing is said. */
async function ready(id: number): Promise<UnfinishedRun | null> {
  const run = store.state.unfinished.find((one) => one.id === id);
  if (run === undefined || store.state.run.phase === "running" || store.state.run.phase === "cancelling") return null;
  const error = (await otherThings(run, store.state)) ?? blocked(run.key);
  if (error !== null) store.patch("run", { error });
  return error === null ? run : null;
}

/** What is open that is not what the run was begun with. */
async function otherThings({ key, digest }: UnfinishedRun, state: State): Promise<CrossgrainError | null> {
  const now = keyNow(state);
  const { model, sequences } = key;
  if (JSON.stringify(now.model) !== JSON.stringify(model))
    return new CrossgrainError({
      code: "run.other_model",
      message: `this run was begun with the model ${model.name} (${model.precision}), which is not the one in use`,
      hint: "load that model with the same precision, then continue",
    });
  const same = JSON.stringify(now.reading) === JSON.stringify(key.reading) && (await digest) === (await digestNow());
  if (same) return null;
  return new CrossgrainError({
    code: "run.other_sequences",
    message: `this run was begun with the sequences of ${sequences}, which are not the ones that are open`,
    hint: "open that file again, read in the same way, then continue",
  });
}

/** Why nothing can be embedded now. */
function blocked({ options }: RunKey): CrossgrainError | null {
  const why = obstacle({ ...store.state, options });
  return why === null ? null : new CrossgrainError({ code: "run.not_ready", message: why, hint: "continue when the engine is ready" });
}
