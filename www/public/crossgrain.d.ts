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
  stage: "downloading" | "loading" | "hashing" | "reading" | "embedding" | "map";
  done: number;
  total: number;
  unit: "bytes" | "tensors" | "residues" | "records";
  residuesPerSecond?: number;
  secondsLeft?: number;
}

export interface CreateOptions {
  /** `auto`: WebGPU if its start-up check passes, otherwise the CPU. */
  device?: "auto" | "webgpu" | "cpu";
  /** Address of the model hub or of a mirror; https://huggingface.co by default. */
  hub?: string;
}

/** Exactly one of `files`, `hub` and `builtin`. */
export interface ModelChoice {
  /** By name: `config.json`, `model.safetensors` and, where the model has one, `vocab.txt`. */
  files?: Record<string, Blob | ArrayBuffer>;
  /** `owner/name` on the hub. */
  hub?: string;
  builtin?: "esm2-demo";
  /** With `files`: the name written into the methods. */
  name?: string;
  onProgress?: (progress: Progress) => void;
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
  onProgress?: (progress: Progress) => void;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal;
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
}

export interface ModelReport {
  name: string;
  source: string;
  family: string;
  granularity: "protein" | "nucleotide" | "domain";
  layers: number;
  width: number;
  heads: number;
  parameters: number;
  precision: string;
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
}

export declare class Crossgrain {
  private constructor();
  readonly device: DeviceReport;
  static create(options?: CreateOptions): Promise<Crossgrain>;
  /** Replaces the model loaded before; handles to that one are refused from then on. */
  loadModel(choice: ModelChoice): Promise<Model>;
  /** Ends the worker and frees its memory. */
  close(): void;
}
