/**
 * The finished rows of one run. They are held here, outside of the workers that compute them, from the moment in which
 * a worker gives them away: whatever happens to a worker, a device or the run, no finished row is lost. Each part
 * knows what computed it, so that rows of two devices are never mixed without a word.
 */
import { pack, withoutRows, type ChunkRows, type PackedRows } from "../worker/chunk-rows";
import type { Chunk } from "./chunks";

/** Rows of some records, and what computed them. */
export interface FinishedPart {
  rows: PackedRows;
  by: string;
}

/** The rows that a run has so far. */
export class FinishedRows {
  readonly #parts: FinishedPart[] = [];
  readonly #records = new Set<number>();
  /** Seconds that were spent on them. */
  seconds = 0;
  /** Distinct sequences of the run; null before that is known. */
  total: number | null = null;
  /** Called after rows were added. */
  onAdd: (() => void) | undefined;

  /** All parts, in the order in which they were finished. */
  get parts(): readonly FinishedPart[] {
    return this.#parts;
  }

  /** Distinct sequences that have their rows. */
  get count(): number {
    return this.#records.size;
  }

  /** Takes the rows of a chunk from a worker. */
  add(rows: ChunkRows, by: string): void {
    this.put({ rows: pack(rows), by });
  }

  /** Takes a part that was kept. Records that have their rows already are not taken twice. */
  put(part: FinishedPart): void {
    const { records } = part.rows.head;
    if (records.some((record) => this.#records.has(record))) return;
    for (const record of records) this.#records.add(record);
    this.#parts.push(part);
    this.onAdd?.();
  }

  /** The chunks that are still to be computed, without the records that have their rows. */
  missing(chunks: readonly Chunk[]): Chunk[] {
    return chunks.flatMap(({ records, residues }) => {
      const left = records.filter((record) => !this.#records.has(record));
      if (left.length === 0) return [];
      return [{ records: left, residues: Math.ceil((residues * left.length) / records.length) }];
    });
  }

  /** What computed how many of the sequences; more than one entry if the device changed. */
  devices(): { device: string; sequences: number }[] {
    const found = new Map<string, number>();
    for (const { rows, by } of this.#parts) found.set(by, (found.get(by) ?? 0) + rows.head.records.length);
    return Array.from(found, ([device, sequences]) => ({ device, sequences }));
  }

  /** All rows for a merge; the records of these chunks take part without rows. */
  merged(without: readonly Chunk[] = []): PackedRows[] {
    const [first] = this.#parts;
    const none = first === undefined ? [] : without.map(({ records }) => withoutRows(records, first.rows));
    return [...this.#parts.map(({ rows }) => rows), ...none];
  }
}
