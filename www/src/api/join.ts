/** Embeddings of the same things side by side, and embeddings pooled over chosen positions. */
import type { GatherQuestion, JoinReport } from "../analysis/border";
import type { Watching } from "../analysis/analyst";
import type { Embedding } from "../api";
import { CrossgrainError } from "../error";
import { Analyses, type Matrix } from "./analyses";

/** A layer of an embedding, the last one kept where none is said, or rows with their names. */
export type JoinTable =
  | { name?: string; embedding: Embedding; layer?: number }
  | { name?: string; ids: readonly string[]; matrix: Matrix };
/** How rows are matched. */
export interface JoinOptions extends Watching {
  by?: "id" | "position";
  mean?: boolean;
}
/** Rows side by side. */
export interface Joined extends Omit<JoinReport, "rows" | "cols" | "numbers"> {
  matrix: Matrix;
}

/** Joins tables; codes: `join.*`, `embed.layer_not_kept`, `options.bad_value`. */
export async function joinTables(
  analyses: Analyses,
  tables: readonly JoinTable[],
  { by, mean, ...watching }: JoinOptions,
): Promise<Joined> {
  if (!Array.isArray(tables)) throw bad("tables", "a list of embeddings, or of rows with their names");
  const named = (tables as readonly JoinTable[]).map((one, at) => {
    const name = one.name ?? `table ${at + 1}`;
    if ("embedding" in one) {
      const layer = one.layer ?? Math.max(...Object.keys(one.embedding.layers).map(Number));
      return { name, ids: rowNames(one.embedding), table: Analyses.matrix(one.embedding, layer) };
    }
    if (!("matrix" in one) || !Array.isArray(one.ids)) throw bad(name, "{ embedding, layer } or { ids, matrix }");
    return { name, ids: one.ids, table: one.matrix };
  });
  const question = { tables: named, ...(by === undefined ? {} : { by }), ...(mean === undefined ? {} : { mean }) };
  const { rows, cols, numbers, ...rest } = await analyses.join(question, watching);
  return { ...rest, matrix: { data: numbers, rows, cols } };
}

/** One row per sequence, from an embedding with one row per residue. Codes: `positions.*`. */
export async function atPositions(
  analyses: Analyses,
  embedding: Embedding,
  positions: GatherQuestion["positions"],
  how: NonNullable<GatherQuestion["how"]>,
  watching: Watching,
): Promise<Embedding> {
  const { ids, offsets = new Uint32Array(), windows, warnings } = embedding;
  const layers: Record<number, Float32Array> = {};
  let found = { ids: [] as string[], rows: 0, cols: 0, kept: [] as number[] };
  let told: Embedding["warnings"] = [];
  for (const layer of Object.keys(embedding.layers).map(Number)) {
    const table = Analyses.matrix(embedding, layer);
    const answer = await analyses.gather({ table, ids, offsets: [...offsets], positions, how }, watching);
    layers[layer] = answer.numbers;
    found = answer;
    told = [...answer.refused, ...answer.leftOut];
  }
  return {
    ids: found.ids,
    layers,
    rows: found.rows,
    dims: found.cols,
    windows: Uint32Array.from(found.kept, (at) => windows[at] ?? 0),
    warnings: [...warnings, ...told],
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
