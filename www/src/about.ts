/**
 * What is known of the records on show, beside their vectors. A kept run may hold other records than the file that is
 * open, or the same in another order, so that everything is laid beside it by name.
 */
import type { About, StoredRun } from "./analysis/state";
import type { State } from "./state";

/** The kept run that is shown in place of what the engine holds. */
export function shownRun(state: State): StoredRun | null {
  const { shown } = state.run;
  return shown === null ? null : (state.runs.find(({ id }) => id === shown) ?? null);
}

/** Descriptions of the records on show. */
export function descriptions(state: State): readonly string[] {
  const run = shownRun(state);
  if (run === null) return state.sequences.report?.descriptions ?? [];
  const found = run.about.map((one) => beside(one, one.descriptions, run.ids));
  return run.ids.map((_, row) => found.find((values) => (values[row] ?? null) !== null)?.[row] ?? "");
}

/** Header fields of the records on show: those of all files that they come from. */
export function fields(state: State): About["fields"] {
  const run = shownRun(state);
  if (run === null) return state.sequences.report?.fields ?? [];
  const found = new Map<string, readonly (string | null)[]>();
  for (const about of run.about)
    for (const { name, values } of about.fields) {
      const own = found.has(name) ? [] : beside(about, values, run.ids);
      if (own.some((value) => value !== null)) found.set(name, own);
    }
  return Array.from(found, ([name, values]) => ({ name, values }));
}

const places = new WeakMap<readonly string[], Map<string, number>>();

/** Values of some ids in the order of others; a domain or residue `id/3` that has none itself has that of `id`. */
export function beside<T>(about: { ids: readonly string[] }, values: readonly T[], ids: readonly string[]): (T | null)[] {
  const known = places.get(about.ids) ?? new Map(about.ids.map((id, row) => [id, row]));
  places.set(about.ids, known);
  return ids.map((id) => {
    const at = known.get(id) ?? known.get(id.replace(/\/\d+$/, ""));
    return at === undefined ? null : (values[at] ?? null);
  });
}
