/**
 * Types of `crossgrain.js`. Matrices are row-major: `layers[6][row * dims + column]`.
 */

/** A problem: stable code, sentence, place, way out. */
export interface Notice {
  code: string;
  message: string;
  where: { file?: string; line?: number; record?: string };
  hint: string;
}

/** What every call rejects with, except an aborted one (a `DOMException` named `AbortError`). */
export declare class CrossgrainError extends Error {
  readonly name: "CrossgrainError";
  readonly code: string;
  readonly where: Notice["where"];
  readonly hint: string;
  constructor(notice: { code: string; message: string; where?: Notice["where"]; hint: string });
}

/** How far a long call has come; at most ten of these a second. */
export interface Progress {
  stage:
    | "downloading"
    | "loading"
    | "saving"
    | "hashing"
    | "reading"
    | "embedding"
    | "map"
    | "cka"
    | "shuffling"
    | "neighbours"
    | "quality"
    | "training"
    | "bootstrap"
    | "codons";
  done: number;
  total: number;
  unit: "bytes" | "tensors" | "residues" | "records" | "steps" | "rows" | "folds" | "draws" | "kernels";
  residuesPerSecond?: number;
  secondsLeft?: number;
}

export interface CreateOptions {
  /** `auto`: WebGPU if its start-up check passes, otherwise the CPU. */
  device?: "auto" | "webgpu" | "cpu";
  /** Address of the model hub or of a mirror; https://huggingface.co by default. */
  hub?: string;
  /** CPU workers that embed at the same time, 1 by default, at most 16. Each holds the model; a GPU takes one. */
  workers?: number;
}

/** Exactly one of `files`, `hub` and `builtin`. */
export interface ModelChoice {
  /** By name: `config.json`, `model.safetensors` and, where the model has one, `vocab.txt`. */
  files?: Record<string, Blob | ArrayBuffer>;
  /** `owner/name` on the hub. */
  hub?: string;
  /** Demonstration models: residues of proteins, codons of genes, domains of gene clusters. */
  builtin?: "esm2-demo" | "nt-3mer-demo" | "bigcarp-demo";
  /** With `files`: the name written into the methods. */
  name?: string;
  /** Id of a model saved in this browser, see `Crossgrain.stored`. */
  stored?: string;
  /**
   * How weights are held: as they are, or quantized while they load. By default `f32`, or what a quantized file holds.
   */
  weights?: "f32" | "f16" | "int8" | "int4";
  onProgress?: (progress: Progress) => void;
}

/** A published checkpoint, as known before anything of it is downloaded. */
export interface PublishedModel {
  id: string;
  name: string;
  family: string;
  granularity: "protein" | "nucleotide" | "domain";
  attribution: string;
  /** As an SPDX expression, or `not stated`. */
  licence: string;
  /** Whether commercial use is excluded; null where the licence is not stated. */
  nonCommercial: boolean | null;
  /** `owner/name` for `loadModel({ hub })`, or null if it is published elsewhere. */
  hub: string | null;
  doi: string | null;
  /** Names of its files. */
  files: string[];
  /** Size of its files; weights whose size was not recorded count as stored in f32. */
  downloadBytes: number;
  downloadExact: boolean;
  /** Weights in memory: numbers of the blocks' linear layers at 4, 2, 1 or 5/8 bytes, all others at 4. */
  memoryBytes: { f32: number; f16: number; int8: number; int4: number };
  parameters: number;
  layers: number;
  width: number;
  /** Residues, tokens or domains of one pass; longer sequences are cut. Null where no length is too long. */
  window: number | null;
  /** Nucleotides of one token, where it is always the same number. */
  lettersPerToken: number | null;
  /** Why the engine does not run it. */
  refused: string | null;
  /** `download` by its hub id, as a `file` of the user's, on the command line only, or not at all. */
  availability: "download" | "file" | "command-line" | "none";
  /** Why it cannot be downloaded here, in one sentence. */
  reason: string | null;
}

