/** Finished runs as tables: kept beside the engine, so that a second model can be compared with the first. */
import { table } from "../analysis/analyst";
import type { StoredRun } from "../analysis/state";
import { engine } from "../engine";
import type { Call } from "../rpc";
import type { EmbedReport, Features, SequencesReport } from "../session";
import { store } from "../state";

/** Single bases, as a table that other features are made of. Its columns are A, C, G, T. */
export const BASES = "base composition";

/** Words of several letters make wide tables; of more sequences than these only single letters are counted. */
const MOST_FOR_WORDS = 20_000;

/** Learning vectors of domains from more lists than these would hold up the engine for too long. */
const MOST_FOR_LEARNING = 500;

/** Of the vectors of domains. */
const SEED = 42;

/** Runs that are kept; the oldest goes first. */
const MOST_RUNS = 12;

let made = 0;

/**
 * Keeps the rows of a finished run. Vectors per residue are not compared and not kept; those per domain are few, and
 * can be joined with vectors of the same domains.
 */
export async function keepRun(report: EmbedReport, methods: Record<string, unknown>): Promise<void> {
  const domains = store.state.model.report?.granularity === "domain";
  if ((report.pool === "none" && !domains) || report.rows === 0) return;
  const { rows, dims } = report;
  const layers: StoredRun["layers"][number][] = [];
  for (const layer of report.layers) {
    const numbers = (await engine.layer(layer)) as Float32Array<ArrayBuffer>;
    layers.push({ layer, table: table(numbers, rows, dims) });
  }
  const sequences = store.state.sequences.report;
  const baselines: StoredRun["baselines"][number][] = [];
  // Simple features belong to whole sequences.
  const simple = report.pool === "none" ? [] : SIMPLE[sequences?.kind ?? "protein"];
  for (const { name, most, of } of simple) {
    if (rows > most) continue;
    const { numbers, columns } = await engine.call(of);
    baselines.push({ name, table: table(numbers, rows, columns) });
  }
  const shown = report.pool === "none" ? perDomain(report) : report;
  const model = modelName();
  const about = sequences === null ? [] : [sequences];
  add({ name: title(report), model, ids: shown.ids, dims, report: shown, methods, about, layers, baselines, joined: null });
}

/** A run with one vector per domain as a run of domains: each is a row by itself, called `cluster/place`. */
function perDomain(report: EmbedReport): EmbedReport {
  const { offsets = new Uint32Array([0]), rows } = report;
  const ids = report.ids.flatMap((id, at) =>
    Array.from({ length: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) }, (_, place) => `${id}/${place + 1}`),
  );
  return { ...report, ...plain(ids), pool: "rows", rows, warnings: report.warnings };
}

/** What there is to say of rows that no engine made just now. */
export function plain(ids: string[]): Omit<EmbedReport, "dims" | "layers" | "pool"> {
  const ones = (): Uint32Array => new Uint32Array(ids.length).fill(1);
  const { length } = ids;
  const numbers = { rows: length, unique: length, finished: length, seconds: 0, residuesPerSecond: 0 };
  return { ids, ...numbers, windows: ones(), lengths: ones(), warnings: [], cancelled: false };
}

/** Adds a run to the list; answers its number. */
export function add(run: Omit<StoredRun, "id">): number {
  made += 1;
  store.set("runs", [...store.state.runs, { id: made, ...run }].slice(-MOST_RUNS));
  return made;
}

/** Forgets a run. */
export function forgetRun(id: number): void {
  store.set(
    "runs",
    store.state.runs.filter((run) => run.id !== id),
  );
}

/** The run whose rows the page shows. */
export function currentRun(): StoredRun | null {
  const { run, runs } = store.state;
  return runs.findLast(({ ids }) => ids === run.report?.ids) ?? null;
}

/** The table of a layer of the current run. */
export function layerTable(layer: number): StoredRun["layers"][number]["table"] | null {
  return currentRun()?.layers.find((one) => one.layer === layer)?.table ?? null;
}

/** Features that a model's score should stand beside, by what the sequences are, and for how many rows at most. */
const SIMPLE: Record<SequencesReport["kind"], readonly { name: string; most: number; of: Call<Features> }[]> = {
  protein: [
    { name: "amino-acid composition", most: Infinity, of: (worker) => worker.kmers(1) },
    { name: "pairs of residues", most: MOST_FOR_WORDS, of: (worker) => worker.kmers(2) },
  ],
  dna: [
    { name: BASES, most: Infinity, of: (worker) => worker.kmers(1) },
    { name: "words of three bases", most: MOST_FOR_WORDS, of: (worker) => worker.kmers(3) },
  ],
  domains: [
    { name: "random vector per domain", most: Infinity, of: (worker) => worker.domainVectors(false, SEED) },
    { name: "skip-gram vectors of domains", most: MOST_FOR_LEARNING, of: (worker) => worker.domainVectors(true, SEED) },
  ],
};

function title(report: EmbedReport): string {
  const { sequences } = store.state;
  const layers = report.layers.length === 1 ? `layer ${report.layers[0]}` : `${report.layers.length} layers`;
  const pool = report.pool === "none" ? "one per domain" : report.pool;
  return `${modelName()}, ${sequences.name}, ${layers}, ${pool}`;
}

/** The model's name; files from disk are often all called "model", and then the family tells them apart. */
export function modelName(): string {
  const { name = "model", family } = store.state.model.report ?? {};
  return name === "model" && family !== undefined ? family : name;
}
