/**
 * A kept run as files: its numbers as they are, and all else as JSON in which typed arrays are marked. What was written
 * by another version, or is damaged, is not read.
 */
import type { RecordMetadata, StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";

/** Changes whenever older files cannot be read. */
const VERSION = 1;

/** A run as it is written: a text, and its tables by name. */
export interface EncodedRun {
  text: string;
  tables: Map<string, Blob>;
}

interface TableEntry {
  rows: number;
  cols: number;
  file: string;
}

/** A run as JSON and tables, which are named after `prefix`. */
export function encodeRun(run: StoredRun, prefix: string): EncodedRun {
  const tables = new Map<string, Blob>();
  const entry = ({ numbers, rows, cols }: Table): TableEntry => {
    const file = `${prefix}-${tables.size}.f32`;
    tables.set(file, numbers);
    return { rows, cols, file };
  };
  const layers = run.layers.map(({ layer, table }) => ({ layer, table: entry(table) }));
  const baselines = run.baselines.map(({ table, ...said }) => ({ ...said, table: entry(table) }));
  return { text: stringify({ version: VERSION, run: { ...run, metadata: run.metadata.map(needed), layers, baselines } }), tables };
}

/** What a run needs of the report of its file. */
function needed({ ids, descriptions, fields, given }: RecordMetadata): RecordMetadata {
  return { ids, descriptions, fields, ...(given === undefined ? {} : { given }) };
}

/** The run again; null if the files do not fit one another. */
export async function decodeRun(text: string, read: (file: string) => Promise<Blob | null>): Promise<Omit<StoredRun, "id"> | null> {
  const found = parse(text) as { version?: number; run?: StoredRun } | null;
  const run = found?.version === VERSION ? found.run : undefined;
  if (run === undefined) return null;
  const tables = async <T extends { table: unknown }>(list: readonly T[]): Promise<(T & { table: Table })[] | null> => {
    const made: (T & { table: Table })[] = [];
    for (const one of list) {
      const { rows, cols, file } = one.table as TableEntry;
      const numbers = await read(file);
      if (numbers?.size !== rows * cols * 4) return null;
      // A copy: the file may be removed while the page still reads.
      made.push({ ...one, table: new Table(new Float32Array(await numbers.arrayBuffer()), rows, cols) });
    }
    return made;
  };
  const [layers, baselines] = [await tables(run.layers), await tables(run.baselines)];
  if (layers === null || baselines === null) return null;
  return { ...run, layers, baselines };
}

/** JSON in which a `Uint32Array` or `Float32Array` is an object with one marked key. */
export function stringify(value: unknown): string {
  return text(value) ?? "null";
}

/**
 * `JSON.stringify` with a replacer calls it for every word of every label, which takes ten times as long: lists of words
 * and numbers are written as they are.
 */
function text(value: unknown): string | undefined {
  if (value instanceof Uint32Array) return `{"$u32":[${value.join()}]}`;
  if (value instanceof Float32Array) return `{"$f32":${JSON.stringify(Array.from(value))}}`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) as string | undefined;
  if (Array.isArray(value)) return value.some(isObject) ? `[${value.map((one) => text(one) ?? "null").join()}]` : JSON.stringify(value);
  const entries = Object.entries(value).flatMap(([key, one]) => {
    const found = text(one);
    return found === undefined ? [] : [`${JSON.stringify(key)}:${found}`];
  });
  return `{${entries.join()}}`;
}

/** The value again, or null if the text is no JSON. */
export function parse(given: string): unknown {
  try {
    return typed(JSON.parse(given));
  } catch {
    return null;
  }
}

/** The value with its typed arrays in their places. */
function typed(value: unknown): unknown {
  if (!isObject(value)) return value;
  if (Array.isArray(value)) return value.some(isObject) ? value.map(typed) : value;
  if ("$u32" in value) return Uint32Array.from(value.$u32 as number[]);
  if ("$f32" in value) return Float32Array.from(value.$f32 as number[]);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, typed(one)]));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
