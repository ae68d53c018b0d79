/**
 * What the page knows of analyses: finished embedding runs, kept so that layers and models can be compared, and one
 * entry per analysis with its progress, answer or error.
 */
import type { CrossgrainError } from "../error";
import type { EmbedReport, Notice, Progress } from "../session";
import type { Table } from "./analyst";
import type {
  AlignReport,
  CkaReport,
  CkaTestReport,
  CodonsReport,
  MapMethod,
  MapReport,
  Metric,
  NeighbourhoodReport,
  NeighboursReport,
  OverlapReport,
  ProbeReport,
  PurityReport,
} from "./border";

/** What the file of a run says of its records: descriptions and header fields, by id. */
export interface About {
  ids: readonly string[];
  descriptions: readonly string[];
  fields: readonly { name: string; values: readonly (string | null)[] }[];
}

/** What a joined run was made of. */
export interface JoinedFrom {
  by: "id" | "position";
  mean: boolean;
  /** Names that all parts have. */
  matched: number;
  /** Columns `start` to before `end` are this layer of this run. */
  parts: readonly { run: string; layer: number; start: number; end: number; methods: Record<string, unknown> | null }[];
  /** Names that a part lacks: the first of them, and how many more. */
  leftOut: readonly Notice[];
  omitted: number;
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
  report: EmbedReport;
  methods: Record<string, unknown> | null;
  about: readonly About[];
  joined: JoinedFrom | null;
  layers: readonly { layer: number; table: Table }[];
  /** Simple features of the same sequences, for comparison. */
  baselines: readonly { name: string; table: Table }[];
}

/** How the map is made. */
export interface MapOptions {
  method: MapMethod;
  metric: Metric;
  standardise: boolean;
  neighbours: number;
  minDist: number;
  perplexity: number;
  seed: number;
}

/** A map of the current run: points of all records, NaN for those left out. */
export interface Drawn extends MapReport {
  layer: number;
  /** The records on the map, or null for all. */
  part: readonly number[] | null;
}

/** A second map laid over the first. */
export interface Compared extends AlignReport {
  name: string;
  /** Neighbours that both maps share. */
  overlap: OverlapReport;
}

/** A sequence of another run and what lies nearest to it. */
export interface QueryRow {
  id: string;
  nearest: string;
  distance: number;
  /** The label of most of its neighbours, and their share. */
  label: string | null;
  share: number | null;
}

/** The answers by analysis. */
export interface Answers {
  near: NeighboursReport & { layer: number; metric: Metric };
  purity: PurityReport & { layer: number; metric: Metric; column: string };
  shared: OverlapReport & { a: string; b: string };
  queries: { run: string; layer: number; metric: Metric; rows: readonly QueryRow[] };
  /** `own`: how many of its tables, from the first, hold embeddings; the others are simple features. */
  probe: ProbeReport & { column: string; layers: readonly number[]; own: number };
  cka: CkaReport & { a: StoredRun; b: StoredRun; kernel: "linear" | "rbf" };
  ckaCell: CkaTestReport & { row: number; col: number };
  mutants: { reports: NeighbourhoodReport[]; count: number; layer: number; metric: Metric };
  compared: Compared;
  codons: CodonsReport & { grouped: string };
}

/** One analysis. */
export interface Work<A> {
  phase: "idle" | "running" | "done" | "cancelled" | "failed";
  progress: Progress | null;
  answer: A | null;
  error: CrossgrainError | null;
}

/** All analyses. */
export type Works = { [Part in keyof Answers]: Work<Answers[Part]> };

/** Before anything was asked. */
export function initialWorks(): Works {
  const idle = { phase: "idle" as const, progress: null, answer: null, error: null };
  return {
    near: idle,
    purity: idle,
    shared: idle,
    queries: idle,
    probe: idle,
    cka: idle,
    ckaCell: idle,
    mutants: idle,
    compared: idle,
    codons: idle,
  };
}

/** The map before anything was changed. */
export const DEFAULT_MAP: MapOptions = {
  method: "pca",
  metric: "euclidean",
  standardise: false,
  neighbours: 15,
  minDist: 0.1,
  perplexity: 30,
  seed: 42,
};
