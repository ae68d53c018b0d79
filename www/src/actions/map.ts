/** The map: its layer, method and colours, the records on it, and the selected record. */
import type { TableRequest } from "../analysis/client";
import type { DrawnMap, MapOptions, StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { CrossgrainError, toError } from "../error";
import { figure } from "../figure";
import { colourings } from "../grouping";
import type { RequestOptions } from "../progress";
import { DEFAULTS } from "../protocol";
import { store, type State } from "../state";
import { forgetJob, runJob } from "./jobs";
import { layerTable } from "./runs";

/** Fewest sequences with two components to draw. */
export const FEWEST_FOR_MAP = 3;
/** Most sequences whose map is measured as it is made; with more, the search for neighbours takes longer than the map. */
const MOST_MEASURED = 5000;

let drawing: AbortController | null = null;
/** The last finished map, shown again after a cancel. */
let last: { ids: readonly string[]; map: Pick<State["map"], "drawn" | "layer" | "options" | "part"> } | null = null;

/** Makes the map of `layer` and shows it. */
export function showLayer(layer: number): Promise<void> {
  store.patch("map", { layer });
  return redraw();
}

/** Changes how the map is made, and makes it. */
export function setMapOptions(options: Partial<MapOptions>): Promise<void> {
  store.patch("map", { options: { ...store.state.map.options, ...options } });
  return redraw();
}

/** Limits the map to the groups that are shown, or maps every record again. */
export function isolate(shownOnly: boolean): Promise<void> {
  const { hidden, drawn } = store.state.map;
  const groups = figure.groups;
  if (!shownOnly || groups === null || drawn === null) {
    store.patch("map", { part: null, hidden: [] });
  } else {
    const on = drawn.part ?? Array.from(groups.index, (_, record) => record);
    const part = on.filter((record) => !hidden.includes(groups.index[record] ?? 0));
    store.patch("map", { part });
  }
  return redraw();
}

/** Cancels the map and shows the one before. */
export function cancelMap(): void {
  drawing?.abort();
  drawing = null;
  store.patch("map", { progress: null, ...last?.map });
}

/** Makes the map as the state says. */
async function redraw(): Promise<void> {
  const report = store.state.run.report;
  if (report === null) return;
  if (last?.ids !== report.ids) last = null;
  drawing?.abort();
  const controller = new AbortController();
  drawing = controller;
  forgetJob("comparedMap");
  store.patch("map", { drawn: null, error: null, progress: null });
  if (report.pool === "none" || report.ids.length < FEWEST_FOR_MAP) return;
  const { layer, options, part } = store.state.map;
  const rows = layerTable(layer);
  if (rows === null) return;
  const mine = (): boolean => drawing === controller && store.state.run.report === report;
  const colourBy = defaultColouring();
  store.patch("map", { colourBy });
  try {
    const drawn = await draw(rows, layer, options, part, {
      signal: controller.signal,
      onProgress: (progress) => mine() && store.patch("map", { progress }),
    });
    if (!mine()) return;
    last = { ids: report.ids, map: { drawn, layer, options, part } };
    store.patch("map", { drawn, progress: null });
  } catch (thrown) {
    if (mine()) store.patch("map", { progress: null, error: toError(thrown) });
  }
}

/** One map of one table. */
async function draw(
  rows: Table,
  layer: number,
  options: MapOptions,
  part: readonly number[] | null,
  requestOptions: RequestOptions,
): Promise<DrawnMap> {
  const { method, metric, standardise, seed } = options;
  const labels = colourings(store.state).find((choice) => choice.key === store.state.map.colourBy)?.values;
  const request: TableRequest<"map"> = {
    table: part === null ? rows : { table: rows, rows: part },
    method,
    metric,
    standardise,
    quality: rows.rows <= MOST_MEASURED,
    ...(labels === undefined ? {} : { labels: part === null ? labels : part.map((record) => labels[record] ?? null) }),
    ...(method === "pca" ? {} : { seed }),
    ...(method === "umap" ? { neighbours: options.neighbours, minDist: options.minDist } : {}),
    ...(method === "tsne" ? { perplexity: options.perplexity } : {}),
  };
  const answer = await analyses.ask("map", request, requestOptions);
  return { ...answer, points: spread(answer.points, part, rows.rows), layer, part };
}

/** The points of all records, from those of some; the others are NaN. */
function spread(points: Float32Array, part: readonly number[] | null, count: number): Float32Array {
  if (part === null) return points;
  const all = new Float32Array(2 * count).fill(Number.NaN);
  part.forEach((record, at) => all.set(points.subarray(2 * at, 2 * at + 2), 2 * record));
  return all;
}

/** Makes a second map of the same records, lays it over the first, and counts the neighbours both share. */
export function compareMaps(name: string, layer: StoredRun["layers"][number], options: MapOptions): Promise<void> {
  return runJob("comparedMap", async (requestOptions) => {
    const first = store.state.map.drawn;
    if (first === null) throw noMap();
    const second = await draw(layer.table, layer.layer, options, first.part, requestOptions);
    const records = first.part ?? Array.from({ length: second.points.length / 2 }, (_, record) => record);
    const count = second.points.length / 2;
    const target = { table: new Table(first.points, count, 2), rows: records };
    const map = { table: new Table(second.points, count, 2), rows: records };
    const aligned = await analyses.ask("align", { map, target }, requestOptions);
    const k = Math.min(DEFAULTS.overlap.k, records.length - 1);
    const overlap = await analyses.ask("overlap", { a: target, b: map, k }, requestOptions);
    return { ...aligned, points: spread(aligned.points, first.part, count), name, overlap };
  });
}

function noMap(): CrossgrainError {
  return new CrossgrainError({ code: "map.none", message: "there is no map yet", hint: "wait for the first map" });
}

/** Colours the points by a header field, a label column, or (empty) not at all. */
export function colourBy(key: string): void {
  store.patch("map", { colourBy: key, hidden: [] });
}

/** Shows or hides one group of points. */
export function toggleGroup(group: number): void {
  const { hidden } = store.state.map;
  store.patch("map", { hidden: hidden.includes(group) ? hidden.filter((one) => one !== group) : [...hidden, group] });
}

/** Marks one record in table and map; the same record again unmarks it. */
export function select(record: number | null): void {
  store.set("selected", record === store.state.selected ? null : record);
}

/** Shows that the plot could not be made; once, because every change of the state tries again. */
export function reportFailure(thrown: unknown): void {
  if (store.state.map.error === null) store.patch("map", { error: toError(thrown) });
}

/** The chosen column if it still exists; otherwise the first field that divides the records into few groups. */
function defaultColouring(): string {
  const choices = colourings(store.state);
  const chosen = choices.find((choice) => choice.key === store.state.map.colourBy);
  return (chosen ?? choices.find((choice) => choice.useful))?.key ?? "";
}
