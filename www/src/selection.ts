/** The records that are selected, and ways to select: union, difference, by text, by a list of ids. */
import type { State } from "./state";

/** How new records meet those that are selected. */
export type Joining = "only" | "add" | "remove";

/** The selected records of the run on show, in file order. */
export function selectedRecords(state: State): readonly number[] {
  const { of, records } = state.selection;
  return of !== null && of === state.run.report?.ids ? records : [];
}

/** The selection after some records were chosen, in file order, none twice. */
export function joined(before: readonly number[], chosen: readonly number[], how: Joining): number[] {
  const found = new Set(how === "only" ? [] : before);
  for (const record of chosen) if (how === "remove") found.delete(record);
  else found.add(record);
  return [...found].sort((a, b) => a - b);
}

/** Records whose id, description or label holds a text, in any case. */
export function holding(wanted: string, ids: readonly string[], texts: readonly (readonly (string | null)[])[]): number[] {
  const needle = wanted.trim().toLowerCase();
  if (needle === "") return [];
  return ids.flatMap((id, record) =>
    id.toLowerCase().includes(needle) || texts.some((values) => (values[record] ?? "").toLowerCase().includes(needle)) ? [record] : [],
  );
}

/** What a pasted list of ids names. */
export interface Listed {
  records: number[];
  /** Entries that are no id, or several. */
  unknown: string[];
}

/**
 * The records of a list of ids: one a line, or between commas, semicolons or blanks; `>` and quotes are taken off. An id
 * is also found without its version (`.1`), by one part of `sp|P12345|NAME`, and in any case, if only one record fits.
 */
export function listed(text: string, ids: readonly string[]): Listed {
  const entries = entriesOf(text, ids);
  const exact = new Map(ids.map((id, record) => [id, record]));
  const loose = new Map<string, number | null>();
  for (const [record, id] of ids.entries())
    for (const name of new Set(variants(id))) loose.set(name, loose.has(name) && loose.get(name) !== record ? null : record);
  const records = new Set<number>();
  const unknown: string[] = [];
  for (const entry of entries) {
    const found = exact.get(entry) ?? variants(entry).map((name) => loose.get(name) ?? null).find((record) => record !== null);
    if (found === undefined || found === null) unknown.push(entry);
    else records.add(found);
  }
  return { records: [...records].sort((a, b) => a - b), unknown };
}

/** Lines if they are ids, else the words of the lines. */
function entriesOf(text: string, ids: readonly string[]): string[] {
  const known = new Set(ids);
  const clean = (entry: string): string => entry.trim().replace(/^>/, "").replace(/^(["'])(.*)\1$/, "$2").trim();
  return text.split(/\r\n|\r|\n/).flatMap((line) => (known.has(clean(line)) ? [clean(line)] : line.split(/[\s,;]+/).map(clean))).filter((entry) => entry !== "");
}

function variants(id: string): string[] {
  const lower = id.toLowerCase();
  const parts = lower.split("|").filter((part) => part.length > 3);
  return [lower, ...parts].flatMap((one) => [one, one.replace(/\.\d+$/, "")]);
}
