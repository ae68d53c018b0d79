/** Several label tables as one: their columns side by side, for the same records. */
import type { LabelsReport, Notice } from "../protocol";
import type { Records } from "./records";

/** A table and its answer for the records; null if it could not be read again. */
export interface Matched {
  name: string;
  report: LabelsReport | null;
}

/** The columns of all tables, a value for each counted record; a name that occurs twice gets the file's name behind it. */
export function mergeLabels(tables: readonly Matched[], { ids, given, counted }: Records): LabelsReport {
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  /** The row with the name that the record has in its file, or without the number of a domain. */
  const other = ids.map((id) => rowOf.get(given.get(id) ?? id.replace(/\/\d+$/, "")) ?? -1);
  const columns: string[] = [];
  const values: (string | null)[][] = [];
  const decided: string[] = [];
  /** Records that are counted stand first among all names. */
  const rows = counted.map((_, row) => row);
  const labelled = new Set<number>();
  const warnings: Notice[] = [];
  for (const { name: file, report } of tables) {
    if (report === null || report.matched === 0) continue;
    for (const [at, column] of report.columns.entries()) {
      let name = columns.includes(column) ? `${column} (${file})` : column;
      while (columns.includes(name)) name += " (again)";
      const own = report.values[at] ?? [];
      const filled = rows.map((row) => own[row] ?? own[other[row] ?? -1] ?? null);
      columns.push(name);
      values.push(filled);
      filled.forEach((value, row) => value !== null && labelled.add(row));
    }
    decided.push(tables.length > 1 ? `${file}: ${report.decided}` : report.decided);
    warnings.push(...report.warnings);
  }
  const [only] = tables;
  const direct = tables.length === 1 && only?.report != null && ids === counted ? only.report.matched : null;
  const matched = direct ?? counted.filter((_, row) => labelled.has(row)).length;
  return { columns, values, matched, unmatched: counted.length - matched, decided: decided.join(". "), warnings };
}
