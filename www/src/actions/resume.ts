/** Earlier visits: what they have left is listed, put back when asked for, and deleted. */
import type { StoredRun } from "../analysis/state";
import { toError } from "../error";
import { decodeRun } from "../session/codec";
import { overviewIn, type Overview } from "../session/overview";
import { mapOf } from "../session/view";
import { store, type KeptSession } from "../state";
import { demonstration } from "../store/demonstrations";
import { keptFolders, removeFolder, SessionFolder } from "../store/sessions";
import { prepareView, showRun } from "./join";
import { writeNow } from "./kept";
import { restoreLabels } from "./labels";
import { loadBuiltin } from "./model";
import { add } from "./runs";
import { readKept } from "./sequences";
import { continueRun, restoreUnfinished } from "./unfinished";

/** Lists what earlier visits have left. */
export async function listKept(): Promise<void> {
  try {
    const sessions: KeptSession[] = [];
    for (const { key, bytes } of await keptFolders()) {
      const overview = await overviewOf(key);
      const { unfinished = [] } = overview ?? {};
      if (overview === null || overview.runs.length + unfinished.length === 0) await removeFolder(key);
      else sessions.push({ key, bytes, title: overview.title, saved: overview.saved, unfinished });
    }
    store.patch("kept", { sessions: sessions.sort((a, b) => b.saved - a.saved) });
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
  }
}

/** Puts back what an earlier visit has left. It is removed there once this visit has written it. On request its last run goes on. */
export async function resume(key: string, goOn = false): Promise<void> {
  const last = await putBack(key);
  if (goOn && last !== null) await continueRun(last);
}

/** Answers the number of the last run that had not ended, if there is one. */
async function putBack(key: string): Promise<number | null> {
  store.patch("kept", { busy: true, error: null });
  try {
    const from = await SessionFolder.open(key, false).catch(() => null);
    const overview = from === null ? null : await overviewIn(from);
    if (from === null || overview === null) {
      await listKept();
      return null;
    }
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
    const unfinished = await restoreUnfinished(from, (overview.unfinished ?? []).map(({ name }) => name));
    await showView(overview, ids);
    const written = await writeNow();
    const sessions = store.state.kept.sessions.filter((one) => one.key !== key);
    if (written) await from.destroy();
    else from.close();
    store.patch("kept", { sessions });
    return [...unfinished.values()].at(-1) ?? null;
  } catch (thrown) {
    store.patch("kept", { error: toError(thrown) });
    return null;
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

async function overviewOf(key: string): Promise<Overview | null> {
  const opened = await SessionFolder.open(key, false).catch(() => null);
  if (opened === null) return null;
  const found = await overviewIn(opened);
  opened.close();
  return found;
}

/** A copy under the name that the file had: the folder is removed while the page may still read. */
async function copy(file: File, name: string): Promise<File> {
  return new File([await file.arrayBuffer()], name);
}
