/** The map of the control beside the shown map: made in the same way, its quality and the silhouette of its groups. */
import { controlOf, controlTable } from "../analysis/control";
import type { DrawnMap } from "../analysis/state";
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { store } from "../state";
import { classes, drawMap, MOST_MEASURED } from "./map";
import { currentRun } from "./runs";

/** The maps of controls that were made, by the shown map; by the table of the control they were made of. */
const made = new WeakMap<DrawnMap, { table: Table; map: DrawnMap }>();
let working: AbortController | null = null;

/** Keeps the numbers of the control's map beside those of the shown one. */
export function watchControlMap(): void {
  let before: readonly unknown[] = [];
  store.subscribe(() => {
    const { map, runs, run, colours } = store.state;
    const now = [map.drawn, map.colourBy, map.computing, runs, run.shown, colours.types];
    if (now.every((part, at) => part === before[at])) return;
    before = now;
    void measure();
  });
}

async function measure(): Promise<void> {
  working?.abort();
  const { drawn, colourBy, computing, control: known, options } = store.state.map;
  if (known !== null && (known.of !== drawn || known.colourBy !== colourBy)) store.patch("map", { control: null });
  const run = currentRun();
  const control = controlOf(store.state.runs, run);
  const table = drawn === null ? null : controlTable(control, drawn.layer);
  if (store.state.map.control !== null && table !== null) return;
  if (drawn === null || computing || table === null || table.rows > MOST_MEASURED) return;
  const controller = new AbortController();
  working = controller;
  const { signal } = controller;
  const labels = classes(store.state);
  try {
    const earlier = made.get(drawn);
    const map = earlier?.table === table ? earlier.map : await drawMap(table, drawn.layer, options, drawn.part, { signal });
    made.set(drawn, { table, map });
    let { silhouette } = map;
    if (earlier?.map === map && labels !== null) {
      const rows = drawn.part ?? Array.from(labels, (_, row) => row);
      const points = { table: new Table(map.points, map.points.length / 2, 2), rows };
      const { metric, standardise } = options;
      const request = { table: { table, rows }, map: points, labels: rows.map((row) => labels[row] ?? null), metric, standardise };
      ({ silhouette } = await analyses.ask("silhouette", request, { signal }));
    }
    if (signal.aborted || store.state.map.drawn !== drawn || store.state.map.colourBy !== colourBy) return;
    store.patch("map", { control: { of: drawn, colourBy, quality: map.quality, silhouette: labels === null ? null : silhouette } });
  } catch {
    // The map stands without the numbers of its control.
  }
}
