/** Colours and legend: palette, scale, types, and what the user changes about groups. Each is a step that can be undone. */
import { mapColumn } from "../colour/from-sequences";
import { currentLooks } from "../colour/current";
import { UNEDITED, type ColourSettings, type LegendEdits } from "../colour/settings";
import type { ColumnType } from "../colour/type";
import { store } from "../state";
import { beforeStep } from "./history";
import { measureSilhouette } from "./map";

/** Changes palette, scale, or how numbers are spread over it. */
export function setColours(settings: Partial<Omit<ColourSettings, "types" | "legends">>): void {
  beforeStep("colours");
  store.patch("colours", settings);
}

/** Takes the shown column for numbers, or for classes. */
export function setColumnType(type: ColumnType): void {
  const column = mapColumn(store.state);
  if (column === null) return;
  beforeStep("type");
  store.patch("colours", { types: { ...store.state.colours.types, [column.key]: type } });
  store.patch("map", { hidden: [], silhouette: null, control: null });
  void measureSilhouette();
}

/** Legend by number of records, or by name; what was moved by hand goes back. */
export function sortLegend(sort: LegendEdits["sort"]): void {
  edit("sort", () => ({ sort, order: [] }));
}

/** Gives a group another name on map and figure; an empty one gives its own back. The column stays as it is. */
export function renameGroup(label: string, name: string): void {
  edit("rename", ({ names }) => ({ names: changed(names, label, name.trim()) }));
}

/** Gives a group a colour of its own; an empty one gives that of the palette back. */
export function recolourGroup(label: string, colour: string): void {
  edit(`recolour ${label}`, ({ colours }) => ({ colours: changed(colours, label, colour) }));
}

/** Moves a group up (−1) or down (1) in the legend. */
export function moveGroup(label: string, by: -1 | 1): void {
  const order = currentLooks(store.state).groups.flatMap((one) => (one.role === "group" && one.label !== null ? [one.label] : []));
  const [from, to] = [order.indexOf(label), order.indexOf(label) + by];
  if (from < 0 || to < 0 || to >= order.length) return;
  order.splice(to, 0, ...order.splice(from, 1));
  edit("move", () => ({ order }));
}

/** Puts a group into "other". */
export function mergeGroup(label: string): void {
  edit("merge", ({ merged, kept }) => ({ merged: [...merged, label], kept: kept.filter((one) => one !== label) }));
}

/** Takes a label out of "other". */
export function takeOut(label: string): void {
  edit("take out", ({ merged, kept }) => ({ merged: merged.filter((one) => one !== label), kept: [...kept, label] }));
}

/** Takes everything in the legend of the shown column back. */
export function resetLegend(): void {
  edit("reset", () => UNEDITED);
}

/** Changes the legend of the shown column; hidden groups stay hidden wherever they now stand. */
function edit(kind: string, change: (edits: LegendEdits) => Partial<LegendEdits>): void {
  const column = mapColumn(store.state);
  if (column === null) return;
  beforeStep(kind);
  const names = (): (string | null)[] => currentLooks(store.state).groups.map(({ label, role }) => label ?? role);
  const before = names();
  const edits = store.state.colours.legends[column.key] ?? UNEDITED;
  store.patch("colours", { legends: { ...store.state.colours.legends, [column.key]: { ...edits, ...change(edits) } } });
  const hidden = store.state.map.hidden.map((at) => names().indexOf(before[at] ?? null)).filter((at) => at >= 0);
  store.patch("map", { hidden });
}

function changed(from: Readonly<Record<string, string>>, label: string, value: string): Record<string, string> {
  const { [label]: _, ...others } = from;
  return value === "" ? others : { ...others, [label]: value };
}
