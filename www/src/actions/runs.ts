/** Finished runs as tables: kept on the page, so that a second model can be compared with the first. */
import { areCoding } from "../analysis/coding";
import type { RunReport, StoredRun } from "../analysis/state";
import { shownRun } from "../metadata";
import { settingsNow } from "../run-settings";
import { Table } from "../analysis/table";
import { engine } from "../engine";
import type { EmbedReport, FeatureRows, LetterEncoding, MethodsRecord, SequenceKind } from "../protocol";
import { store } from "../state";

/** Name of the table of single bases, from which the GC content is computed. Its columns are A, C, G, T. */
export const BASES = "base composition";
/** Name of the table of codons, which only coding sequences have. */
export const CODONS = "codons in frame";

/** Most sequences whose k-mers of several letters are counted: such tables are wide. */
const MOST_FOR_KMERS = 20_000;

/** Most lists of domains that skip-gram vectors are learnt from: with more, the engine would be busy for too long. */
const MOST_FOR_LEARNING = 500;

/** Most sequences of one length whose letters become columns: each position has up to 20. */
const MOST_FOR_POSITIONS = 1000;

let made = 0;

/**
 * Keeps the rows of a finished run; answers its number. Vectors per residue are kept to be shown and saved, but not
 * compared; vectors per domain are few and can be joined with vectors of the same domains. `records` are those of the open
 * sequences that the run has, or null for all.
 */
export async function keepRun(report: EmbedReport, methods: MethodsRecord, records: readonly number[] | null = null): Promise<number> {
  const domains = store.state.model.report?.granularity === "domain";
  const { rows, dims } = report;
  const layers: StoredRun["layers"][number][] = [];
  for (const layer of report.layers) {
    const numbers = await engine.call((worker) => worker.layerBlob(layer));
    layers.push({ layer, table: new Table(numbers, rows, dims) });
  }
  const sequences = store.state.sequences.report;
  const baselines: StoredRun["baselines"][number][] = [];
  // Simple features belong to whole sequences.
  const simple = report.pool === "none" ? [] : SIMPLE[sequences?.kind ?? "protein"];
  for (const { name, most, of } of simple) {
    if (rows > most) continue;
    const found = await of(sequences?.ids.length ?? rows);
    if (found === null) continue;
    const { numbers, columns, warnings = [] } = found;
    baselines.push({ name, table: new Table(rowsOf(numbers, columns, records), rows, columns), ...(warnings.length > 0 ? { warnings } : {}) });
  }
  const shown = report.pool === "none" && domains ? perDomain(report) : report;
  const model = modelName();
  const metadata = sequences === null ? [] : [sequences];
  const how = { settings: settingsNow(store.state), base: fileBase(store.state.sequences.name, model) };
  return add({ name: title(report), model, ids: shown.ids, dims, report: shown, methods, metadata, layers, baselines, joined: null, ...how });
}

/** Some rows of a table, or all. */
function rowsOf(numbers: Float32Array, columns: number, records: readonly number[] | null): Float32Array {
  if (records === null) return numbers;
  const some = new Float32Array(records.length * columns);
  records.forEach((record, row) => some.set(numbers.subarray(record * columns, (record + 1) * columns), row * columns));
  return some;
}

/** A run with one vector per domain as a run of domains: each is a row by itself, called `cluster/position`. */
function perDomain(report: EmbedReport): RunReport {
  const { offsets, rows } = report;
  const ids = report.ids.flatMap((id, at) =>
    Array.from({ length: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) }, (_, at) => `${id}/${at + 1}`),
  );
  return { ...report, ...plain(ids), pool: "rows", rows, warnings: report.warnings };
}

/** The report of rows that were not embedded just now; their lengths and windows are 0, because nobody knows them. */
export function plain(ids: string[]): Omit<RunReport, "dims" | "layers" | "pool"> {
  const { length } = ids;
  const none = (): Uint32Array => new Uint32Array(length);
  const numbers = { rows: length, unique: length, finished: length, seconds: 0, residuesPerSecond: 0 };
  const offsets = Uint32Array.from({ length: length + 1 }, (_, row) => row);
  return { ids, ...numbers, windows: none(), lengths: none(), offsets, warnings: [], cancelled: false };
}

