/** Requests with the rows themselves in place of the names of tables. */
import type { TableRef } from "../protocol";

type TablePart = Exclude<TableRef, string>;
/** Numbers, as a plain or a typed array. */
type NumberList = readonly number[] | Uint32Array | Float32Array;

/** The request `T` with `Rows` wherever it names a table, and with typed arrays wherever it lists numbers. */
export type RequestWith<Rows, T> = [Extract<T, TablePart>] extends [never]
  ? T extends number[]
    ? NumberList
    : T extends object
      ? { readonly [K in keyof T]: RequestWith<Rows, T[K]> }
      : T
  : Rows | Extract<T, null | undefined>;

/**
 * A copy of a request: `replace` gives what stands in place of an object, or `undefined` to look inside. Typed arrays
 * become plain ones, because requests travel as JSON.
 */
export function replaced(value: unknown, replace: (value: object) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const found = replace(value);
  if (found !== undefined) return found;
  if (Array.isArray(value)) return value.map((one: unknown) => replaced(one, replace));
  if (value instanceof Uint32Array || value instanceof Float32Array) return Array.from(value);
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, replaced(part, replace)]));
}
