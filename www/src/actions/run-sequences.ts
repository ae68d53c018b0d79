/** The sequences of a kept run, as far as the open file still holds them. */
import type { StoredRun } from "../analysis/state";
import { engine } from "../engine";
import { CrossgrainError } from "../error";
import { shownRun } from "../metadata";
import type { SequenceRecord } from "../protocol";
import { store, type State } from "../state";

/** Whether the open file holds the letters of every record of the shown run: proteins or DNA, not lists of domains. */
export function hasSequences(state: State): boolean {
  const run = shownRun(state);
  const { report, input } = state.sequences;
  if (run === null || report === null || report.kind === "domains") return false;
  // A run of this visit knows which input it was made from; others are recognised by their names alone.
  if (run.settings !== null && run.settings.input >= 0 && run.settings.input !== input) return false;
  return known(report.ids, run.ids);
}

/** The sequences of some rows of a run, in their order. */
export async function sequencesOf(run: StoredRun, rows: readonly number[]): Promise<SequenceRecord[]> {
  const { report } = store.state.sequences;
  const ids = rows.map((row) => run.ids[row] ?? "");
  // Names may occur twice: the same records in the same order are taken by order.
  const inOrder = report !== null && report.ids.length === run.ids.length && report.ids.every((id, row) => id === run.ids[row]);
  const { records } = await engine.ask("records", inOrder ? {} : { ids });
  const found = inOrder ? rows.map((row) => records[row]) : records;
  if (found.length !== ids.length || found.some((one) => one === undefined))
    throw new CrossgrainError({
      code: "analysis.no_sequences",
      message: "the open file does not hold the sequences of these vectors",
      hint: "open the file that they were made from",
    });
  return found.flatMap((one, at) => (one === undefined ? [] : [{ id: ids[at] ?? "", sequence: one.sequence }]));
}

let last: { all: readonly string[]; wanted: readonly string[]; known: boolean } | null = null;

/** Whether all wanted names are among some; the last answer is kept, since views ask at every change. */
function known(all: readonly string[], wanted: readonly string[]): boolean {
  if (last?.all !== all || last.wanted !== wanted) {
    const names = new Set(all);
    last = { all, wanted, known: wanted.every((id) => names.has(id)) };
  }
  return last.known;
}
