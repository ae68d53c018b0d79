/** How many records have a value in each column of labels: a row of a table need not have one. */
import { present } from "../colour/type";

/** Values by column; words for a missing value do not count. */
export function valuesOf(columns: readonly string[], values: readonly (readonly (string | null)[])[]): { name: string; found: number }[] {
  return columns.map((name, at) => ({ name, found: (values[at] ?? []).filter((value) => present(value) !== null).length }));
}