export interface EmbedOptions {
  /** Hidden states to keep; 0 is the token embedding. `last` by default. */
  layers?: "last" | "all" | number[];
  /**
   * `auto` (default) as the model's authors do: `mean` over residues for ESM, `mean-tokens` (special
   * tokens included) for nucleotide models; `max` over tokens; `cls`, the first token; `none` for one
   * row per residue.
   */
  pool?: "auto" | "mean" | "mean-tokens" | "max" | "cls" | "none";
  /** Residues shared by neighbouring windows of sequences longer than 1,022; 256 by default. */
  overlap?: number;
  /** Coding sequences are translated by this NCBI table (1 standard, 11 bacteria) first; for protein models. */
  translate?: number;
  /**
   * One row per record from these positions only, in place of `pool`: by id, counted from 1 along the model's
   * residues, words or domains; or a table as text (id, tab, `235,236,239`). Records without are left out, with a
   * warning.
   */
  positions?: Record<string, readonly number[]> | string;
  /** How the rows of chosen positions become one: their `mean` (default), or one after the other. */
  gather?: "mean" | "concatenated";
  onProgress?: (progress: Progress) => void;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal;
}

export interface SaveOptions {
  /** Precision in the file; `int8` by default, or that of the model if it is coarser than `f32`. */
  weights?: "f32" | "f16" | "int8" | "int4";
  onProgress?: (progress: Progress) => void;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal;
}

/** A model saved in this browser as one quantized file. */
export interface StoredModel {
  /** What `loadModel({ stored })` takes. */
  id: string;
  name: string;
  family: string;
  precision: "f32" | "f16" | "int8" | "int4";
  bytes: number;
  /** SHA-256 of the original weights. */
  sourceSha256: string;
}

export interface Embedding {
  ids: string[];
  /** Per layer a matrix of `rows` × `dims`. */
  layers: Record<number, Float32Array>;
  rows: number;
  dims: number;
  /** Windows that each sequence took. */
  windows: Uint32Array;
  /** Only with `pool: "none"`: first row of each sequence, and the end. */
  offsets?: Uint32Array;
  /** Also names the records that were refused; those have no row. */
  warnings: Notice[];
}

export interface DeviceReport {
  kind: "webgpu" | "cpu";
  name: string;
  /** True for a GPU emulated by the processor. */
  software: boolean;
  /** Which device and why, in one sentence. */
  reason: string;
  check: { maxDifference: number; tolerance: number } | null;
  /** Whether integers run on relaxed SIMD, which is faster and gives the same numbers. */
  relaxedSimd: boolean;
  /** Which kernels a GPU runs, found by trying them. */
  kernels: string | null;
}

export interface ModelReport {
  name: string;
  source: string;
  family: string;
  granularity: "protein" | "nucleotide" | "domain";
  /** What `pool: "auto"` stands for. */
  pool: string;
  /** Number of the last hidden state. */
  last: number;
  layers: number;
  width: number;
  heads: number;
  parameters: number;
  precision: string;
  /** Whether it came from a quantized file, such as a saved model. */
  quantized: boolean;
  /** Of a quantized file that of the weights it was made from. */
  weightsSha256: string;
  weightsBytes: number;
  maxResidues: number | null;
  window: number | null;
  warnings: Notice[];
}

export declare class Model {
  private constructor();
  readonly report: ModelReport;
  embed(records: { id: string; sequence: string }[], options?: EmbedOptions): Promise<Embedding>;
  /** Saves the model in this browser as one quantized file, for `loadModel({ stored: id })`. */
  save(options?: SaveOptions): Promise<StoredModel>;
}

