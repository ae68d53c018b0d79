/** The map: its layer, method and colours, the records on it, and the selected record. */
import type { TableRequest } from "../analysis/client";
import type { DrawnMap, MapOptions, StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { composition, singleLetters } from "../colour/composition";
import { currentLooks } from "../colour/current";
import { mapColumn, mapColumns } from "../colour/from-sequences";
import { columnType } from "../colour/looks";
import { analyses } from "../engine";
import { CrossgrainError, toError } from "../error";
import { WHOLE } from "../map/camera";
import type { RequestOptions } from "../progress";
import { DEFAULTS, type MapSilhouette } from "../protocol";
import { selectedRecords } from "../selection";
import { store, type State } from "../state";
import { beforeStep } from "./history";
import { forgetJob, runJob } from "./jobs";
import { currentRun, layerTable } from "./runs";

/** Fewest sequences with two components to draw. */
export const FEWEST_FOR_MAP = 3;
/** Most sequences whose map is measured as it is made; with more, the search for neighbours takes longer than the map. */
export const MOST_MEASURED = 5000;

let drawing: AbortController | null = null;
/** The last finished map, shown again after a cancel. */
let last: { ids: readonly string[]; map: Pick<State["map"], "drawn" | "layer" | "options" | "part" | "silhouette"> } | null = null;

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
  if (!shownOnly || drawn === null) {
    store.patch("map", { part: null, hidden: [] });
  } else {
    const { index } = currentLooks(store.state);
    const on = drawn.part ?? Array.from(index, (_, record) => record);
    const part = on.filter((record) => !hidden.includes(index[record] ?? 0));
    store.patch("map", { part });
  }
  return redraw();
}

/** Makes a map of the selected records only. */
export function mapSelection(): Promise<void> {
  const part = selectedRecords(store.state);
  if (part.length < FEWEST_FOR_MAP) return Promise.resolve();
  store.patch("map", { part });
  return redraw();
}

/** Cancels the map and shows the one before. */
export function cancelMap(): void {
  drawing?.abort();
  drawing = null;
  store.patch("map", { progress: null, computing: false, ...last?.map });
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
  // The picture before stays, dimmed, but not that of another run.
  store.patch("map", { computing: false, error: null, progress: null, ...(last === null ? { drawn: null, silhouette: null } : {}) });
  if (report.pool === "none" || report.ids.length < FEWEST_FOR_MAP) return;
  const { layer, options, part } = store.state.map;
  const rows = layerTable(layer);
  if (rows === null) return;
  const mine = (): boolean => drawing === controller && store.state.run.report === report;
  const colourBy = defaultColouring();
  store.patch("map", { colourBy, computing: true });
  const values = classes(store.state);
  try {
    const drawn = await drawMap(rows, layer, options, part, {
      signal: controller.signal,
      onProgress: (progress) => mine() && store.patch("map", { progress }),
    });
    if (!mine()) return;
    const silhouette = { of: colourBy, found: drawn.silhouette };
    measured.set(drawn, new Map([[values, silhouette.found]]));
    last = { ids: report.ids, map: { drawn, layer, options, part, silhouette } };
    store.set("view", WHOLE);
    store.patch("map", { drawn, silhouette, progress: null, computing: false });
    if (store.state.map.colourBy !== colourBy) void measureSilhouette();
    await learnComposition();
  } catch (thrown) {
    if (mine()) store.patch("map", { progress: null, computing: false, error: toError(thrown) });
  }
}

/** Shares of letters, to colour by; read once per run. */
async function learnComposition(): Promise<void> {
  const run = currentRun();
  const table = singleLetters(run);
  if (run === null || table === null || store.state.composition?.of === run.ids) return;
  const columns = composition(await table.read(), table.cols);
  if (currentRun() === run) store.set("composition", { of: run.ids, columns });
}

let measuring: AbortController | null = null;
/** What was measured of a map, by the values of the column. */
const measured = new WeakMap<DrawnMap, Map<unknown, MapSilhouette | null>>();

