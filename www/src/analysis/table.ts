/** Matrices of requests. They live in blobs, which the browser keeps outside of the page's memory. */

let made = 0;

/** A matrix of numbers under a unique key. */
export class Table {
  /** Its name in the analysis worker. */
  readonly key: string;
  readonly rows: number;
  readonly cols: number;
  /** Little-endian f32, row by row. */
  readonly numbers: Blob;

  /**
   * Takes numbers in, or a blob of them.
   *
   * Shape: `numbers [rows, cols]`, row-major.
   */
  constructor(numbers: Float32Array | Blob, rows: number, cols: number) {
    made += 1;
    this.key = `table-${made}`;
    this.rows = rows;
    this.cols = cols;
    // Numbers of an answer are never shared between threads.
    this.numbers = numbers instanceof Blob ? numbers : new Blob([numbers as Float32Array<ArrayBuffer>]);
  }

  /** All numbers, row by row. */
  async read(): Promise<Float32Array<ArrayBuffer>> {
    return new Float32Array(await this.numbers.arrayBuffer());
  }
}

/** A table, or some of its rows in this order, counted from 0. */
export type TableRows = Table | { table: Table; rows: readonly number[] };
