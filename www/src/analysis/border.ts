/**
 * The typed view of the engine's `Analyses`: what can be asked of tables, and what is answered. The generated glue
 * knows these values only as `any`. Matrices are row-major; a table is named by its key.
 */
import type { DeviceChoice, Notice } from "../session";

/** A table by its key, or some of its rows. */
export type Rows = string | { table: string; rows: number[] };
/** What "near" means. */
export type Metric = "euclidean" | "cosine";
/** One label per row; `null` for none. */
export type Labels = readonly (string | null)[];

/** What made the large sums of an answer. */
export interface Computed {
  device: "cpu" | "webgpu";
  /** One sentence: which device and why. */
  reason: string;
}
/** Where the large sums are made; by itself on a real GPU where there is much to do. */
export interface OnDevice {
  device?: DeviceChoice;
}

export interface CkaQuestion<R = Rows> extends OnDevice {
  x: R[];
  /** Without it, the layers of `x` with one another. */
  y?: R[];
  kernel?: "linear" | "rbf";
  /** Of the Gaussian kernel, as a share of the median distance. */
  bandwidth?: number;
}
export interface CkaReport {
  rows: number;
  cols: number;
  /** Sequences compared. */
  n: number;
  /** `rows` × `cols`; `null` where undefined. */
  debiased: (number | null)[];
  biased: (number | null)[];
  /** Cells whose debiased value is undefined, with the product that is not positive. */
  undefined: { row: number; col: number; product: number }[];
  computed: Computed;
}

export interface CkaTestQuestion<R = Rows> {
  x: R;
  y: R;
  kernel?: "linear" | "rbf";
  bandwidth?: number;
  shuffles?: number;
  draws?: number;
  seed?: number;
}
export interface CkaTestReport {
  /** Debiased; `null` if undefined. */
  value: number | null;
  p: number;
  /** The middle 95 % of the bootstrap. */
  interval: [number, number] | null;
  undefined: number;
  n: number;
  shuffles: number;
  draws: number;
  seed: number;
}

export interface NeighboursQuestion<R = Rows> extends OnDevice {
  table: R;
  /** Rows outside the table; without them, every row's nearest other rows. */
  queries?: R;
  k: number;
  metric?: Metric;
}
export interface NeighboursReport {
  k: number;
  /** `[n, k]`, nearest first. */
  indices: Uint32Array;
  distances: Float32Array;
  computed: Computed;
}

export interface PurityQuestion<R = Rows> extends OnDevice {
  table: R;
  labels: Labels;
  k: number;
  metric?: Metric;
  shuffles?: number;
  seed?: number;
}
export interface PurityReport {
  k: number;
  /** Rows with a label. */
  rows: number;
  mean: number;
  chance: number;
  p: number;
  shuffled: { mean: number | null; low: number | null; high: number | null; shuffles: number };
  classes: { label: string; rows: number; purity: number; chance: number }[];
  seed: number;
  computed: Computed;
}

export interface OverlapQuestion<R = Rows> extends OnDevice {
  a: R;
  b: R;
  k: number;
  metric?: Metric;
}
export interface OverlapReport {
  k: number;
  shared: number;
  jaccard: number;
  chance: number;
  /** Share of each row. */
  rows: Float32Array;
  computed: Computed;
}

export interface PredictQuestion<R = Rows> extends OnDevice {
  table: R;
  queries: R;
  /** Exactly one of `labels` and `values`, one per row of the table. */
  labels?: readonly string[];
  values?: readonly number[];
  k: number;
  metric?: Metric;
  weighting?: "equal" | "distance";
}
export interface PredictReport {
  labels?: string[];
  /** Share of the weight that speaks for each label. */
  shares?: number[];
  values?: number[];
  computed: Computed;
}

export interface NeighbourhoodQuestion<R = Rows> {
  table: R;
  mutants: { position: number; aminoAcid: string }[];
  /** The k of each answer; 10 as published. */
  sweep?: number[];
  metric?: Metric;
}
export interface NeighbourhoodReport {
  k: number;
  /** Share of neighbours with the same new amino acid. */
  accuracy: number;
  chance: number;
  medianDistance: number;
  /** How many pairs lie 0, 1, 2 … positions apart. */
  distances: number[];
  /** 20 × 20; row: the mutant's amino acid, column: its neighbours'. */
  heat: number[];
  aminoAcids: string;
}

/** The small model of a probe. */
export type ProbeModel =
  | { kind: "linear"; c?: number; alpha?: number }
  | { kind: "mlp"; hidden?: number[]; alpha?: number; epochs?: number; patience?: number }
  | { kind: "forest"; trees?: number };
