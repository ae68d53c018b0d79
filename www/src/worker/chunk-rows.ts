/**
 * The rows of some records, on their way out of a worker and back into one. The page keeps their numbers in a blob, which
 * the browser holds outside of the page's memory and gives to a worker without a copy.
 */
import type { Pool } from "../protocol";

/** The rows of one chunk as the engine gives and takes them: `m` records, `d` numbers per row. */
export interface ChunkRows {
  /** Which records, `[m]`. */
  records: Uint32Array;
  layers: Uint32Array;
  /** `d`. */
  width: number;
  /** First row of each record and the end, `[m + 1]`. */
  offsets: Uint32Array;
  /** Per layer `[rows, d]`. */
  states: Float32Array[];
  windows: Uint32Array;
  residues: Uint32Array;
  specials: Uint32Array;
  pool: Pool;
  notices: unknown;
}

/** The same with its numbers in a blob: layer after layer, each `[rows, d]`. */
export interface PackedRows {
  head: Omit<ChunkRows, "states">;
  numbers: Blob;
}

/** Puts the numbers into a blob. */
export function pack({ states, ...head }: ChunkRows): PackedRows {
  // Numbers of an answer are never shared between threads.
  return { head, numbers: new Blob(states as Float32Array<ArrayBuffer>[]) };
}

/** Takes the numbers out of the blob. */
export async function unpack({ head, numbers }: PackedRows): Promise<ChunkRows> {
  const all = new Float32Array(await numbers.arrayBuffer());
  const each = all.length / Math.max(1, head.layers.length);
  return { ...head, states: Array.from(head.layers, (_, at) => all.slice(at * each, (at + 1) * each)) };
}

/**
 * Rows of records that have none: no row and no window, which distinguishes them when all are merged. Width and
 * layers are those of `like`.
 */
export function withoutRows(records: Uint32Array, { head }: PackedRows): PackedRows {
  const none = (): Uint32Array => new Uint32Array(records.length);
  const offsets = new Uint32Array(records.length + 1);
  const { layers, width, pool } = head;
  return { head: { records, layers, width, offsets, windows: none(), residues: none(), specials: none(), pool, notices: [] }, numbers: new Blob() };
}
