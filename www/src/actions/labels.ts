/**
 * Label tables. They belong to the session, not to a file of sequences: each is matched by id to whatever is shown, so
 * labels can be given before the sequences or after a run, and stay when the same records are read another way.
 */
import type { StoredRun } from "../analysis/state";
import { analyses } from "../engine";
import { CrossgrainError, toError } from "../error";
import { mergeLabels } from "../labels/merge";
import { openRecords, runRecords, type Records } from "../labels/records";
import { shownRun } from "../metadata";
import type { LabelsReport } from "../protocol";
import { store, type LabelTable } from "../state";
import { colourBy } from "./map";

let made = 0;
/** Answers of the reader, by table and by list of ids. */
const read = new WeakMap<Blob, WeakMap<readonly string[], LabelsReport>>();
let matching = 0;

/** Adds label tables and colours by the first column that says something about the records on show. */
export async function addLabels(files: readonly File[]): Promise<void> {
  for (const file of files) await addTable(file);
}

/** Puts back the tables of an earlier visit: nothing is coloured by them, and one that fits nothing is no error. */
export async function restoreLabels(files: readonly File[]): Promise<void> {
  const tables: LabelTable[] = [];
  for (const file of files) {
    const report = await reportOf(file, file.name, []).catch(() => null);
    if (report === null || store.state.labels.tables.some(({ name }) => name === file.name)) continue;
    made += 1;
    tables.push({ key: made, name: file.name, file, matched: null, columns: report.columns });
  }
  store.patch("labels", { tables: [...store.state.labels.tables, ...tables] });
  await matchLabels();
}

async function addTable(file: File): Promise<void> {
  store.patch("labels", { error: null });
  try {
    const subject = onShow();
    const report = await reportOf(file, file.name, subject?.ids ?? []);
    const open = openRecords(store.state);
    const later = open === null ? 0 : (await reportOf(file, file.name, open.ids)).matched;
    made += 1;
    const table: LabelTable = {
      key: made,
      name: file.name,
      file,
      matched: subject === null ? null : report.matched,
      columns: report.columns,
    };
    // The same table again replaces itself, as after an edit.
    const others = store.state.labels.tables.filter(({ name }) => name !== file.name);
    store.patch("labels", { tables: [...others, table] });
    await matchLabels();
    if (subject !== null && report.matched === 0 && later === 0) throw unmatched(file.name, subject.ids);
    const first = store.state.labels.report?.columns.find((name) => report.columns.includes(name));
    if (subject !== null && first !== undefined) colourBy(`label:${first}`);
  } catch (thrown) {
    store.patch("labels", { error: toError(thrown) });
  }
}

/** Takes a table away. */
export async function removeLabels(key: number): Promise<void> {
  store.patch("labels", { tables: store.state.labels.tables.filter((table) => table.key !== key), error: null });
  await matchLabels();
}

/** Matches all tables to the records on show and to the open sequences. */
export async function matchLabels(): Promise<void> {
  matching += 1;
  const mine = matching;
  const { tables } = store.state.labels;
  const [shown, open] = [onShow(), openRecords(store.state)];
  const known = (records: Records | null): LabelsReport | null =>
    records === null || tables.length === 0 ? null : mergeLabels(tables.map((table) => stored(table, records)), records);
  for (const records of [shown, open]) {
    if (records === null) continue;
    for (const { file, name } of tables) await reportOf(file, name, records.ids).catch(() => undefined);
    if (mine !== matching) return;
  }
  store.patch("labels", {
    name: tables.map(({ name }) => name).join(", "),
    ids: shown?.counted ?? [],
    report: known(shown),
    open: shown === open ? known(shown) : known(open),
    tables: tables.map((table) => ({ ...table, matched: shown === null ? null : stored(table, shown).report?.matched ?? 0 })),
  });
}

/** Matches the tables again whenever other records are shown or opened. */
export function watchLabels(): void {
  let [run, sequences]: [StoredRun | null, unknown] = [null, null];
  store.subscribe(() => {
    const now = shownRun(store.state);
    const { report } = store.state.sequences;
    if (now === run && report === sequences) return;
    [run, sequences] = [now, report];
    if (store.state.labels.tables.length > 0) void matchLabels();
  });
}

/** The records on show: those of the shown run, otherwise those of the open sequences. */
function onShow(): Records | null {
  const run = shownRun(store.state);
  return run === null ? openRecords(store.state) : runRecords(run);
}

function stored({ name, file }: LabelTable, { ids }: Records): { name: string; report: LabelsReport | null } {
  return { name, report: read.get(file)?.get(ids) ?? null };
}

async function reportOf(file: Blob, name: string, ids: readonly string[]): Promise<LabelsReport> {
  const known = read.get(file)?.get(ids);
  if (known !== undefined) return known;
  // Without records the table is only looked at.
  const report = await analyses.readLabels(file, name, ids);
  const byIds = read.get(file) ?? new WeakMap<readonly string[], LabelsReport>();
  byIds.set(ids, report);
  read.set(file, byIds);
  return report;
}

function unmatched(file: string, ids: readonly string[]): CrossgrainError {
  const some = ids.slice(0, 3).join(", ");
  return new CrossgrainError({
    code: "labels.no_match",
    message: `no id of the label table is an id of the sequences (${some}${ids.length > 3 ? ", …" : ""})`,
    where: { file },
    hint: "the first column must hold the ids of the sequences; the table stays listed for other sequences, and labels of other tables stay as they are",
  });
}