export type Task = "classes" | "labels" | "numbers";
export type FoldKind = "stratified" | "plain" | "grouped" | "leaveOneOut" | "given";
/** Tables side by side, and columns appended to them. */
export interface FeatureSet<R = Rows> {
  name: string;
  of?: R[];
  /** One number per row each, such as the GC content. */
  numbers?: number[][];
  /** Labels without gaps, appended as one column per class, such as the species. */
  classes?: Labels[];
  /** Per residue: the first row of each sequence and the end, as `Embedding.offsets`. */
  offsets?: Uint32Array | number[];
  /** Per residue: residues of one row, 1 by default; 2 for 6-mers of DNA. Each has a head of its own. */
  perToken?: number;
}
export interface ProbeQuestion<R = Rows> {
  /** The first is asked about; the others stand beside it on the same folds. */
  features: FeatureSet<R>[];
  labels: Labels;
  /**
   * Every label is a string with one letter per residue, and a letter a class; those in `unlabelled` ("?" by default)
   * stand for none. Folds and groups are of sequences. What a label has beyond the rows of its sequence is left out.
   */
  perResidue?: { unlabelled?: string };
  /** Without it, the labels decide. */
  task?: Task;
  /** Between the labels of a row; ";" by default. */
  separator?: string;
  model?: ProbeModel;
  folds?: { kind?: FoldKind; count?: number; groups?: Labels };
  /** One cross-validation each; `[42]` by default. */
  seeds?: number[];
  /** Runs of the first table repeated with shuffled labels. */
  shuffles?: number;
  draws?: number;
}
export interface Interval {
  mean: number;
  deviation: number;
  low: number;
  high: number;
  count: number;
}
export interface ProbeScore {
  metric: string;
  /** Pooled over the folds, mean over the seeds. */
  value: number | null;
  /** 95 % of the bootstrap of the first seed's out-of-fold predictions. */
  bootstrap: Interval | null;
  /** Student's interval over the seeds. */
  overSeeds: Interval | null;
  shuffled: number | null;
  majority: number | null;
  /** Mean over the folds of the first seed. */
  folds: number | null;
}
export interface ProbeReport {
  task: Task;
  classes: string[];
  /** Labelled sequences, or residues. */
  rows: number;
  /** Only per residue. `withoutToken`: labelled residues that a table has no row for. */
  residues: { sequences: number; perToken: number[]; withoutToken: number } | null;
  unlabelled: number;
  model: ProbeModel;
  folds: { kind: FoldKind; count: number };
  seeds: number[];
  draws: number;
  /** `paired`: headline of the first table less this one's, with a two-sided p. */
  tables: {
    name: string;
    columns: number;
    scores: ProbeScore[];
    paired: { difference: Interval; p: number } | null;
  }[];
  /** Rows by true and predicted class; only for classes. */
  confusion: number[][] | null;
  warnings: string[];
}

export type MapMethod = "pca" | "umap" | "tsne";
export interface MapQuestion<R = Rows> {
  table: R;
  method: MapMethod;
  metric?: Metric;
  /** Every column on one scale first. */
  standardise?: boolean;
  /** UMAP: the row itself counted. */
  neighbours?: number;
  minDist?: number;
  epochs?: number;
  perplexity?: number;
  iterations?: number;
  seed?: number;
  /** For the silhouette. */
  labels?: Labels;
  /** Measure what the map keeps; true by default. */
  judge?: boolean;
}
export interface MapQuality {
  k: number;
  trustworthiness: number;
  continuity: number;
  overlap: number;
  chance: number;
}
export interface MapReport {
  method: MapMethod;
  rows: number;
  /** `[n, 2]` */
  points: Float32Array;
  /** Only of principal components. */
  explained: number[] | null;
  parameters: Record<string, unknown>;
  quality: MapQuality | null;
  silhouette: { map: number; space: number; rows: number; groups: number } | null;
}

export interface AlignQuestion<R = Rows> {
  map: R;
  target: R;
}
export interface AlignReport {
  /** `[n, 2]`, in the place of the target. */
  points: Float32Array;
  /** 0: the same shape; 1: nothing in common. */
  disparity: number;
}

