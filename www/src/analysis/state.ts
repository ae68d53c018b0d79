/**
 * What the page knows of analyses: finished embedding runs, kept so that layers and models can be compared, and one
 * entry per analysis with its progress, answer or error.
 */
import type { CrossgrainError } from "../error";
import type { Progress } from "../progress";
import {
  DEFAULTS,
  type AlignResponse,
  type CkaResponse,
  type CkaTestResponse,
  type CodonsResponse,
  type EmbedReport,
  type Fit,
  type HeaderField,
  type JoinBy,
  type KernelKind,
  type KindChoice,
  type LayerWord,
  type MapMethod,
  type MapRequest,
  type MapResponse,
  type MethodsRecord,
  type NeighbourhoodResponse,
  type NeighboursRequest,
  type NeighboursResponse,
  type MutualKnnResponse,
  type Notice,
  type OverlapResponse,
  type Pool,
  type Precision,
  type ProbeResponse,
  type PurityResponse,
  type SequenceClustersResponse,
} from "../protocol";
import type { Table } from "./table";
import type { Beside } from "./conclusion";

/** Distance between rows. */
export type Distance = NonNullable<NeighboursRequest["metric"]>;
/** One label per record; `null` for none. */
export type Labels = readonly (string | null)[];

/** The fields of a run that the page shows. */
export interface RunReport extends Omit<EmbedReport, "pool"> {
  /**
   * Besides the engine's own: the mean over chosen positions, or their rows in order; `rows`: each row by itself, such
   * as one per domain; `joined`: rows of several runs side by side.
   */
  pool: Pool | "positions" | "positions-in-order" | "rows" | "joined";
}

/** What the file of a run says of its records: descriptions and header fields, by id. */
export interface RecordMetadata {
  ids: readonly string[];
  descriptions: readonly string[];
  fields: readonly { name: HeaderField["name"]; values: Labels }[];
  /** The ids as the files have them, where records of several files had the same id and got names of their own. */
  given?: readonly string[];
}

/** How a run was made: the engine's record, or what the page itself did with kept runs. */
export type RunRecord = MethodsRecord | Record<string, unknown>;

/** What a run was computed from; compared with what is chosen now, so that the page can say when the two differ. */
export interface RunSettings {
  /** Number of the input among those of this visit; -1 for a run of an earlier visit. */
  input: number;
  sequences: string;
  kind: KindChoice;
  /** The genetic code by which the sequences were translated. */
  code: number | null;
  model: string;
  weightsSha256: string;
  precision: Precision;
  layers: LayerWord;
  pool: string;
  overlap: number | null;
  positions: string | null;
}

/** The runs that a joined run was made of. */
export interface JoinedFrom {
  by: JoinBy;
  mean: boolean;
  /** Names that all parts have. */
  matched: number;
  /** Whether each part was divided by the root of its variance; absent in runs of older visits, which were not. */
  equal?: boolean;
  /** Columns `start` to before `end` are this layer of this run; `share` of the variance of all columns, before any weighting. */
  parts: readonly { run: string; layer: number; start: number; end: number; share?: number; methods: RunRecord | null }[];
  /** Names that a part lacks: the first of them, and the number of the others. */
  leftOut: readonly Notice[];
  omitted: number;
}

/** The run that a control belongs to, and how its sequences were made. */
export interface ControlOf {
  /** Name of the run. */
  of: string;
  /** Seed of the shuffles. */
  seed: number;
  /** What was shuffled within each record: `letters`, `bases`, or `domains`. */
  letters: string;
}

