/** Embeddings of the same things side by side, and embeddings pooled over chosen positions. */
import { CrossgrainError } from "../error";
import type { RequestOptions } from "../progress";
import type { JoinRequest, JoinResponse, PositionPooling, PositionsRequest } from "../protocol";
import type { Analyses } from "./analyses";
import { layerMatrix, type Embedding, type Matrix } from "./embedding";

/**
 * An input of a join: a layer of an embedding (by default the last one that it holds), or rows with their names. With rows
 * per residue, the rows of an embedding are called `id/position`.
 */
export type JoinInput = EmbeddingInput | MatrixInput;

/** A layer of an embedding to join. */
export interface EmbeddingInput {
  /** What the answer calls it; `table 1`, `table 2` … by default. */
  name?: string;
  /** The embedding. */
  embedding: Embedding;
  /** Number of the layer; by default the last one that the embedding holds. */
  layer?: number;
}

/** Rows to join. */
export interface MatrixInput {
  /** What the answer calls it; `table 1`, `table 2` … by default. */
  name?: string;
  /** Names of the rows, all different. */
  ids: readonly string[];
  /** The rows. */
  matrix: Matrix;
}

/** How rows are matched. */
export interface JoinOptions extends Omit<JoinRequest, "tables">, RequestOptions {}

/** Rows side by side. */
export interface Joined extends Omit<JoinResponse, "rows" | "cols" | "numbers"> {
  /** One row per match, the columns of all tables. */
  matrix: Matrix;
}

/** Joins tables; codes: `join.*`, `embed.layer_not_kept`, `options.bad_value`. */
export async function joinTables(
  analyses: Analyses,
  inputs: readonly JoinInput[],
  { onProgress, signal, ...how }: JoinOptions,
): Promise<Joined> {
  if (!Array.isArray(inputs)) throw bad("tables", "a list of embeddings, or of rows with their names");
  const tables = (inputs as readonly JoinInput[]).map((one, at) => {
    const name = one.name ?? `table ${at + 1}`;
    if ("embedding" in one) {
      const layer = one.layer ?? Math.max(...Object.keys(one.embedding.layers).map(Number));
      return { name, ids: rowNames(one.embedding), table: layerMatrix(one.embedding, layer) };
    }
    if (!("matrix" in one) || !Array.isArray(one.ids)) throw bad(name, "{ embedding, layer } or { ids, matrix }");
    return { name, ids: one.ids, table: one.matrix };
  });
  const { rows, cols, numbers, ...rest } = await analyses.join({ ...how, tables }, { onProgress, signal });
  return { ...rest, matrix: { data: numbers, rows, cols } };
}

/** One row per sequence, from an embedding with one row per residue. Codes: `positions.*`. */
export async function atPositions(
  analyses: Analyses,
  embedding: Embedding,
  positions: PositionsRequest["positions"],
  how: PositionPooling | undefined,
  options: RequestOptions,
): Promise<Embedding> {
  const { ids, offsets, windows, warnings } = embedding;
  const layers: Record<number, Float32Array> = {};
  let found = { ids: [] as string[], rows: 0, cols: 0, kept: [] as number[] };
  let reported: Embedding["warnings"] = [];
  for (const layer of Object.keys(embedding.layers).map(Number)) {
    const table = layerMatrix(embedding, layer);
    const answer = await analyses.positions({ table, ids, offsets, positions, how }, options);
    layers[layer] = answer.numbers;
    found = answer;
    reported = [...answer.refused, ...answer.leftOut];
  }
  return {
    ids: found.ids,
    layers,
    rows: found.rows,
    dims: found.cols,
    windows: Uint32Array.from(found.kept, (at) => windows[at] ?? 0),
    warnings: [...warnings, ...reported],
  };
}

/** `id`, or `id/position` for rows per residue. */
function rowNames({ ids, offsets }: Embedding): readonly string[] {
  if (offsets === undefined) return ids;
  return ids.flatMap((id, at) =>
    Array.from({ length: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) }, (_, row) => `${id}/${row + 1}`),
  );
}

function bad(option: string, expected: string): CrossgrainError {
  return new CrossgrainError({
    code: "options.bad_value",
    message: `bad value of ${option}`,
    hint: `expected: ${expected}`,
  });
}
