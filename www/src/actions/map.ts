/** The map: which layer it shows, what colours it, which groups are hidden, which record is chosen. */
import { engine } from "../engine";
import { CrossgrainError, toError } from "../error";
import { colourings } from "../grouping";
import { store } from "../state";

/** Fewest sequences with two components to draw. */
export const FEWEST_FOR_MAP = 3;

/** Computes the principal components of `layer` and shows them. */
export async function showLayer(layer: number): Promise<void> {
  const report = store.state.run.report;
  if (report === null) return;
  store.patch("map", { layer, pca: null, error: null });
  if (report.pool === "none" || report.ids.length < FEWEST_FOR_MAP) return;
  try {
    const pca = await engine.pca(layer, 2);
    if (store.state.run.report === report) store.patch("map", { pca, colourBy: defaultColouring() });
  } catch (thrown) {
    store.patch("map", { error: toError(thrown) });
  }
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

/** Reads a label table and colours by its first column. */
export async function readLabels(file: File): Promise<void> {
  store.set("labels", { name: file.name, report: null, error: null });
  try {
    const report = await engine.readLabels(file, file.name);
    if (report.matched === 0) throw unmatched(file.name);
    store.patch("labels", { report });
    const first = report.columns[0];
    if (first !== undefined) colourBy(`label:${first}`);
  } catch (thrown) {
    store.patch("labels", { error: toError(thrown) });
  }
}

/** What is chosen already if it still exists; otherwise the first field that divides the records into few groups. */
function defaultColouring(): string {
  const choices = colourings(store.state);
  const chosen = choices.find((choice) => choice.key === store.state.map.colourBy);
  return (chosen ?? choices.find((choice) => choice.useful))?.key ?? "";
}

function unmatched(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "labels.no_match",
    message: "no id of the label table is an id of the sequences",
    where: { file },
    hint: "the first column must hold the ids exactly as they stand after > in the sequence file",
  });
}