export declare class Crossgrain {
  private constructor();
  readonly device: DeviceReport;
  /** Questions about finished rows. */
  readonly analyses: Analyses;
  /** Models saved in this browser, for this page's origin. */
  static readonly stored: { list(): Promise<StoredModel[]>; delete(id: string): Promise<void> };
  static create(options?: CreateOptions): Promise<Crossgrain>;
  /** The published checkpoints: what each costs, its terms, and how it gets into a browser. Asks nobody. */
  static models(): PublishedModel[];
  /** Replaces the model loaded before; handles to that one are refused from then on. */
  loadModel(choice: ModelChoice): Promise<Model>;
  /**
   * Puts embeddings of the same sequences, genes or domains side by side: `[esm | nt]`. Rows are matched by name or by
   * name and position, never by their order; what a table lacks is left out and named in `missing`.
   */
  join(tables: readonly JoinTable[], options?: JoinOptions): Promise<Joined>;
  /** Bytes that the engine's wasm holds in all workers; such memory never shrinks, so also its peak. */
  memory(): Promise<number>;
  /** Ends the workers and frees their memory. */
  close(): void;
}

/**
 * What is joined: a layer of an embedding (the last one kept where none is said), or rows with their names. With
 * `pool: "none"` the rows of an embedding are called `id/position`.
 */
export type JoinTable =
  | { name?: string; embedding: Embedding; layer?: number }
  | { name?: string; ids: readonly string[]; matrix: Matrix };
export interface JoinOptions extends Watching {
  /** `id` (default): names are equal, letter for letter; `position`: names are `id/position`. */
  by?: "id" | "position";
  /** With `by: "position"`: one row per id, the mean over the positions that all tables have. */
  mean?: boolean;
}
export interface Joined {
  /** In the order of the first table. */
  ids: string[];
  matrix: Matrix;
  /** Names that all tables have. */
  matched: number;
  /** Which columns came from which table: `start` to before `end`. */
  columns: { name: string; start: number; end: number }[];
  /** Names that are left out, with the tables that lack them. */
  missing: { id: string; tables: string[] }[];
}

/** Rows of numbers, one after the other: `data[row * cols + column]`. */
export interface Matrix {
  data: Float32Array;
  rows: number;
  cols: number;
}
/** A matrix, or some of its rows. */
export type MatrixRows = Matrix | { matrix: Matrix; rows: number[] };
/** What "near" means. */
export type Metric = "euclidean" | "cosine";
/** One label per row; `null` for none. */
export type Labels = readonly (string | null)[];
/** How a question is watched and stopped. */
export interface Watching {
  onProgress?: ((progress: Progress) => void) | undefined;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal | undefined;
}

/** What made the large sums of an answer. */
export interface Computed {
  device: "cpu" | "webgpu";
  /** One sentence: which device and why. */
  reason: string;
}
/**
 * Where the large sums are made. By itself (`auto`) on the GPU of the engine that answers, if it is a real one and there
 * is much to do; `webgpu` takes any adapter or is refused with `device.unavailable`. Neighbours are the same everywhere;
 * similarities differ by rounding. A GPU that fails half-way leaves the answer to the CPU; `computed` says so.
 */
export interface OnDevice {
  device?: "auto" | "webgpu" | "cpu";
}