/** Adds a run to the list; answers its number. */
export function add(run: Omit<StoredRun, "id">): number {
  made += 1;
  store.set("runs", [...store.state.runs, { ...run, id: made }]);
  return made;
}

/** The run whose rows the page shows, if they are one per record. */
export function currentRun(): StoredRun | null {
  const run = shownRun(store.state);
  return run === null || run.report.pool === "none" ? null : run;
}

/** `venom-families.esm2-demo`: the sequence file's name without its endings, then the model. */
export function fileBase(sequences: string, model: string): string {
  const file = sequences.replace(/(\.(fasta|fa|faa|fna|txt|gz|bgz))+$/i, "");
  return [file || "sequences", model].map((part) => part.replace(/[^\w.-]+/g, "-")).join(".");
}

/** The table of a layer of the current run. */
export function layerTable(layer: number): StoredRun["layers"][number]["table"] | null {
  return currentRun()?.layers.find((one) => one.layer === layer)?.table ?? null;
}

/** A table of simple features, and the most rows for which it is computed. */
interface SimpleFeatures {
  name: string;
  most: number;
  /** Null where they make no sense for these sequences. */
  of: (records: number) => Promise<(Pick<FeatureRows, "numbers" | "columns"> & Partial<Pick<FeatureRows, "warnings">>) | null>;
}

/** Shares of the 64 codons of coding sequences, read in frame; null for other DNA. */
async function codonsInFrame(records: number): ReturnType<SimpleFeatures["of"]> {
  try {
    // All sequences as one group: only their sum is looked at.
    const counted = await engine.ask("codons", { groups: new Array<string>(records).fill("all") });
    return areCoding(counted, records) ? await engine.ask("codonFrequencies", {}) : null;
  } catch {
    // Sequences that cannot be read in frame are refused: they are not coding.
    return null;
  }
}

/** Letters of sequences of one length as columns; null for other sequences, whose positions do not correspond. */
function byPosition(encoding: LetterEncoding): SimpleFeatures["of"] {
  return () => engine.ask("encodeLetters", { encoding }).catch(() => null);
}

/** Simple features that a model's score is compared with, by the kind of the sequences. */
const SIMPLE: Record<SequenceKind, readonly SimpleFeatures[]> = {
  protein: [
    { name: "amino-acid composition", most: Infinity, of: () => engine.ask("kmers", { k: 1 }) },
    { name: "dipeptide composition", most: MOST_FOR_KMERS, of: () => engine.ask("kmers", { k: 2 }) },
    { name: "letter at each position (one-hot)", most: MOST_FOR_POSITIONS, of: byPosition("oneHot") },
    { name: "BLOSUM62 at each position", most: MOST_FOR_POSITIONS, of: byPosition("blosum62") },
  ],
  dna: [
    { name: BASES, most: Infinity, of: () => engine.ask("kmers", { k: 1 }) },
    { name: CODONS, most: MOST_FOR_KMERS, of: codonsInFrame },
    { name: "3-mers in all frames", most: MOST_FOR_KMERS, of: () => engine.ask("kmers", { k: 3 }) },
    { name: "base at each position (one-hot)", most: MOST_FOR_POSITIONS, of: byPosition("oneHot") },
  ],
  domains: [
    { name: "random vector per domain", most: Infinity, of: () => engine.ask("randomVectors", {}) },
    { name: "skip-gram vectors of domains", most: MOST_FOR_LEARNING, of: () => engine.ask("skipGram", {}) },
  ],
};

function title(report: EmbedReport): string {
  const { sequences } = store.state;
  const layers = report.layers.length === 1 ? `layer ${report.layers[0]}` : `${report.layers.length} layers`;
  const domains = store.state.model.report?.granularity === "domain";
  const pool = report.pool === "none" ? (domains ? "one per domain" : "one per residue") : report.pool;
  return `${modelName()}, ${sequences.name}, ${layers}, ${pool}`;
}

/** The model's name, or its family if it is only called "model", as files from disk often are. */
export function modelName(): string {
  const { name = "model", family } = store.state.model.report ?? {};
  return name === "model" && family !== undefined ? family : name;
}
