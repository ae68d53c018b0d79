/**
 * What outlives the tab. Runs, labels and the view are written as they change; `resume.ts` puts them back, if asked.
 * Nothing here can fail a computation: what cannot be kept is said in a sentence.
 */
import type { StoredRun } from "../analysis/state";
import { toError } from "../error";
import { shownRun } from "../metadata";
import { Sequencer } from "../sequencer";
import { encodeRun, stringify } from "../session/codec";
import { OVERVIEW, type KeptFile, type KeptInput, type Overview } from "../session/overview";
import { encodeHead, seal, type UnfinishedRun } from "../session/unfinished";
import { viewOf } from "../session/view";
import { store } from "../state";
import { removeFolder, SessionFolder } from "../store/sessions";
import { openInput } from "./sequences";

/** Largest input that is kept beside the runs. */
const LARGEST_INPUT_BYTES = 64 * 1024 * 1024;
/** Changes that follow one another at once are written together. */
const PAUSE_MS = 300;
/** Rows that are finished are written about so often while a run is under way. */
const ROWS_MS = 2000;

const queue = new Sequencer();
let folder: SessionFolder | null = null;
/** Names of the files of what is written, by what it is. */
const written = new Map<object, string>();
/** How many parts of a run that has not ended are written, and in how many batches. */
const batches = new WeakMap<object, { parts: number; count: number }>();
let made = 0;
let waiting: ReturnType<typeof setTimeout> | null = null;
let rowsWaiting: ReturnType<typeof setTimeout> | null = null;

/** Writes runs, labels and view as they change. */
export function watchKept(): void {
  let [runs, labels, map, selected, sequences, shown] = parts();
  let { unfinished } = store.state;
  store.subscribe(() => {
    if (unfinished !== store.state.unfinished) {
      const fewer = store.state.unfinished.length < unfinished.length;
      unfinished = store.state.unfinished;
      if (fewer) schedule();
      else scheduleRows();
    }
    const now = parts();
    if ([runs, labels, map, selected, sequences, shown].every((part, at) => part === now[at])) return;
    [runs, labels, map, selected, sequences, shown] = now;
    schedule();
  });
  // A tab that is hidden may never come back.
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && (waiting ?? rowsWaiting) !== null && void flush());
}

function parts(): [unknown, unknown, unknown, unknown, unknown, unknown] {
  const { runs, labels, map, selected, sequences, run } = store.state;
  return [runs, labels.tables, map, selected, sequences.report, run.shown];
}

function schedule(): void {
  if (!store.state.kept.on || (store.state.runs.length === 0 && folder === null)) return;
  if (waiting !== null) clearTimeout(waiting);
  waiting = setTimeout(() => void flush(), PAUSE_MS);
}

/** New rows follow one another without a pause: they are written while more come. */
function scheduleRows(): void {
  if (store.state.kept.on) rowsWaiting ??= setTimeout(() => void flush(), ROWS_MS);
}

/** Writes what is new now; answers whether all of it is on the disk. */
export async function writeNow(): Promise<boolean> {
  await flush();
  return store.state.kept.error === null && folder !== null;
}

function flush(): Promise<void> {
  if (waiting !== null) clearTimeout(waiting);
  if (rowsWaiting !== null) clearTimeout(rowsWaiting);
  [waiting, rowsWaiting] = [null, null];
  return queue.run(write);
}

/** Writes what is new and removes what is gone. */
async function write(): Promise<void> {
  const { runs, labels, kept, unfinished } = store.state;
  if (!kept.on) return;
  try {
    folder ??= await SessionFolder.open();
    if (folder === null) return;
    const input = openInput();
    const inputs = input === null || size(input) > LARGEST_INPUT_BYTES ? [] : input.files;
    const wanted = new Set<object>([...runs, ...unfinished.map(({ rows }) => rows), ...labels.tables.map(({ file }) => file), ...inputs]);
    for (const one of [...written.keys()]) if (!wanted.has(one)) await discard(folder, one);
    for (const run of runs) if (!written.has(run)) await keep(folder, run);
    for (const { file } of labels.tables) if (!written.has(file)) await keepFile(folder, file, "labels");
    for (const file of inputs) if (!written.has(file)) await keepFile(folder, file, "input");
    for (const run of unfinished) await keepRows(folder, run);
    await folder.write(OVERVIEW, stringify(overview(input, inputs)));
    const bytes = [...(await folder.list()).values()].reduce((sum, one) => sum + one, 0);
    store.patch("kept", { bytes, error: null });
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
  }
}

