/** Finished runs as tables: kept beside the engine, so that a second model can be compared with the first. */
import { table } from "../analysis/analyst";
import type { StoredRun } from "../analysis/state";
import { engine } from "../engine";
import type { EmbedReport } from "../session";
import { store } from "../state";

/** Single bases, as a table that other features are made of. Its columns are A, C, G, T. */
export const BASES = "base composition";

/** Words of several letters make wide tables; of more sequences than these only single letters are counted. */
const MOST_FOR_WORDS = 20_000;

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
  const dna = sequences?.kind === "dna";
  const baselines: StoredRun["baselines"][number][] = [];
  // Words of letters say nothing of domains, and there is one row of them per sequence.
  const simple = report.pool === "none" ? [] : dna ? DNA_WORDS : PROTEIN_WORDS;
  for (const [name, k] of simple) {
    if (k > 1 && rows > MOST_FOR_WORDS) continue;
    const words = await engine.call((worker) => worker.kmers(k));
    baselines.push({ name, table: table(words.numbers, rows, words.columns) });
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

const PROTEIN_WORDS: readonly [string, number][] = [
  ["amino-acid composition", 1],
  ["pairs of residues", 2],
];
const DNA_WORDS: readonly [string, number][] = [
  [BASES, 1],
  ["words of three bases", 3],
];

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
