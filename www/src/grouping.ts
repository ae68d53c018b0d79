/**
 * From a column of labels to at most {@link MOST_GROUPS} groups of points. The most frequent labels keep their names;
 * rarer ones share "other"; records without a label point one past the last name, which the plot draws as unlabelled.
 * The order depends on counts and names only.
 */
import type { RecordMetadata, StoredRun } from "./analysis/state";
import { UNEDITED, type LegendEdits } from "./colour/settings";
import { present, typeOf, type ColumnType } from "./colour/type";
import { aligned, fields, shownRun } from "./metadata";
import type { LabelsReport, SequencesReport } from "./protocol";
import type { State } from "./state";

/** Most groups that colour and shape can distinguish. */
export const MOST_GROUPS = 20;
const OTHER = "other";

/** A column that can colour the map. */
export interface Colouring {
  /** `field:name`, `label:name`, `made:name` or `sequence:name`. */
  key: string;
  name: string;
  origin: "header field" | "label table" | "selection" | "sequence";
  values: readonly (string | null)[];
  /** What it holds, by its values. */
  type: ColumnType;
  /** Numbers, or few groups, most of them with several records; most records have a value. */
  useful: boolean;
}

/** Labels that the user gave to selections, by id. */
export const MADE = "made:groups";
/** Clusters of similar sequences. */
export const CLUSTERS = "made:clusters";

/** Points divided into groups. */
export interface Groups {
  names: string[];
  /** Per record, the index into `names`; `names.length` for none. */
  index: Uint16Array;
  /** Labels that were put together as "other". */
  merged: number;
}

interface Remembered {
  labels: LabelsReport | null;
  sequences: SequencesReport | null;
  run: StoredRun | null;
  made: State["groups"];
  clusters: State["clusters"];
  ids: readonly string[] | undefined;
  choices: Colouring[];
}
let remembered: Remembered | null = null;

/** The columns of labels, those of selections and label tables first. Cached, because every drawing asks for them. */
export function colourings(state: State): Colouring[] {
  const { report: labels } = state.labels;
  const { report: sequences } = state.sequences;
  const run = shownRun(state);
  const { groups: made, clusters } = state;
  const ids = state.run.report?.ids;
  if (
    remembered === null ||
    remembered.made !== made ||
    remembered.clusters !== clusters ||
    remembered.ids !== ids ||
    remembered.labels !== labels ||
    remembered.sequences !== sequences ||
    remembered.run !== run
  ) {
    const choices = run === null ? columnsOf(labels, sequences?.fields ?? []) : columnsOfRun(state, run);
    if (made.size > 0 && ids !== undefined)
      choices.unshift(colouring(MADE, "my groups", "selection", ids.map((id) => made.get(id) ?? null)));
    choices.push(...clusterColumn(clusters, ids ?? sequences?.ids ?? []));
    remembered = { labels, sequences, run, made, clusters, ids, choices };
  }
  return remembered.choices;
}

/** The clusters of the records on show, if they are among those that were clustered. */
function clusterColumn(clusters: State["clusters"], ids: readonly string[]): Colouring[] {
  if (clusters === null) return [];
  const values = aligned(clusters, clusters.values, ids);
  if (values.every((value) => value === null)) return [];
  return [colouring(CLUSTERS, `clusters at ${Math.round(clusters.identity * 100)}\u202f% identity`, "selection", values)];
}

/** The columns of the open sequences, whatever is shown. */
export function sequenceColumns(state: State): Colouring[] {
  return shownRun(state) === null && state.groups.size === 0 ? colourings(state) : columnsOf(state.labels.open, state.sequences.report?.fields ?? []);
}

/** The columns of a kept run: the label tables, matched by name, and the fields of its own files. */
function columnsOfRun(state: State, run: StoredRun): Colouring[] {
  const { report: labels, ids } = state.labels;
  if (labels === null) return columnsOf(null, fields(state));
  const matched = labels.columns.map((name, column) => [name, aligned({ ids }, labels.values[column] ?? [], run.ids)] as const);
  const known = matched.filter(([, values]) => values.some((value) => value !== null));
  return columnsOf({ columns: known.map(([name]) => name), values: known.map(([, values]) => values) }, fields(state));
}

function columnsOf(
  labels: { columns: readonly string[]; values: readonly (readonly (string | null)[])[] } | null,
  fields: RecordMetadata["fields"],
): Colouring[] {
  const columns = (labels?.columns ?? []).map((name, at) => colouring(`label:${name}`, name, "label table", labels?.values[at] ?? []));
  return [...columns, ...fields.map(({ name, values }) => colouring(`field:${name}`, name, "header field", values))];
}

/** A column with its type; words for a missing value count as none. */
export function colouring(key: string, name: string, origin: Colouring["origin"], given: readonly (string | null)[]): Colouring {
  const values = given.map(present);
  const type = typeOf(values);
  return { key, name, origin, values, type, useful: isUseful(values, type) };
}

/** Colours help where most records have a value, and most groups several records; one group in all says nothing. */
function isUseful(values: readonly (string | null)[], type: ColumnType): boolean {
  if (type === "number") {
    const some = values.filter((value) => value !== null);
    return some.length * 2 >= values.length && some.some((value) => value !== some[0]);
  }
  const counts = countsOf(values);
  const found = [...counts.values()];
  const labelled = found.reduce((sum, count) => sum + count, 0);
  if (labelled * 2 < values.length || found.length < 2) return false;
  return found.length <= MOST_GROUPS && found.filter((count) => count > 1).length * 2 > found.length;
}

const counted = new WeakMap<object, Map<string, number>>();

/** Records of each label; columns do not change, so that each is counted once. */
function countsOf(values: readonly (string | null)[]): ReadonlyMap<string, number> {
  const known = counted.get(values);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  counted.set(values, counts);
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

const byName = new Intl.Collator("en", { numeric: true });

/** The labels of a column, the most frequent first, equals by name: the order in which colours are given. */
export function rankedLabels(values: readonly (string | null)[]): string[] {
  return [...countsOf(values)].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([name]) => name);
}

/**
 * The groups of `count` records by `values`; all in one group called `all` without values. What was merged into
 * "other", taken out of it, or moved is a part of `edits`.
 */
export function group(values: readonly (string | null)[] | null, count: number, all: string, edits: LegendEdits = UNEDITED): Groups {
  if (values === null) return { names: [all], index: new Uint16Array(count), merged: 0 };
  const ranked = rankedLabels(values);
  const wanted = ranked.filter((name) => !edits.merged.includes(name));
  const overfull = wanted.length > MOST_GROUPS || wanted.length < ranked.length;
  const most = overfull ? MOST_GROUPS - 1 : MOST_GROUPS;
  const extra = wanted.slice(most).filter((name) => edits.kept.includes(name));
  const kept = [...wanted.slice(0, most), ...extra];
  if (edits.sort === "name") kept.sort(byName.compare);
  const moved = edits.order.filter((name) => kept.includes(name));
  const names = [...moved, ...kept.filter((name) => !moved.includes(name))];
  const place = new Map(names.map((name, position) => [name, position]));
  const merged = ranked.length - names.length;
  const other = merged > 0 ? names.push(OTHER) - 1 : -1;
  const index = Uint16Array.from({ length: count }, (_, record) => {
    const value = values[record] ?? null;
    return value === null ? names.length : (place.get(value) ?? other);
  });
  return { names, index, merged };
}
