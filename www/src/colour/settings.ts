/** What the user chose about colours: a palette, a scale, and per column its type and its legend. */
import type { Palette } from "./palettes";
import type { Transform } from "./ramp";
import type { Scale } from "./scales";
import type { ColumnType } from "./type";

/** What was changed in the legend of a column. Groups are named by their labels. */
export interface LegendEdits {
  /** By number of records, or by name. */
  sort: "size" | "name";
  /** Labels that were moved, in their order; they stand before all others. */
  order: readonly string[];
  names: Readonly<Record<string, string>>;
  colours: Readonly<Record<string, string>>;
  /** Labels that were put into "other", and rare ones that were taken out of it. */
  merged: readonly string[];
  kept: readonly string[];
}

/** All choices. */
export interface ColourSettings {
  palette: Palette;
  /** Shapes differ from the first group on, not only where colours repeat. */
  shapes: boolean;
  scale: Scale;
  transform: Transform;
  reversed: boolean;
  /** By column, where it is not the detected one. */
  types: Readonly<Record<string, ColumnType>>;
  legends: Readonly<Record<string, LegendEdits>>;
}

/** A legend as it is made. */
export const UNEDITED: LegendEdits = { sort: "size", order: [], names: {}, colours: {}, merged: [], kept: [] };

/** Before anything was chosen. */
export const DEFAULT_COLOURS: ColourSettings = {
  palette: "okabe-ito",
  shapes: false,
  scale: "viridis",
  transform: "linear",
  reversed: false,
  types: {},
  legends: {},
};
