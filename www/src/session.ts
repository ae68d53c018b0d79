/**
 * The typed view of the engine's wasm border. The generated glue knows these values only as `any`; this file says
 * what they are, and nothing outside it guesses. Matrices are row-major `Float32Array`s, `n` sequences by `d` width.
 */

import type { CodonsOptions, CodonsReport, SampleOptions, SampleReport } from "./analysis/border";

/** Where the engine may compute. */
export type DeviceChoice = "auto" | "webgpu" | "cpu";
/** What the letters are; `auto` lets the reader decide per file. `domain-slices`: of a GenBank file, each domain's residues. */
export type KindChoice = "auto" | "protein" | "dna" | "domains" | "domain-slices";
/** Which hidden states to keep: layer 0 is the token embedding, `last` the model's output. */
export type LayerChoice = "last" | "all" | number[];
/** How residues become one vector; `none` keeps one vector per residue. */
export type Pooling = "auto" | "mean" | "mean-tokens" | "max" | "cls" | "none";
/** The formats of `exportRows`. */
export type RowFormat = "npy" | "csv" | "safetensors";

/** Where a problem lies; an absent part is unknown or does not apply. */
export interface Place {
  file?: string;
  /** Line in that file, from 1. */
  line?: number;
  /** Id of the record. */
  record?: string;
}

/** A warning or a refusal, in words for people and a code for programs. */
export interface Notice {
  code: string;
  message: string;
  where: Place;
  hint: string;
}

/** How far a long call has come; at most ten of these a second. */
export interface Progress {
  stage:
    | "reading"
    | "loading"
    | "saving"
    | "hashing"
    | "embedding"
    | "map"
    | "downloading"
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
/** Receives progress. */
export type OnProgress = (progress: Progress) => void;

/** How to open a session; `because` completes the sentence "CPU, because …" where the caller knows the reason. */
export interface OpenOptions {
  device: DeviceChoice;
  because?: string;
  kernels?: RememberedKernels;
}

/** What `DeviceReport.kernels` was for the adapter of this name. */
export interface RememberedKernels {
  adapter: string;
  choice: string;
}

/** What computes, and the sentence that says why. */
export interface DeviceReport {
  kind: "webgpu" | "cpu";
  name: string;
  /** True for a GPU emulated by the processor. */
  software: boolean;
  reason: string;
  /** The start-up check against stored numbers, where one was made. */
  check: { maxDifference: number; tolerance: number } | null;
  /** Whether integers run on relaxed SIMD, which is faster and gives the same numbers. */
  relaxedSimd: boolean;
  /** Which kernels a GPU runs, found by trying them. */
  kernels: string | null;
}

/** How weights are held: as they are, or quantized while they load. */
export type WeightsChoice = "f32" | "f16" | "int8" | "int4";

/** Options of `loadModel`. */
export interface LoadOptions {
  name: string;
  source: string;
  /** Where absent, a quantized file keeps its own precision and others are `f32`. */
  weights?: WeightsChoice;
}

/** How a file or a list of sequences is read. */
export interface ReadOptions {
  name?: string;
  kind?: KindChoice;
  /** Coding sequences become proteins by this NCBI translation table. */
  translate?: number;
}

/** Options of `packModel`. */
export interface PackOptions {
  name: string;
  weights: WeightsChoice;
  /** Of the original weights. */
  weightsSha256: string;
}

/** A loaded model. */
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
  /** Longest sequence of one pass, or null where positions are unlimited. */
  maxResidues: number | null;
  /** Tokens per window, without special ones; null where no length is too long. */
  window: number | null;
  warnings: Notice[];
}

/** A sequence file as read: what came in, and what did not. */
export interface SequencesReport {
  kind: "protein" | "dna" | "domains";
  detected: "protein" | "dna" | "domains";
  gzip: boolean;
  count: number;
  residues: number;
  ids: string[];
  descriptions: string[];
  lengths: Uint32Array;
  /** `key=value` words of the headers, aligned to `ids`. */
  fields: { name: string; values: (string | null)[] }[];
  warnings: Notice[];
  warningsOmitted: number;
  refusals: Notice[];
  refusalsOmitted: number;
}

/** Options of an embedding run. */
export interface EmbedOptions {
  layers?: LayerChoice;
  pool?: Pooling;
  /** Residues shared by neighbouring windows of a long sequence. */
  overlap?: number;
}

/** What an embedding run produced. */
export interface EmbedReport {
  ids: string[];
  rows: number;
  dims: number;
  layers: number[];
  /**
   * `positions`: over chosen positions only; `rows`: one vector per domain, each a row by itself; `joined`: rows of
   * several runs side by side.
   */
  pool: Pooling | "positions" | "positions-in-order" | "rows" | "joined";
  windows: Uint32Array;
  lengths: Uint32Array;
  /** Distinct sequences that were computed; duplicates share a row's numbers. */
  unique: number;
  warnings: Notice[];
  cancelled: boolean;
  finished: number;
  seconds: number;
  residuesPerSecond: number;
  /** First row of each record and the end, `n + 1` numbers. */
  offsets?: Uint32Array;
}

/** What became of records that were read and embedded in one call; `rows[i]` are those of `report.layers[i]`. */
export interface Answer {
  sequences: SequencesReport;
  report: EmbedReport;
  rows: Float32Array[];
}

/** Records that one worker embeds at a time, with the number of their residues. */
export interface Hand {
  records: Uint32Array;
  residues: number;
}

/** The rows of one hand, on their way from worker to worker; only the engine looks inside. */
export interface Part {
  states: Float32Array[];
}

/** A label table matched to the sequences by id. */
export interface LabelsReport {
  columns: string[];
  values: Record<string, (string | null)[]>;
  matched: number;
  unmatched: number;
  warnings: Notice[];
}

/** One sequence given by a program. */
export interface SequenceRecord {
  id: string;
  sequence: string;
}

/** Simple features, a row per record. */
export interface Features {
  numbers: Float32Array<ArrayBuffer>;
  columns: number;
}

/** The engine itself, as the worker holds it. */
export interface Session {
  device(): DeviceReport;
  loadModel(
    files: Record<string, Blob>,
    options: LoadOptions,
    progress: OnProgress | null,
  ): Promise<ModelReport>;
  model(): ModelReport | null;
  readSequences(
    input: Blob,
    options: ReadOptions,
    progress: OnProgress | null,
  ): Promise<SequencesReport>;
  setRecords(records: SequenceRecord[], options: ReadOptions): SequencesReport;
  embed(options: EmbedOptions, progress: OnProgress | null): Promise<EmbedReport>;
  deal(workers: number): Hand[];
  embedPart(options: EmbedOptions, records: Uint32Array, progress: OnProgress | null): Promise<Part | null>;
  gather(options: EmbedOptions, parts: Part[], seconds: number): EmbedReport;
  layer(index: number): Float32Array;
  readLabels(input: Blob, name: string): Promise<LabelsReport>;
  exportRows(format: RowFormat, layer: number): Uint8Array;
  methods(): Record<string, unknown>;
  kmers(k: number): Features;
  domainVectors(learnt: boolean, seed: number): Features;
  codons(options: CodonsOptions, progress: OnProgress | null): CodonsReport;
  sampleCodons(options: SampleOptions): SampleReport;
  mutants(record: number, options: { table?: number; baseChanges?: number }): SequenceRecord[];
  cancel(): void;
  free(): void;
}
