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

/** Keeps the rows of a finished run. Vectors per residue are not compared and not kept. */
export async function keepRun(report: EmbedReport): Promise<void> {
  if (report.pool === "none" || report.rows === 0) return;
  const { rows, dims, ids } = report;
  const layers: StoredRun["layers"][number][] = [];
  for (const layer of report.layers) {
    const numbers = (await engine.layer(layer)) as Float32Array<ArrayBuffer>;
    layers.push({ layer, table: table(numbers, rows, dims) });
  }
  const dna = store.state.sequences.report?.kind === "dna";
  const baselines: StoredRun["baselines"][number][] = [];
  for (const [name, k] of dna ? DNA_WORDS : PROTEIN_WORDS) {
    if (k > 1 && rows > MOST_FOR_WORDS) continue;
    const words = await engine.call((worker) => worker.kmers(k));
    baselines.push({ name, table: table(words.numbers, rows, words.columns) });
  }
  add({ name: title(report), ids, dims, layers, baselines });
}

/** Adds a run to the list. */
export function add(run: Omit<StoredRun, "id">): void {
  made += 1;
  store.set("runs", [...store.state.runs, { id: made, ...run }].slice(-MOST_RUNS));
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
  const { model, sequences } = store.state;
  const layers = report.layers.length === 1 ? `layer ${report.layers[0]}` : `${report.layers.length} layers`;
  return `${model.report?.name ?? "model"}, ${sequences.name}, ${layers}, ${report.pool}`;
}