export interface CkaQuestion extends OnDevice {
  x: MatrixRows[];
  /** Without it, the layers of `x` with one another. */
  y?: MatrixRows[];
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

export interface CkaTestQuestion {
  x: MatrixRows;
  y: MatrixRows;
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

export interface NeighboursQuestion extends OnDevice {
  table: MatrixRows;
  /** Rows outside the table; without them, every row's nearest other rows. */
  queries?: MatrixRows;
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

export interface PurityQuestion extends OnDevice {
  table: MatrixRows;
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

export interface OverlapQuestion extends OnDevice {
  a: MatrixRows;
  b: MatrixRows;
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

export interface PredictQuestion extends OnDevice {
  table: MatrixRows;
  queries: MatrixRows;
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

export interface NeighbourhoodQuestion {
  table: MatrixRows;
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
export interface FeatureSet {
  name: string;
  of?: MatrixRows[];
  /** One number per row each, such as the GC content. */
  numbers?: number[][];
  /** Labels without gaps, appended as one column per class, such as the species. */
  classes?: Labels[];
  /** Per residue: the first row of each sequence and the end, as `Embedding.offsets`. */
  offsets?: Uint32Array | number[];
  /** Per residue: residues of one row, 1 by default; 2 for 6-mers of DNA. Each has a head of its own. */
  perToken?: number;
}
export interface ProbeQuestion {
  /** The first is asked about; the others stand beside it on the same folds. */
  features: FeatureSet[];
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
export interface MapQuestion {
  table: MatrixRows;
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

export interface AlignQuestion {
  map: MatrixRows;
  target: MatrixRows;
}
export interface AlignReport {
  /** `[n, 2]`, in the place of the target. */
  points: Float32Array;
  /** 0: the same shape; 1: nothing in common. */
  disparity: number;
}

export interface JoinQuestion {
  /** Rows with their names; two tables or more. */
  tables: { name: string; ids: readonly string[]; table: MatrixRows }[];
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

export interface GatherQuestion {
  /** One row per residue, word or domain. */
  table: MatrixRows;
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

export interface ExportQuestion {
  format: "npy" | "csv" | "safetensors";
  ids: readonly string[];
  /** Several in `safetensors` only; the other formats hold the first. */
  layers: { name: string; table: MatrixRows }[];
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
export interface GivenRecords {
  records: { id: string; sequence: string }[];
}

/** Questions about matrices, answered in a worker of their own; nothing else waits for them. */
export declare class Analyses {
  /** The rows of one layer of an embedding as a matrix. */
  static matrix(embedding: Embedding, layer: number): Matrix;
  /** Similarity of layers: `x` with one another, or with `y`. */
  cka(question: CkaQuestion, watching?: Watching): Promise<CkaReport>;
  /** One pair of layers, with a permutation test and a bootstrap interval. */
  ckaTest(question: CkaTestQuestion, watching?: Watching): Promise<CkaTestReport>;
  /** The nearest rows of each row, or of `queries`. */
  neighbours(question: NeighboursQuestion, watching?: Watching): Promise<NeighboursReport>;
  /** The share of neighbours with the same label, beside shuffled labels. */
  purity(question: PurityQuestion, watching?: Watching): Promise<PurityReport>;
  /** The share of neighbours that two matrices have in common. */
  overlap(question: OverlapQuestion, watching?: Watching): Promise<OverlapReport>;
  /** Labels or numbers of `queries` from their neighbours. */
  predict(question: PredictQuestion, watching?: Watching): Promise<PredictReport>;
  /** The published protocol for single mutants. */
  neighbourhood(question: NeighbourhoodQuestion, watching?: Watching): Promise<NeighbourhoodReport[]>;
  /** Cross-validated probes of one or more matrices on the same folds. */
  probe(question: ProbeQuestion, watching?: Watching): Promise<ProbeReport>;
  /** A map in two dimensions, with what it keeps. */
  map(question: MapQuestion, watching?: Watching): Promise<MapReport>;
  /** One map laid over another (Procrustes). */
  align(question: AlignQuestion, watching?: Watching): Promise<AlignReport>;
  /** Tables side by side, matched by the names of their rows. */
  join(question: JoinQuestion, watching?: Watching): Promise<JoinReport>;
  /** One row per sequence from its rows at chosen positions. */
  gather(question: GatherQuestion, watching?: Watching): Promise<GatherReport>;
  /** Rows as a file. */
  exportTable(question: ExportQuestion, watching?: Watching): Promise<Uint8Array<ArrayBuffer>>;
  /** GC, GC3, counts and RSCU of coding sequences. */
  codons(question: CodonsOptions & GivenRecords, watching?: Watching): Promise<CodonsReport>;
  /** Other coding sequences of the same proteins. */
  sampleCodons(question: SampleOptions & GivenRecords, watching?: Watching): Promise<SampleReport>;
  /** Every single-codon change and what it does to the protein. */
  mutateCodons(question: MutateQuestion, watching?: Watching): Promise<CodonMutant[]>;
  /** The likeliest coding sequence of a protein. */
  backTranslate(question: BackQuestion, watching?: Watching): Promise<BackReport>;
  /** Ends the worker. */
  close(): void;
}
