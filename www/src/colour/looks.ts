/**
 * What each record looks like: its group with colour and shape, or its place on a colour scale. Legend, map and exported
 * figure are all made from this, so that they cannot disagree.
 */
import type { Shape } from "../map/stamps";
import { group, rankedLabels, type Colouring } from "../grouping";
import { coloursOf, NEUTRAL } from "./palettes";
import { ramp, type Ramp } from "./ramp";
import { stepsOf } from "./scales";
import { UNEDITED, type ColourSettings } from "./settings";
import { numbersOf, type ColumnType } from "./type";

/** A row of the legend. */
export interface GroupLook {
  /** As it is shown. */
  name: string;
  /** As the column writes it; null for "other", for no value, and for all records. */
  label: string | null;
  role: "group" | "other" | "missing";
  colour: string;
  shape: Shape;
  /** Records of it. */
  count: number;
}

/** The looks of all records. */
export interface Looks {
  kind: "one" | "classes" | "numbers";
  column: Colouring | null;
  /** In the order of the legend; `other` and records without a value come last. */
  groups: readonly GroupLook[];
  /** Per record, the index into `groups`. */
  index: Uint16Array;
  /** Labels that were put together as "other". */
  merged: number;
  /** Of a column of numbers: places on the scale, and its colours from low to high. */
  scale: { ramp: Ramp; steps: readonly string[] } | null;
}

/** Shapes in the order in which groups get them. */
export const SHAPES: readonly Shape[] = ["circle", "square", "triangle", "diamond", "cross", "ring"];
const [NO_LABEL, NO_VALUE] = ["no label", "no value"];

/** The type in use: the user's choice, or the detected one. A column without numbers has classes whatever was chosen. */
export function columnType(column: Colouring, settings: ColourSettings): ColumnType {
  return settings.types[column.key] ?? column.type;
}

/** The looks of `count` records. Fields of FASTA headers write `_` for a blank; people read blanks. */
export function looks(column: Colouring | null, count: number, settings: ColourSettings, theme: "light" | "dark"): Looks {
  const numbers = column !== null && columnType(column, settings) === "number" ? numbersOf(column.values) : null;
  if (column !== null && numbers !== null) return ofNumbers(column, numbers, settings, theme);
  const edits = (column === null ? undefined : settings.legends[column.key]) ?? UNEDITED;
  const { names, index, merged } = group(column?.values ?? null, count, "all sequences", edits);
  const rank = new Map(rankedLabels(column?.values ?? []).map((name, at) => [name, at]));
  const colours = coloursOf(settings.palette, theme);
  const counts = new Uint32Array(names.length + 1);
  for (const at of index) counts[at] = (counts[at] ?? 0) + 1;
  const groups = names.map((name, at): GroupLook => {
    const size = counts[at] ?? 0;
    const neutral = NEUTRAL[theme].other;
    if (merged > 0 && at === names.length - 1)
      return { name, label: null, role: "other", colour: neutral, shape: "circle", count: size };
    const place = rank.get(name) ?? 0;
    const [turn, step] = [Math.floor(place / colours.length), place % colours.length];
    return {
      name: edits.names[name] ?? (column?.origin === "header field" ? name.replaceAll("_", " ") : name),
      label: column === null ? null : name,
      role: "group",
      colour: edits.colours[name] ?? colours[step] ?? neutral,
      shape: SHAPES[(settings.shapes ? step + turn : turn) % SHAPES.length] ?? "circle",
      count: size,
    };
  });
  return { kind: column === null ? "one" : "classes", column, groups: [...groups, ...missing(NO_LABEL, counts.at(-1) ?? 0, theme)], index, merged, scale: null };
}

function ofNumbers(column: Colouring, numbers: Float64Array, settings: ColourSettings, theme: "light" | "dark"): Looks {
  const found = ramp(numbers, settings.transform);
  const index = Uint16Array.from(found.at, (at) => (Number.isNaN(at) ? 1 : 0));
  const absent = index.reduce((sum, one) => sum + one, 0);
  const steps = stepsOf(settings.scale, settings.reversed);
  const middle = steps[steps.length >> 1] ?? "";
  const all: GroupLook = { name: column.name, label: null, role: "group", colour: middle, shape: "circle", count: index.length - absent };
  return { kind: "numbers", column, groups: [all, ...missing(NO_VALUE, absent, theme)], index, merged: 0, scale: { ramp: found, steps } };
}

function missing(name: string, count: number, theme: "light" | "dark"): GroupLook[] {
  return count === 0 ? [] : [{ name, label: null, role: "missing", colour: NEUTRAL[theme].missing, shape: "circle", count }];
}

/** The colour of a record. */
export function colourOf({ scale, groups, index }: Looks, record: number): string {
  const at = scale?.ramp.at[record];
  const own = groups[index[record] ?? 0]?.colour ?? "#000000";
  if (scale === null || at === undefined || Number.isNaN(at)) return own;
  return scale.steps[Math.round(at * (scale.steps.length - 1))] ?? own;
}
