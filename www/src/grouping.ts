/**
 * From a column of labels to at most {@link MOST_GROUPS} groups of points. The most frequent labels keep their names;
 * rarer ones share "other"; records without a label point one past the last name, which the plot draws as unlabelled.
 * The order depends on counts and names only.
 */
import type { RecordMetadata, StoredRun } from "./analysis/state";
import { aligned, fields, shownRun } from "./metadata";
import type { LabelsReport, SequencesReport } from "./protocol";
import type { State } from "./state";

/** Most groups that colour and shape can distinguish. */
export const MOST_GROUPS = 20;
const OTHER = "other";

/** A column that can colour the map. */
export interface Colouring {
  /** `field:name` or `label:name`. */
  key: string;
  name: string;
  origin: "header field" | "label table";
  values: readonly (string | null)[];
  /** Divides the records into few groups, most of them with a value. */
  useful: boolean;
}

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
  choices: Colouring[];
}
let remembered: Remembered | null = null;

/** The columns that can colour the map, label tables first. Cached, because every drawing asks for them. */
export function colourings(state: State): Colouring[] {
  const { report: labels } = state.labels;
  const { report: sequences } = state.sequences;
  const run = shownRun(state);
  if (
    remembered === null ||
    remembered.labels !== labels ||
    remembered.sequences !== sequences ||
    remembered.run !== run
  ) {
    const choices = run === null ? columnsOf(labels, sequences?.fields ?? []) : columnsOfRun(state, run);
    remembered = { labels, sequences, run, choices };
  }
  return remembered.choices;
}

/** The columns of the open sequences, whatever is shown. */
export function sequenceColumns(state: State): Colouring[] {
  return shownRun(state) === null ? colourings(state) : columnsOf(state.labels.open, state.sequences.report?.fields ?? []);
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
  const columns = (labels?.columns ?? []).map((name, column) => colouring("label", name, labels?.values[column] ?? []));
  return [...columns, ...fields.map((field) => colouring("field", field.name, field.values))];
}

function colouring(prefix: "label" | "field", name: string, values: readonly (string | null)[]): Colouring {
  const present = values.filter((value) => value !== null);
  const distinct = new Set(present).size;
  return {
    key: `${prefix}:${name}`,
    name,
    origin: prefix === "label" ? "label table" : "header field",
    values,
    useful: distinct >= 2 && distinct <= MOST_GROUPS && present.length * 2 >= values.length,
  };
}

/** The groups of `count` records by `values`; all in one group called `all` without values. */
export function group(values: readonly (string | null)[] | null, count: number, all: string): Groups {
  if (values === null) return { names: [all], index: new Uint16Array(count), merged: 0 };
  const counts = new Map<string, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const ranked = [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)).map(([name]) => name);
  const kept = ranked.length > MOST_GROUPS ? ranked.slice(0, MOST_GROUPS - 1) : ranked;
  const place = new Map(kept.map((name, position) => [name, position]));
  const names = [...kept];
  const merged = ranked.length - kept.length;
  const other = merged > 0 ? names.push(OTHER) - 1 : -1;
  const index = Uint16Array.from({ length: count }, (_, record) => {
    const value = values[record] ?? null;
    return value === null ? names.length : (place.get(value) ?? other);
  });
  return { names, index, merged };
}