/** A finished run, several of them joined, or a table that was read from a file. */
export interface StoredRun {
  id: number;
  name: string;
  /** The model's name, or the file's. */
  model: string;
  ids: readonly string[];
  dims: number;
  /** What is shown of it; made up for a table from a file. */
  report: RunReport;
  methods: RunRecord | null;
  metadata: readonly RecordMetadata[];
  joined: JoinedFrom | null;
  layers: readonly { layer: number; table: Table }[];
  /** Simple features of the same sequences, for comparison, with what they leave out. */
  baselines: readonly { name: string; table: Table; warnings?: readonly Notice[] }[];
  /** What it was computed from; null for joined runs and tables from files. */
  settings: RunSettings | null;
  /** Begins the names of saved files. */
  base: string;
  /** For a run of shuffled sequences, its original; absent for others. */
  control?: ControlOf;
}

/** How the map is made. */
export type MapOptions = Required<
  Pick<MapRequest, "method" | "metric" | "standardise" | "neighbours" | "minDist" | "perplexity" | "seed">
>;

/** A map of the current run: points of all records, NaN for records that were left out. */
export interface DrawnMap extends MapResponse {
  layer: number;
  /** The records on the map, or null for all. */
  part: readonly number[] | null;
}

/** A second map laid over the first. */
export interface ComparedMap extends AlignResponse {
  name: string;
  /** Neighbours that both maps share. */
  overlap: OverlapResponse;
}

/** A sequence of another run and its nearest sequence here. */
export interface QueryRow {
  id: string;
  nearest: string;
  distance: number;
  /** The label of most of its neighbours, and their share. */
  label: string | null;
  share: number | null;
}

/** A question in words, by the parts of its form: what an answer is an answer to. */
export type Asked = Readonly<Record<string, string>>;

/** The answers by analysis. */
export interface Answers {
  neighbours: NeighboursResponse & { layer: number; metric: Distance };
  purity: PurityResponse & { layer: number; metric: Distance; column: string; beside: readonly Beside[]; control: number | null; asked: Asked };
  likeness: Fit & { layer: number; metric: Distance; k: number; column: string; beside: readonly Beside[]; control: number | null; asked: Asked };
  overlap: OverlapResponse & { a: string; b: string };
  mutualKnn: MutualKnnResponse & { a: string; b: string };
  queries: { run: string; layer: number; metric: Distance; rows: readonly QueryRow[] };
  /**
   * `own`: the number of its tables, from the first, that hold embeddings; the others are simple features, and at
   * `control` the shuffled sequences. `withinColumn`: the column of the groups inside which scores are computed as well.
   */
  probe: ProbeResponse & { column: string; layers: readonly number[]; own: number; control: number | null; withinColumn: string | null; asked: Asked };
  cka: CkaResponse & { a: StoredRun; b: StoredRun; kernel: KernelKind; asked: Asked };
  ckaTest: CkaTestResponse & { row: number; col: number };
  /** `composition`: shares of neighbours by composition alone, in the order of the answers; null where it is not known. */
  mutants: NeighbourhoodResponse & { count: number; layer: number; metric: Distance; composition: { name: string; shares: readonly number[] } | null; asked: Asked };
  comparedMap: ComparedMap;
  codons: CodonsResponse & { grouped: string };
  clusters: SequenceClustersResponse;
}

/** One analysis. */
export interface Job<A> {
  phase: "idle" | "running" | "done" | "cancelled" | "failed";
  progress: Progress | null;
  answer: A | null;
  error: CrossgrainError | null;
}

/** All analyses. */
export type Jobs = { [Part in keyof Answers]: Job<Answers[Part]> };

/** Before anything was asked. */
export function initialJobs(): Jobs {
  const idle = { phase: "idle" as const, progress: null, answer: null, error: null };
  return {
    neighbours: idle,
    purity: idle,
    likeness: idle,
    overlap: idle,
    mutualKnn: idle,
    queries: idle,
    probe: idle,
    cka: idle,
    ckaTest: idle,
    mutants: idle,
    comparedMap: idle,
    codons: idle,
    clusters: idle,
  };
}

/** The layout of the first map: principal components are there at once, however many the sequences are. */
const FIRST_METHOD: MapMethod = "pca";

/** The map before anything was changed. */
export const DEFAULT_MAP: MapOptions = { ...DEFAULTS.map, method: FIRST_METHOD };
