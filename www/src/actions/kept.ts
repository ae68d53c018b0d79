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
import { viewOf } from "../session/view";
import { store } from "../state";
import { removeFolder, SessionFolder } from "../store/sessions";
import { openInput } from "./sequences";

/** Largest input that is kept beside the runs. */
const LARGEST_INPUT_BYTES = 64 * 1024 * 1024;
/** Changes that follow one another at once are written together. */
const PAUSE_MS = 300;

const queue = new Sequencer();
let folder: SessionFolder | null = null;
/** Names of the files of what is written, by what it is. */
const written = new Map<object, string>();
let made = 0;
let waiting: ReturnType<typeof setTimeout> | null = null;

/** Writes runs, labels and view as they change. */
export function watchKept(): void {
  let [runs, labels, map, selected, sequences, shown] = parts();
  store.subscribe(() => {
    const now = parts();
    if ([runs, labels, map, selected, sequences, shown].every((part, at) => part === now[at])) return;
    [runs, labels, map, selected, sequences, shown] = now;
    schedule();
  });
  // A tab that is hidden may never come back.
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && waiting !== null && void flush());
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

/** Writes what is new now; answers whether all of it is on the disk. */
export async function writeNow(): Promise<boolean> {
  await flush();
  return store.state.kept.error === null && folder !== null;
}

function flush(): Promise<void> {
  if (waiting !== null) clearTimeout(waiting);
  waiting = null;
  return queue.run(write);
}

/** Writes what is new and removes what is gone. */
async function write(): Promise<void> {
  const { runs, labels, kept } = store.state;
  if (!kept.on) return;
  try {
    folder ??= await SessionFolder.open();
    if (folder === null) return;
    const input = openInput();
    const inputs = input === null || size(input) > LARGEST_INPUT_BYTES ? [] : input.files;
    const wanted = new Set<object>([...runs, ...labels.tables.map(({ file }) => file), ...inputs]);
    for (const one of [...written.keys()]) if (!wanted.has(one)) await discard(folder, one);
    for (const run of runs) if (!written.has(run)) await keep(folder, run);
    for (const { file } of labels.tables) if (!written.has(file)) await keepFile(folder, file, "labels");
    for (const file of inputs) if (!written.has(file)) await keepFile(folder, file, "input");
    await folder.write(OVERVIEW, stringify(overview(input, inputs)));
    const bytes = [...(await folder.list()).values()].reduce((sum, one) => sum + one, 0);
    store.patch("kept", { bytes, error: null });
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
  }
}

function overview(input: KeptInput | null, inputs: readonly Blob[]): Overview {
  const { runs, labels, sequences, model } = store.state;
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
