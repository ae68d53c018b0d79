/**
 * Everything that the page shows, in one object, and a small store around it. Views read it, actions replace parts of
 * it, and nothing mutates it in place: a change is a new reference.
 */
import { DEFAULT_MAP, initialJobs, type DrawnMap, type Jobs, type MapOptions, type RunRecord, type RunReport, type StoredRun } from "./analysis/state";
import type { CrossgrainError } from "./error";
import type { MeasureReport } from "./measure";
import type { RequestEntry } from "./requests";
import type { Progress } from "./progress";
import type {
  DeviceChoice,
  DeviceReport,
  KindChoice,
  LabelsReport,
  LayerWord,
  MapSilhouette,
  ModelReport,
  Pool,
  Precision,
  SequencesReport,
} from "./protocol";
import type { Composition } from "./colour/composition";
import { DEFAULT_COLOURS, type ColourSettings } from "./colour/settings";
import { WHOLE, type Camera } from "./map/camera";
import type { EnginePhase } from "./rpc";
import type { StoredModel } from "./store/stored";

/** Where a model comes from. */
export type ModelSource = "builtin" | "files" | "hub";

/** Records of a run, in file order. */
export interface Selection {
  of: readonly string[] | null;
  records: readonly number[];
}

/** Everything the page shows. */
export interface State {
  engine: {
    phase: EnginePhase;
    choice: DeviceChoice;
    device: DeviceReport | null;
    error: CrossgrainError | null;
    /** CPU workers that embed at the same time. */
    workers: number;
  };
  model: {
    source: ModelSource;
    /** The demonstration model that is chosen among those of the site. */
    demonstration: string;
    /** Id of the chosen published model, or empty. */
    published: string;
    phase: "empty" | "downloading" | "loading" | "ready" | "failed";
    /** What is being loaded, or was: an id or a folder name. */
    wanted: string;
    /** Precision of the weights of models that are loaded from now on. */
    weights: Precision;
    report: ModelReport | null;
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  /** Models saved in this browser. */
  stored: {
    models: readonly StoredModel[];
    phase: "idle" | "saving" | "deleting";
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  sequences: {
    phase: "empty" | "reading" | "ready" | "failed";
    name: string;
    kind: KindChoice;
    /** The genetic code that was chosen for this file; null before it was asked for. */
    code: number | null;
    /** Whether the records are proteins that were translated by it. */
    translated: boolean;
    report: SequencesReport | null;
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  options: {
    layers: LayerWord;
    pool: Pool | "positions" | "positions-in-order";
    /** The table of chosen positions, as it was read. */
    positions: { name: string; text: string } | null;
    /** Residues shared by neighbouring windows; null for the engine's default. */
    overlap: number | null;
  };
  run: {
    phase: "idle" | "running" | "cancelling" | "done" | "cancelled" | "failed";
    report: RunReport | null;
    progress: Progress | null;
    methods: RunRecord | null;
    error: CrossgrainError | null;
    /** Id of the kept run that is shown; null while the rows of the engine are shown. */
    shown: number | null;
  };
  map: {
    layer: number;
    /** The last map of this run; while another is computed it stays, dimmed. */
    drawn: DrawnMap | null;
    computing: boolean;
    /** How far the groups of a column lie apart, on the map that is drawn; null where it is not known. */
    silhouette: { of: string; found: MapSilhouette | null } | null;
    options: MapOptions;
    /** Records that the map is limited to, or null for all. */
    part: readonly number[] | null;
    progress: Progress | null;
    /** Key of the column that colours the points; empty for none. */
    colourBy: string;
    /** Rows of the legend that are not shown. */
    hidden: readonly number[];
    error: CrossgrainError | null;
  };
  /** Finished runs, the newest last. */
  runs: readonly StoredRun[];
  jobs: Jobs;
  /** Runs being put side by side. */
  joining: { busy: boolean; error: CrossgrainError | null };
  /** Why the last table could not be read. */
  imported: CrossgrainError | null;
  labels: { name: string; report: LabelsReport | null; error: CrossgrainError | null };
  /** Index of the record that is looked at, in table and map alike. */
  selected: number | null;
  /** Records that were selected together, of the run with these ids; of another run none are. */
  selection: Selection;
  /** Labels that were made from selections, by id; they stay for every run. */
  groups: ReadonlyMap<string, string>;
  colours: ColourSettings;
  /** Shares of letters of the run on show, once they are known. */
  composition: Composition | null;
  /** Where the map is looked at. */
  view: Camera;
  /** Steps of selection, view and colours that can be taken back, and done again. */
  history: { past: number; future: number };
  exported: { busy: string | null; error: CrossgrainError | null };
  measure: {
    phase: "idle" | "running" | "cancelling" | "done" | "failed";
    /** What is being measured, in words. */
    step: string;
    report: MeasureReport | null;
    error: CrossgrainError | null;
  };
  requests: readonly RequestEntry[];
  theme: { choice: "auto" | "light" | "dark"; shown: "light" | "dark" };
}

/** What the page shows before anything happened. */
export function initialState(): State {
  return {
    engine: { phase: "starting", choice: "auto", device: null, error: null, workers: 1 },
    model: {
      source: "builtin",
      demonstration: "esm2-demo",
      published: "esm2_t6_8M_UR50D",
      phase: "empty",
      wanted: "",
      weights: "f32",
      report: null,
      progress: null,
      error: null,
    },
    stored: { models: [], phase: "idle", progress: null, error: null },
    sequences: { phase: "empty", name: "", kind: "auto", code: null, translated: false, report: null, progress: null, error: null },
    options: { layers: "last", pool: "auto", positions: null, overlap: null },
    run: { phase: "idle", report: null, progress: null, methods: null, error: null, shown: null },
    map: {
      layer: 0,
      drawn: null,
      computing: false,
      silhouette: null,
      options: DEFAULT_MAP,
      part: null,
      progress: null,
      colourBy: "",
      hidden: [],
      error: null,
    },
    runs: [],
    jobs: initialJobs(),
    joining: { busy: false, error: null },
    imported: null,
    labels: { name: "", report: null, error: null },
    selected: null,
    selection: { of: null, records: [] },
    groups: new Map(),
    colours: DEFAULT_COLOURS,
    composition: null,
    view: WHOLE,
    history: { past: 0, future: 0 },
    exported: { busy: null, error: null },
    measure: { phase: "idle", step: "", report: null, error: null },
    requests: [],
    theme: { choice: "auto", shown: "light" },
  };
}

/** Holds a state and calls its listeners when it was replaced. */
export class Store<S extends object> {
  #state: S;
  readonly #listeners = new Set<() => void>();

  constructor(state: S) {
    this.#state = state;
  }

  /** The current state; treat it as frozen. */
  get state(): S {
    return this.#state;
  }

  /** Replaces fields of one part of the state. */
  patch<K extends keyof S>(part: K, fields: Partial<S[K]>): void {
    this.set(part, { ...this.#state[part], ...fields });
  }

  /** Replaces one part of the state. */
  set<K extends keyof S>(part: K, value: S[K]): void {
    this.#state = { ...this.#state, [part]: value };
    for (const listener of this.#listeners) listener();
  }

  /** Calls `listener` after every change, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The page's state. */
export const store = new Store<State>(initialState());