function overview(input: KeptInput | null, inputs: readonly Blob[]): Overview {
  const { runs, labels, sequences, model, unfinished } = store.state;
  const shown = shownRun(store.state);
  const file = shown === null ? undefined : written.get(shown);
  const files = (list: readonly Blob[]): KeptFile[] =>
    list.flatMap((one) => {
      const kept = written.get(one);
      return kept === undefined ? [] : [[kept, one instanceof File ? one.name : ""] as const];
    });
  const { files: _files, ...reading } = input ?? { files: [] };
  const builtin = /^built-in (.+)$/.exec(model.report?.source ?? "")?.[1] ?? null;
  return {
    title: title(runs),
    saved: Date.now(),
    runs: runs.flatMap((run) => written.get(run) ?? []),
    unfinished: unfinished.flatMap(({ rows, key, finished, total }) => {
      const name = written.get(rows);
      return name === undefined ? [] : [{ name, sequences: key.sequences, finished, total }];
    }),
    labels: files(labels.tables.map(({ file }) => file)),
    view: shown === null || file === undefined ? null : viewOf(store.state, shown, file),
    input:
      input === null || inputs.length === 0
        ? null
        : { files: files(inputs), reading: reading as Omit<KeptInput, "files">, number: sequences.input, pasted: !(input.files[0] instanceof File) },
    demonstration: builtin,
  };
}

/** `venom-families.fasta, 120 sequences (esm2-demo), and 2 more`. */
function title(runs: readonly StoredRun[]): string {
  const last = runs.at(-1);
  if (last === undefined) return "";
  const what = last.settings?.sequences ?? last.name;
  const more = runs.length > 1 ? `, and ${runs.length - 1} more` : "";
  return `${what}, ${last.ids.length} vectors${last.settings === null ? "" : ` (${last.model})`}${more}`;
}

async function keep(into: SessionFolder, run: StoredRun): Promise<void> {
  made += 1;
  const name = `run-${made}`;
  const { text, tables } = encodeRun(run, name);
  for (const [file, numbers] of tables) await into.write(file, numbers);
  // The tables are whole before the run is named.
  await into.write(`${name}.json`, text);
  written.set(run, name);
}

/** Writes the rows of a run that has not ended, those that are new, as one batch. */
async function keepRows(into: SessionFolder, { rows, key, digest }: UnfinishedRun): Promise<void> {
  const name = written.get(rows) ?? `unfinished-${(made += 1)}`;
  if (!written.has(rows)) await into.write(`${name}.json`, encodeHead({ key, total: rows.total ?? 0, digest: await digest }));
  written.set(rows, name);
  const { parts, count } = batches.get(rows) ?? { parts: 0, count: 0 };
  const fresh = rows.parts.slice(parts);
  if (fresh.length === 0) return;
  await into.write(`${name}-${count + 1}`, await seal(fresh));
  batches.set(rows, { parts: parts + fresh.length, count: count + 1 });
}

async function keepFile(into: SessionFolder, file: Blob, kind: string): Promise<void> {
  made += 1;
  const name = `${kind}-${made}`;
  await into.write(name, file);
  written.set(file, name);
}

async function discard(from: SessionFolder, one: object): Promise<void> {
  const name = written.get(one);
  written.delete(one);
  if (name === undefined) return;
  for (const file of (await from.list()).keys())
    if (file === name || file === `${name}.json` || file.startsWith(`${name}-`)) await from.remove(file);
}

/** Deletes everything that is kept, of this and of earlier visits; this visit is not kept from then on. */
export async function forgetAllKept(): Promise<void> {
  store.patch("kept", { on: false });
  await queue.run(async () => {
    await folder?.destroy();
    folder = null;
    written.clear();
    for (const { rows } of store.state.unfinished) batches.delete(rows);
  });
  for (const { key } of store.state.kept.sessions) await removeFolder(key).catch(() => undefined);
  store.patch("kept", { sessions: [], bytes: null });
}

/** Keeps this visit again. */
export function keepAgain(): void {
  store.patch("kept", { on: true, error: null });
  schedule();
}

function size({ files }: KeptInput): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}