export interface JoinQuestion<R = Rows> {
  /** Rows with their names; two tables or more. */
  tables: { name: string; ids: readonly string[]; table: R }[];
  /** `id` (default): names are equal, letter for letter; `position`: names are `id/position`. */
  by?: "id" | "position";
  /** With `by: "position"`: one row per id, the mean over the positions that all tables have. */
  mean?: boolean;
}
export interface JoinReport {
  /** In the order of the first table. */
  ids: string[];
  rows: number;
  /** The sum of the tables' columns. */
  cols: number;
  numbers: Float32Array<ArrayBuffer>;
  /** Names that all tables have. */
  matched: number;
  /** Which columns came from which table: `start` to before `end`. */
  columns: { name: string; start: number; end: number }[];
  /** Names that are left out, with the tables that lack them. */
  missing: { id: string; tables: string[] }[];
}

export interface GatherQuestion<R = Rows> {
  /** One row per residue, word or domain. */
  table: R;
  ids: readonly string[];
  /** First row of each sequence, and the end. */
  offsets: readonly number[];
  /** Positions by id, counted from 1, or a table as text: id, tab, `235,236,239`. */
  positions: Record<string, readonly number[]> | string;
  how?: "mean" | "concatenated";
}
export interface GatherReport {
  ids: string[];
  /** Which sequences these are, counted from 0. */
  kept: number[];
  rows: number;
  cols: number;
  numbers: Float32Array<ArrayBuffer>;
  /** Sequences without positions, or without one of them. */
  leftOut: Notice[];
  /** Lines of the table that are none. */
  refused: Notice[];
}

export interface ExportQuestion<R = Rows> {
  format: "npy" | "csv" | "safetensors";
  ids: readonly string[];
  /** Several in `safetensors` only; the other formats hold the first. */
  layers: { name: string; table: R }[];
  /** Beside the ids, in `safetensors` only. */
  metadata?: Record<string, string>;
}

export interface CodonsOptions {
  /** NCBI translation table; 1 by default. */
  table?: number;
  /** One per sequence; without it every sequence by itself. */
  groups?: Labels;
}
export interface CodonsReport {
  table: number;
  /** The 64 codons, T, C, A, G. */
  codons: string[];
  /** The residue of each codon; `*` is a stop. */
  aminoAcids: string;
  groups: {
    name: string;
    sequences: number;
    codons: number;
    gc: number | null;
    gc3: number | null;
    counts: number[];
    rscu: (number | null)[];
  }[];
  refused: Notice[];
  refusedOmitted: number;
}
export interface SampleOptions {
  how: "true" | "permuted" | "uniform";
  seed?: number;
  table?: number;
}
export interface SampleReport {
  records: { id: string; sequence: string }[];
  /** Codons that differ from the given ones. */
  changed: number;
  refused: Notice[];
  refusedOmitted: number;
  seed: number;
}
export interface MutateQuestion {
  sequence: string;
  table?: number;
  /** Most letters of a codon that may differ; 3 by default. */
  baseChanges?: number;
}
export interface CodonMutant {
  position: number;
  from: string;
  to: string;
  residueFrom: string;
  residueTo: string;
  consequence: "synonymous" | "missense" | "nonsense" | "stop_loss";
  baseChanges: number;
  sequence: string;
}
export interface BackQuestion {
  protein: string;
  /** Codons and how often each is used, in any unit. */
  usage: [string, number][];
  table?: number;
}
export interface BackReport {
  sequence: string;
  gc: number | null;
  gc3: number | null;
}
interface Given {
  records: { id: string; sequence: string }[];
}

/** Every question with its answer. */
export interface Questions<R = Rows> {
  cka: [CkaQuestion<R>, CkaReport];
  ckaTest: [CkaTestQuestion<R>, CkaTestReport];
  neighbours: [NeighboursQuestion<R>, NeighboursReport];
  purity: [PurityQuestion<R>, PurityReport];
  overlap: [OverlapQuestion<R>, OverlapReport];
  predict: [PredictQuestion<R>, PredictReport];
  neighbourhood: [NeighbourhoodQuestion<R>, NeighbourhoodReport[]];
  probe: [ProbeQuestion<R>, ProbeReport];
  map: [MapQuestion<R>, MapReport];
  align: [AlignQuestion<R>, AlignReport];
  join: [JoinQuestion<R>, JoinReport];
  gather: [GatherQuestion<R>, GatherReport];
  exportTable: [ExportQuestion<R>, Uint8Array<ArrayBuffer>];
  codons: [CodonsOptions & Given, CodonsReport];
  sampleCodons: [SampleOptions & Given, SampleReport];
  mutateCodons: [MutateQuestion, CodonMutant[]];
  backTranslate: [BackQuestion, BackReport];
}
/** The name of a question. */
export type Topic = keyof Questions;
