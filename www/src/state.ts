/**
 * Everything that the page shows, in one object, and a small store around it. Views read it, actions replace parts of
 * it, and nothing mutates it in place: a change is a new reference.
 */
import type { UserFile } from "./files/role";
import { DEFAULT_MAP, initialJobs, type DrawnMap, type Jobs, type MapOptions, type RunRecord, type RunReport, type StoredRun } from "./analysis/state";
import type { CrossgrainError } from "./error";
import type { Identity } from "./identity";
import type { MeasureReport } from "./measure";
import type { OfflineState } from "./offline/register";
import type { RequestEntry } from "./requests";
import type { Progress } from "./progress";
import type {
  DeviceChoice,
  DeviceReport,
  KindChoice,
  LabelsReport,
  MapQuality,
  MapSilhouette,
  ModelReport,
  Precision,
  SequencesReport,
} from "./protocol";
import type { Composition } from "./colour/composition";
import { DEFAULT_COLOURS, type ColourSettings } from "./colour/settings";
import { WHOLE, type Camera } from "./map/camera";
import type { EnginePhase } from "./rpc";
import type { ChosenOptions } from "./run/chosen";
import type { UnfinishedRun } from "./session/unfinished";
import type { ForeignFile, StoredModel } from "./store/stored";

/** Where a model comes from. */
export type ModelSource = "builtin" | "files" | "hub";

/** A label table that was added. */
export interface LabelTable {
  key: number;
  name: string;
  file: Blob;
  /** Records on show that it has a row for; null while there are none. */
  matched: number | null;
  columns: readonly string[];
}

/** An earlier visit. */
export interface KeptSession {
  key: string;
  title: string;
  bytes: number;
  /** Its runs that have not ended. */
  unfinished: readonly { name: string; sequences: string; finished: number; total: number }[];
  /** When it was written last, milliseconds since 1970. */
  saved: number;
}

/** The cluster of each sequence. */
export interface SequenceClusters {
  ids: readonly string[];
  /** `cluster 1`, `cluster 2` … */
  values: readonly string[];
  /** Identity from which two sequences are linked, 0 to 1. */
  identity: number;
}

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
    /** Whether the model in use is the published one whose name it bears; null if it bears no such name. */
    identity: Identity | null;
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  /** Models saved in this browser. */
  stored: {
    models: readonly StoredModel[];
    /** Files among them that this program did not make. */
    foreign: readonly ForeignFile[];
    phase: "idle" | "saving" | "deleting";
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  sequences: {
    /** `ready` while there is a report; a file that was refused leaves it so, with the error. */
    phase: "empty" | "reading" | "ready" | "failed";
    name: string;
    /** Number of the input among those of this visit; the same input read another way keeps it. */
    input: number;
    kind: KindChoice;
    /** The genetic code that was chosen for this file; null before it was asked for. */
    code: number | null;
    /** Whether the records are proteins that were translated by it. */
    translated: boolean;
    report: SequencesReport | null;
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  options: ChosenOptions;
  run: {
    phase: "idle" | "running" | "cancelling" | "done" | "cancelled" | "failed";
    report: RunReport | null;
    methods: RunRecord | null;
    error: CrossgrainError | null;
    /** Id of the kept run that is shown; null before there is one. */
    shown: number | null;
    /** Id of the kept run whose rows the engine still holds. */
    held: number | null;
    /** What the run under way, or the last one, has survived: a sentence each. */
    survived: readonly string[];
    /** The unfinished run that is being computed. */
    current: number | null;
  };
  /** Runs that have finished rows and have not ended. */
  unfinished: readonly UnfinishedRun[];
  /** The run of shuffled sequences that is being made. */
  control: {
    phase: "idle" | "running" | "cancelled" | "failed";
    /** Number of the run that it is made for. */
    of: number | null;
    progress: Progress | null;
    error: CrossgrainError | null;
  };
  /** How far the run under way is: apart from `run`, because all that is shown of a finished run depends on that. */
  embedding: { progress: Progress | null };
  map: {
    layer: number;
    /** The last map of this run; while another is computed it stays, dimmed. */
    drawn: DrawnMap | null;
    computing: boolean;
    /** How far the groups of a column lie apart, on the map that is drawn; null where it is not known. */
    silhouette: { of: string; found: MapSilhouette | null } | null;
    /** The same map of the shuffled sequences of this run; null without a control, or before it is known. */
    control: { of: DrawnMap; colourBy: string; quality: MapQuality | null; silhouette: MapSilhouette | null } | null;
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
  /** What was decided about the last table as text, in one line; null for other formats. */
  importedAs: string | null;
  /** Label tables, each matched by id to whatever is shown. */
  labels: {
    tables: readonly LabelTable[];
    /** Names of the tables. */
    name: string;
    /** All tables together, a value for each of `ids`; null while nothing can be labelled. */
    report: LabelsReport | null;
    /** The records on show: those of the shown run, otherwise those of the open sequences. */
    ids: readonly string[];
    /** All tables together for the open sequences. */
    open: LabelsReport | null;
    error: CrossgrainError | null;
  };
  /** What outlives the tab: earlier visits, and how much this visit has written. */
  kept: {
    /** Whether this visit is kept. */
    on: boolean;
    sessions: readonly KeptSession[];
    bytes: number | null;
    busy: boolean;
    error: CrossgrainError | null;
  };
  /** What an opened link needs before its view can be shown; null without one. */
  linked: string | null;
  /** The files of the last drop, each with what it was taken for. */
  files: readonly UserFile[];
  /** Index of the record that is looked at, in table and map alike. */
  selected: number | null;
  /** Records that were selected together, of the run with these ids; of another run none are. */
  selection: Selection;
  /** Clusters of similar sequences, with the names of the sequences that were open; null before they were found. */
  clusters: SequenceClusters | null;
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
  /** Whether the page works without a network, and whether a new version of it waits. */
  offline: OfflineState;
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
      identity: null,
      progress: null,
      error: null,
    },
    stored: { models: [], foreign: [], phase: "idle", progress: null, error: null },
    sequences: { phase: "empty", name: "", input: 0, kind: "auto", code: null, translated: false, report: null, progress: null, error: null },
    options: { layers: "last", pool: "auto", positions: null, overlap: null },
    run: { phase: "idle", report: null, methods: null, error: null, shown: null, held: null, survived: [], current: null },
    unfinished: [],
    control: { phase: "idle", of: null, progress: null, error: null },
    embedding: { progress: null },
    map: {
      layer: 0,
      drawn: null,
      computing: false,
      silhouette: null,
      control: null,
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
    importedAs: null,
    labels: { tables: [], name: "", report: null, ids: [], open: null, error: null },
    kept: { on: true, sessions: [], bytes: null, busy: false, error: null },
    linked: null,
    files: [],
    selected: null,
    selection: { of: null, records: [] },
    clusters: null,
    groups: new Map(),
    colours: DEFAULT_COLOURS,
    composition: null,
    view: WHOLE,
    history: { past: 0, future: 0 },
    exported: { busy: null, error: null },
    measure: { phase: "idle", step: "", report: null, error: null },
    requests: [],
    offline: "unknown",
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
