/** Embedding: start, progress, cancel, and the map that follows a finished run. What a run has finished is never lost. */
import { engine } from "../engine";
import { CrossgrainError, toError } from "../error";
import type { EmbedReport, EmbedRequest, MethodsRecord, Pool } from "../protocol";
import { FinishedRows } from "../run/finished-rows";
import { digestOf, type RunKey, type UnfinishedRun } from "../session/unfinished";
import { store, type State } from "../state";
import { showRun } from "./join";
import { keepPositions } from "./positions";
import { obstacle } from "./run";
import { keepRun } from "./runs";
import { openInput } from "./sequences";

let made = 0;

/** Embeds the current sequences with the current model. What is shown stays until the new rows are there. */
export async function embed(): Promise<void> {
  if (obstacle(store.state) !== null || store.state.run.phase === "running") return;
  await compute(unfinishedRun(keyNow(store.state), digestNow(), new FinishedRows()));
}

/** A run that has not ended, with a number of its own. */
export function unfinishedRun(key: RunKey, digest: Promise<string>, rows: FinishedRows): UnfinishedRun {
  made += 1;
  return { id: made, key, digest, rows, finished: rows.count, total: rows.total ?? 0 };
}

/** What a run that starts now computes. */
export function keyNow({ sequences, model, options }: State): RunKey {
  const { kind, code, translated } = sequences;
  const { name = "", weightsSha256 = "", precision = "f32" } = model.report ?? {};
  return { sequences: sequences.name, reading: { kind, code, translated }, model: { name, weightsSha256, precision }, options };
}

/** The hash of the open sequences. */
export function digestNow(): Promise<string> {
  return digestOf(openInput()?.files ?? [], `input ${store.state.sequences.input}`);
}

/** Computes what is missing of a run and shows it. Its rows are listed as unfinished until it has ended. */
export async function compute(run: UnfinishedRun): Promise<void> {
  // The engine drops its rows as it starts; the page has kept them.
  store.patch("run", { phase: "running", error: null, held: null, survived: [], current: run.id });
  run.rows.onAdd = () => list(run);
  const left: string[] = [];
  try {
    const answer = await engine.embed(requestOf(run.key), showProgress, {
      finished: run.rows,
      onInterrupted: ({ sentence }) => store.patch("run", { survived: [...store.state.run.survived, sentence] }),
      onLeft: (record) => left.push(store.state.sequences.report?.ids[record] ?? `record ${record + 1}`),
    });
    if (answer.cancelled) return store.patch("run", { phase: "cancelled" });
    const methods = await engine.call((worker) => worker.methods());
    const held = await keepAndShow(run, { ...answer, ids: named(answer.ids, store.state) }, { ...methods, ...history(run.rows) });
    if (held !== null) store.patch("run", { held });
    await ended(run);
  } catch (thrown) {
    const error = left.length > 0 ? withoutSome(toError(thrown), left) : toError(thrown);
    if (error.code === "engine.cancelled") store.patch("run", { phase: "cancelled" });
    else store.patch("run", { phase: "failed", error });
  } finally {
    run.rows.onAdd = undefined;
    store.set("embedding", { progress: null });
    store.patch("run", { current: null });
    await tidy(run);
  }
}

/** The error of a run in which some sequences cannot be computed on this device. */
function withoutSome({ message }: CrossgrainError, left: readonly string[]): CrossgrainError {
  const [record = ""] = left;
  return new CrossgrainError({
    code: "run.left_out",
    message: `${left.length === 1 ? "one sequence" : `${left.length} sequences (${left.join(", ")})`} could not be computed: ${message}`,
    where: { record },
    hint: "all others are finished: use them, or take out or shorten what failed and embed again",
  });
}

/** Keeps the rows that the engine holds as a run and shows it; answers its number if the engine's rows are the run's. */
export async function keepAndShow(
  { key }: UnfinishedRun,
  report: EmbedReport,
  methods: MethodsRecord,
  records: readonly number[] | null = null,
): Promise<number | null> {
  const { pool, positions } = key.options;
  const chosen = pool === "positions" || pool === "positions-in-order";
  const id = chosen
    ? await keepPositions(report, methods, positions?.text ?? "", pool === "positions-in-order")
    : await keepRun(report, methods, records);
  store.patch("run", { phase: "done" });
  await showRun(id);
  return chosen ? null : id;
}

/** The rows of a run that has ended are listed as a run, not as unfinished; so are those of the same run begun before. */
export async function ended(run: UnfinishedRun): Promise<void> {
  forget((await sameRuns(run)).map(({ id }) => id));
}

/** A run that was begun twice is listed once, with the most rows. */
async function tidy(run: UnfinishedRun): Promise<void> {
  const [, ...others] = (await sameRuns(run)).sort((a, b) => b.finished - a.finished);
  forget(others.map(({ id }) => id));
}

/** All unfinished runs that compute what this one does, itself included. */
async function sameRuns({ key, digest }: UnfinishedRun): Promise<UnfinishedRun[]> {
  const text = JSON.stringify(key);
  const alike = store.state.unfinished.filter((one) => JSON.stringify(one.key) === text);
  const hash = await digest;
  const same = await Promise.all(alike.map(async (one) => (await one.digest) === hash));
  return alike.filter((_, at) => same[at]);
}

/** Gives up the rows of runs. */
export function forget(ids: readonly number[]): void {
  const left = store.state.unfinished.filter(({ id }) => !ids.includes(id));
  if (left.length < store.state.unfinished.length) store.set("unfinished", left);
}

/** Lists a run, or lists it with its new rows. */
export function list(run: UnfinishedRun): void {
  const now = { ...run, finished: run.rows.count, total: run.rows.total ?? 0 };
  const { unfinished } = store.state;
  const known = unfinished.some(({ id }) => id === run.id);
  store.set("unfinished", known ? unfinished.map((one) => (one.id === run.id ? now : one)) : [...unfinished, now]);
}

/** What happened to a run, for its methods record: what it survived, and what computed how many sequences, if that changed. */
export function history(rows: FinishedRows): object {
  const { survived } = store.state.run;
  const devices = rows.devices();
  return {
    ...(survived.length > 0 ? { interruptions: survived } : {}),
    ...(devices.length > 1 ? { computedBy: devices } : {}),
  };
}

/** The names of the records as the page knows them: those of several files are kept distinct. */
export function named(ids: string[], { sequences }: State): string[] {
  const known = sequences.report?.ids;
  return known?.length === ids.length ? known : ids;
}

/** The request to the engine. */
export function requestOf({ options }: RunKey): EmbedRequest {
  const { layers, pool, overlap } = options;
  return { layers, pool: pooling(pool), ...(overlap === null ? {} : { overlap }) };
}

/** Chosen positions are pooled from rows per residue. */
function pooling(pool: State["options"]["pool"]): Pool {
  return pool === "positions" || pool === "positions-in-order" ? "none" : pool;
}

function showProgress(progress: State["embedding"]["progress"]): void {
  if (store.state.run.phase === "running") store.set("embedding", { progress });
}

/** Stops the run. */
export async function cancel(): Promise<void> {
  if (store.state.run.phase !== "running") return;
  store.patch("run", { phase: "cancelling" });
  await engine.cancel();
}
