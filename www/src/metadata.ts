/**
 * Descriptions and header fields of the records on show. A kept run may hold other records than the open file, or the
 * same in another order, so that everything is matched by name.
 */
import type { RecordMetadata, RunReport, StoredRun } from "./analysis/state";
import type { State } from "./state";

/** The kept run that is shown, or null before there is one. */
export function shownRun(state: State): StoredRun | null {
  const { shown } = state.run;
  return shown === null ? null : (state.runs.find(({ id }) => id === shown) ?? null);
}

/** Descriptions of the records on show. */
export function descriptions(state: State): readonly string[] {
  const run = shownRun(state);
  if (run === null) return state.sequences.report?.descriptions ?? [];
  const found = run.metadata.map((one) => aligned(one, one.descriptions, run.ids));
  return run.ids.map((_, row) => found.find((values) => (values[row] ?? null) !== null)?.[row] ?? "");
}

/** Header fields of the records on show: those of all files that they come from. */
export function fields(state: State): RecordMetadata["fields"] {
  const run = shownRun(state);
  if (run === null) return state.sequences.report?.fields ?? [];
  const found = new Map<string, readonly (string | null)[]>();
  for (const metadata of run.metadata)
    for (const { name, values } of metadata.fields) {
      const own = found.has(name) ? [] : aligned(metadata, values, run.ids);
      if (own.some((value) => value !== null)) found.set(name, own);
    }
  return Array.from(found, ([name, values]) => ({ name, values }));
}

/** How the vectors of a layer are called: joined vectors, and those of a file that names no layers, have none. */
export function spaceName({ pool, layers }: RunReport, layer: number): string {
  if (pool === "joined") return "the joined vectors";
  return pool === "rows" && layers.length === 1 && layer === 0 ? "the vectors" : `layer ${layer}`;
}

/** Runs with one vector per record; those with one per residue can be shown and saved, not compared. */
export function recordRuns(state: State): readonly StoredRun[] {
  const { runs } = state;
  const known = ofRecords.get(runs) ?? runs.filter(({ report }) => report.pool !== "none");
  ofRecords.set(runs, known);
  return known;
}
const ofRecords = new WeakMap<readonly StoredRun[], readonly StoredRun[]>();

const rowsOf = new WeakMap<readonly string[], Map<string, number>>();

/** Values of some ids in the order of others; a domain or residue `id/3` without a value of its own has that of `id`. */
export function aligned<T>(metadata: { ids: readonly string[] }, values: readonly T[], ids: readonly string[]): (T | null)[] {
  // Ids may occur twice: the same records in the same order have their own values.
  if (same(metadata.ids, ids)) return ids.map((_, row) => values[row] ?? null);
  const known = rowsOf.get(metadata.ids) ?? new Map(metadata.ids.map((id, row) => [id, row]));
  rowsOf.set(metadata.ids, known);
  return ids.map((id) => {
    const at = known.get(id) ?? known.get(id.replace(/\/\d+$/, ""));
    return at === undefined ? null : (values[at] ?? null);
  });
}

function same(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, row) => id === b[row]));
}
