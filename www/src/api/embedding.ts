/** What `Model.embed` answers, and its rows as matrices. */
import { CrossgrainError } from "../error";
import type { Notice } from "../protocol";

/** Rows of a model, layer by layer. */
export interface Embedding {
  /** Names of the records that have rows, in their order. */
  ids: string[];
  /** By number of the layer: a row-major matrix `[rows, dims]`; number `j` of row `i` is at `i * dims + j`. */
  layers: Record<number, Float32Array>;
  /** Rows of each layer: one per record, or one per residue with `pool: "none"`. */
  rows: number;
  /** Dimensions of the embedding: the numbers in each row. */
  dims: number;
  /** Windows of each record. */
  windows: Uint32Array;
  /** Only with rows per residue or token: first row of each record and the end, `[records + 1]`. */
  offsets?: Uint32Array;
  /** Warnings about records, and the refused records, which have no row. */
  warnings: Notice[];
}

/** Rows of numbers. */
export interface Matrix {
  /** Row-major: number `j` of row `i` is at `i * cols + j`. */
  data: Float32Array;
  /** Number of rows, n. */
  rows: number;
  /** Number of columns, d. */
  cols: number;
}

/** A matrix, or some of its rows, counted from 0. */
export type MatrixRows =
  | Matrix
  | {
      /** The whole matrix. */
      matrix: Matrix;
      /** Indices of the wanted rows, from 0. */
      rows: readonly number[];
    };

/**
 * The rows of one layer of an embedding as a matrix.
 *
 * Codes: `embed.layer_not_kept`.
 */
export function layerMatrix(embedding: Embedding, layer: number): Matrix {
  const data = embedding.layers[layer];
  if (data === undefined)
    throw new CrossgrainError({
      code: "embed.layer_not_kept",
      message: `layer ${layer} was not kept`,
      hint: `the embedding holds ${Object.keys(embedding.layers).join(", ")}`,
    });
  return { data, rows: embedding.rows, cols: embedding.dims };
}
