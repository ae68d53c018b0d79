/**
 * What outlives the tab. Runs, labels and the view are written as they change; after a reload they are offered,
 * never put back unasked. Nothing here can fail a computation: what cannot be kept is said in a sentence.
 */
import type { StoredRun } from "../analysis/state";
import { toError } from "../error";
import { shownRun } from "../metadata";
import { Sequencer } from "../sequencer";
import { decodeRun, encodeRun, parse, stringify } from "../session/codec";
import { mapOf, viewOf, type KeptView } from "../session/view";
import { store, type KeptSession } from "../state";
import { demonstration } from "../store/demonstrations";
import { keptFolders, removeFolder, SessionFolder } from "../store/sessions";
import { prepareView, showRun } from "./join";
import { restoreLabels } from "./labels";
import { loadBuiltin } from "./model";
import { add } from "./runs";
import { openInput, readKept, type KeptInput } from "./sequences";

const OVERVIEW = "session.json";
/** Largest input that is kept beside the runs. */
const LARGEST_INPUT_BYTES = 64 * 1024 * 1024;
/** Changes that follow one another at once are written together. */
const PAUSE_MS = 300;

/** A file of the user: under which name it is kept, and its own. */
type KeptFile = readonly [kept: string, name: string];

/** What a session says of itself. */
interface Overview {
  title: string;
  saved: number;
  runs: readonly string[];
  labels: readonly KeptFile[];
  view: KeptView | null;
  input: { files: readonly KeptFile[]; reading: Omit<KeptInput, "files">; number: number; pasted: boolean } | null;
  demonstration: string | null;
}

const queue = new Sequencer();
let folder: SessionFolder | null = null;
/** Names of the files of what is written, by what it is. */
const written = new Map<object, string>();
let made = 0;
let waiting: ReturnType<typeof setTimeout> | null = null;

/** Lists what earlier visits have left. */
export async function listKept(): Promise<void> {
  try {
    const sessions: KeptSession[] = [];
    for (const { key, bytes } of await keptFolders()) {
      const overview = await overviewOf(key);
      if (overview === null || overview.runs.length === 0) await removeFolder(key);
      else sessions.push({ key, bytes, title: overview.title, saved: overview.saved });
    }
    store.patch("kept", { sessions: sessions.sort((a, b) => b.saved - a.saved) });
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
  }
}

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

/** Puts back what an earlier visit has left. It is removed there once this visit has written it. */
export async function resume(key: string): Promise<void> {
  store.patch("kept", { busy: true, error: null });
  try {
    const from = await SessionFolder.open(key, false).catch(() => null);
    const overview = from === null ? null : await overviewIn(from);
    if (from === null || overview === null) return void (await listKept());
    const back = await runsOf(from, overview);
    await inputOf(from, overview);
    const number = store.state.sequences.input;
    const ids = new Map<string, number>();
    for (const [name, run] of back) {
      // Inputs are numbered again in each visit.
      const settings = run.settings === null ? null : { ...run.settings, input: run.settings.input === overview.input?.number ? number : -1 };
      ids.set(name, add({ ...run, settings }));
    }
    const tables: File[] = [];
    for (const [kept, name] of overview.labels) {
      const file = await from.read(kept);
      if (file !== null) tables.push(await copy(file, name));
    }
    await restoreLabels(tables);
    await showView(overview, ids);
    await flush();
    const sessions = store.state.kept.sessions.filter((one) => one.key !== key);
    if (store.state.kept.error === null && folder !== null) await from.destroy();
    else from.close();
    store.patch("kept", { sessions });
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
  } finally {
    store.patch("kept", { busy: false });
  }
}

async function runsOf(from: SessionFolder, { runs }: Overview): Promise<Map<string, Omit<StoredRun, "id">>> {
  const found = new Map<string, Omit<StoredRun, "id">>();
  for (const name of runs) {
    const text = await (await from.read(`${name}.json`))?.text();
    const run = text === undefined ? null : await decodeRun(text, (file) => from.read(file));
    if (run !== null) found.set(name, run);
  }
  return found;
}

/** Reads the sequences again, with the model of the site that was in use, so that the work can go on. */
async function inputOf(from: SessionFolder, { input, demonstration: id }: Overview): Promise<void> {
  if (id !== null && demonstration(id).id === id && store.state.model.report?.source !== `built-in ${id}`) await loadBuiltin(id);
  if (input === null) return;
  const files: Blob[] = [];
  for (const [kept, name] of input.files) {
    const file = await from.read(kept);
    if (file === null) return;
    files.push(input.pasted ? new Blob([await file.arrayBuffer()]) : await copy(file, name));
  }
  await readKept({ ...input.reading, files });
}

async function showView({ view, runs }: Overview, ids: ReadonlyMap<string, number>): Promise<void> {
  const name = view?.run ?? runs.at(-1);
  const id = name === undefined ? undefined : (ids.get(name) ?? [...ids.values()].at(-1));
  const run = store.state.runs.find((one) => one.id === id);
  if (id === undefined || run === undefined) return;
  if (view !== null && view.run === name) {
    const at = view.selected === null ? -1 : run.ids.indexOf(view.selected);
    prepareView(id, mapOf(view, run), at < 0 ? null : at);
  }
  await showRun(id);
}

/** Deletes what one earlier visit has left. */
export async function forgetKept(key: string): Promise<void> {
  await removeFolder(key).catch(() => undefined);
  store.patch("kept", { sessions: store.state.kept.sessions.filter((one) => one.key !== key) });
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

async function overviewOf(key: string): Promise<Overview | null> {
  const opened = await SessionFolder.open(key, false).catch(() => null);
  if (opened === null) return null;
  const found = await overviewIn(opened);
  opened.close();
  return found;
}

async function overviewIn(opened: SessionFolder): Promise<Overview | null> {
  const text = await (await opened.read(OVERVIEW))?.text();
  const found = text === undefined ? null : (parse(text) as Partial<Overview> | null);
  return found !== null && Array.isArray(found.runs) && Array.isArray(found.labels) ? (found as Overview) : null;
}

/** A copy under the name that the file had: the folder is removed while the page may still read. */
async function copy(file: File, name: string): Promise<File> {
  return new File([await file.arrayBuffer()], name);
}

function size({ files }: KeptInput): number {
  return files.reduce((sum, file) => sum + file.size, 0);
}
