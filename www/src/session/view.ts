/** What is shown of the kept runs: written beside them, and put back after a reload. Settings only, no numbers. */
import type { StoredRun } from "../analysis/state";
import { initialState, type State } from "../state";

/** The view of one run. */
export interface KeptView {
  /** Name of the run's file. */
  run: string;
  map: Partial<State["map"]>;
  /** Id of the marked record. */
  selected: string | null;
}

/** The map as it is set, without what was computed. */
export function viewOf(state: State, run: StoredRun, file: string): KeptView {
  const { drawn: _drawn, control: _control, progress: _progress, error: _error, ...map } = state.map;
  return { run: file, map, selected: run.ids[state.selected ?? -1] ?? null };
}

/** The map of a run before it is computed. */
export function mapOf(view: KeptView, run: StoredRun): State["map"] {
  const empty = initialState().map;
  const { layer = empty.layer, part = null } = view.map;
  return {
    ...empty,
    ...view.map,
    options: { ...empty.options, ...view.map.options },
    layer: run.report.layers.includes(layer) ? layer : (run.report.layers.at(-1) ?? 0),
    part: part?.every((row) => row < run.ids.length) === true ? part : null,
  };
}
