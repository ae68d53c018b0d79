/** The order of the table's rows: which records, sorted how. Rows are numbers of records. */
import type { RunReport } from "./analysis/state";
import type { Notice } from "./protocol";
import { holding } from "./selection";

/** What the table can be sorted by. */
export type SortColumn = "id" | "description" | "length" | "windows" | "warnings";

/** Everything the table shows, by record number. */
export interface TableContents {
  report: RunReport;
  descriptions: readonly string[];
  warnings: ReadonlyMap<string, Notice[]>;
  /** Columns of labels, which are searched too. */
  labels?: readonly (readonly (string | null)[])[];
}

/** Warnings that name a record, by its id. */
export function warningsByRecord(notices: readonly Notice[]): Map<string, Notice[]> {
  const found = new Map<string, Notice[]>();
  for (const notice of notices) {
    const { record } = notice.where;
    if (record === undefined) continue;
    const list = found.get(record);
    if (list === undefined) found.set(record, [notice]);
    else list.push(notice);
  }
  return found;
}

/**
 * Record numbers whose id, description or label holds `wanted`, sorted by `column`; in file order without one, and among
 * equals. With `only`, no others than those.
 */
export function order(
  rows: TableContents,
  column: SortColumn | null,
  descending: boolean,
  wanted: string,
  only: readonly number[] | null = null,
): Uint32Array {
  const { ids } = rows.report;
  let records = only === null ? Uint32Array.from({ length: ids.length }, (_, record) => record) : Uint32Array.from(only);
  if (wanted.trim() !== "") {
    const found = new Set(holding(wanted, ids, [rows.descriptions, ...(rows.labels ?? [])]));
    records = records.filter((record) => found.has(record));
  }
  if (column === null) return records;
  const compare = comparison(rows, column);
  return records.sort((a, b) => (descending ? compare(b, a) : compare(a, b)) || a - b);
}

function comparison(rows: TableContents, column: SortColumn): (a: number, b: number) => number {
  const { ids, lengths, windows } = rows.report;
  if (column === "id" || column === "description") {
    const texts = column === "id" ? ids : rows.descriptions;
    const collator = new Intl.Collator("en", { numeric: true });
    return (a, b) => collator.compare(texts[a] ?? "", texts[b] ?? "");
  }
  const warned = (record: number): number => rows.warnings.get(ids[record] ?? "")?.length ?? 0;
  const value = {
    length: (record: number) => lengths[record] ?? 0,
    windows: (record: number) => windows[record] ?? 0,
    warnings: warned,
  }[column];
  return (a, b) => value(a) - value(b);
}
