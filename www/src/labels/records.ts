/** The records that label tables are matched to: those of the open sequences, or those of a kept run. */
import type { StoredRun } from "../analysis/state";
import type { SequencesReport } from "../protocol";
import type { State } from "../state";
import type { SetReport } from "../worker/several";

/** Names of records, each list the same object as long as the records are the same. */
export interface Records {
  /** All names that a table may have a row for: the counted records, then others that these go by. */
  ids: readonly string[];
  /** Names as they stand in the files, for records that the page had to distinguish. */
  given: ReadonlyMap<string, string>;
  /** The records that are counted. */
  counted: readonly string[];
}

const ofReports = new WeakMap<SequencesReport, Records>();
const ofRuns = new WeakMap<StoredRun, Records>();

/** The records of the open sequences. */
export function openRecords({ sequences }: State): Records | null {
  const report: SetReport | null = sequences.report;
  if (report === null) return null;
  const known = ofReports.get(report);
  if (known !== undefined) return known;
  const records = named(report.ids, [report]);
  ofReports.set(report, records);
  return records;
}

/** The records of a kept run, and those of the files that it was computed from: a domain `id/3` has the labels of `id`. */
export function runRecords(run: StoredRun): Records {
  const known = ofRuns.get(run);
  if (known !== undefined) return known;
  const records = named(run.ids, run.metadata);
  ofRuns.set(run, records);
  return records;
}

function named(counted: readonly string[], files: readonly { ids: readonly string[]; given?: readonly string[] }[]): Records {
  const given = new Map<string, string>();
  for (const { ids, given: names } of files)
    ids.forEach((id, row) => {
      const name = names?.[row];
      if (name !== undefined && name !== id) given.set(id, name);
    });
  const all = new Set(counted);
  for (const id of counted) if (/\/\d+$/.test(id)) all.add(id.replace(/\/\d+$/, ""));
  for (const name of given.values()) all.add(name);
  // The list itself, where it is all: then rows with the same id keep their places.
  return { ids: all.size === new Set(counted).size ? counted : [...counted, ...[...all].slice(new Set(counted).size)], given, counted };
}