/**
 * Measures how far the groups of the shown column lie apart, on the map and in all dimensions. A number of another
 * column never stays: it is removed first, and stays away if it cannot be measured.
 */
export async function measureSilhouette(): Promise<void> {
  measuring?.abort();
  const { drawn, colourBy, silhouette } = store.state.map;
  if (drawn === null || silhouette?.of === colourBy) return;
  store.patch("map", { silhouette: null });
  const [column, space] = [classes(store.state), layerTable(drawn.layer)];
  const known = measured.get(drawn) ?? new Map<unknown, MapSilhouette | null>();
  measured.set(drawn, known);
  if (column !== null && known.has(column)) return store.patch("map", { silhouette: { of: colourBy, found: known.get(column) ?? null } });
  if (column === null || space === null || drawn.rows > MOST_MEASURED) return;
  const controller = new AbortController();
  measuring = controller;
  const records = drawn.part ?? column.map((_, record) => record);
  const labels = records.map((record) => column[record] ?? null);
  const map = { table: new Table(drawn.points, drawn.points.length / 2, 2), rows: records };
  const { metric, standardise } = store.state.map.options;
  try {
    const request = { table: { table: space, rows: records }, map, labels, metric, standardise };
    const found = await analyses.ask("silhouette", request, { signal: controller.signal });
    known.set(column, found.silhouette);
    const { map: now } = store.state;
    if (now.drawn === drawn && now.colourBy === colourBy) store.patch("map", { silhouette: { of: colourBy, found: found.silhouette } });
  } catch {
    // The line stays without the number.
  }
}

/** The values of the shown column if they are classes. */
export function classes(state: State): readonly (string | null)[] | null {
  const column = mapColumn(state);
  return column === null || columnType(column, state.colours) === "number" ? null : column.values;
}

/** One map of one table. */
export async function drawMap(
  rows: Table,
  layer: number,
  options: MapOptions,
  part: readonly number[] | null,
  requestOptions: RequestOptions,
): Promise<DrawnMap> {
  const { method, metric, standardise, seed } = options;
  const labels = classes(store.state);
  const request: TableRequest<"map"> = {
    table: part === null ? rows : { table: rows, rows: part },
    method,
    metric,
    standardise,
    quality: rows.rows <= MOST_MEASURED,
    ...(labels === null ? {} : { labels: part === null ? labels : part.map((record) => labels[record] ?? null) }),
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
    const second = await drawMap(layer.table, layer.layer, options, first.part, requestOptions);
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

/** Colours the points by a column, or (empty) not at all. */
export function colourBy(key: string): void {
  beforeStep("column");
  showColumn(key);
}

/** Colours the points by a column as a part of another step. */
export function showColumn(key: string): void {
  store.patch("map", { colourBy: key, hidden: [] });
  void measureSilhouette();
}

/** Shows or hides one group of points. */
export function toggleGroup(group: number): void {
  beforeStep(`hide ${group}`);
  const { hidden } = store.state.map;
  store.patch("map", { hidden: hidden.includes(group) ? hidden.filter((one) => one !== group) : [...hidden, group] });
}

/** Looks at one record in table and map; the same record again is let go. */
export function select(record: number | null): void {
  beforeStep("record");
  store.set("selected", record === store.state.selected ? null : record);
}

/** Shows that the plot could not be made; once, because every change of the state tries again. */
export function reportFailure(thrown: unknown): void {
  if (store.state.map.error === null) store.patch("map", { error: toError(thrown) });
}

/** The chosen column if it still exists; otherwise the first that says something: a label before what the sequences say. */
function defaultColouring(): string {
  const choices = mapColumns(store.state);
  const chosen = choices.find((choice) => choice.key === store.state.map.colourBy);
  const labels = choices.find((choice) => choice.useful && choice.origin !== "sequence");
  return (chosen ?? labels ?? choices.find((choice) => choice.useful))?.key ?? "";
}
