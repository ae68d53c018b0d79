/** The analyses of the cards. Every answer ends in the state; none throws. */
import { mutationOf } from "../analysis/mutation";
import type { Asked, Distance, Labels, StoredRun } from "../analysis/state";
import { randomOrder } from "../analysis/random-order";
import type { Table } from "../analysis/table";
import { analyses, engine } from "../engine";
import { CrossgrainError } from "../error";
import { DEFAULTS, type Fit, type KernelKind, type NeighbourhoodResponse } from "../protocol";
import { store } from "../state";
import { besides } from "./beside";
import { askedNow, forgetJob, runJob } from "./jobs";
import { currentRun, layerTable } from "./runs";
import { readPasted } from "./sequences";

/** The rows of a layer of the current run. */
export function rowsOf(layer: number): Table {
  const found = layerTable(layer);
  if (found !== null) return found;
  throw new CrossgrainError({
    code: "analysis.no_rows",
    message: "there is no vector per sequence",
    hint: "embed with one vector per sequence",
  });
}

/** Finds the neighbours of every sequence. */
export function findNeighbours(layer: number, k: number, metric: Distance): Promise<void> {
  return runJob("neighbours", async (options) => {
    const table = rowsOf(layer);
    const answer = await analyses.ask("neighbours", { table, k: Math.max(1, Math.min(k, table.rows - 1)), metric }, options);
    return { ...answer, layer, metric };
  });
}

/** Do neighbours share their label? The simple features and the control of the run are measured too. */
export function measurePurity(layer: number, k: number, metric: Distance, column: string, labels: Labels, asked: Asked): Promise<void> {
  askedNow("purity", () => measurePurity(layer, k, metric, column, labels, asked));
  forgetJob("likeness");
  return runJob("purity", async (options) => {
    const answer = await analyses.ask("purity", { table: rowsOf(layer), labels, k, metric }, options);
    const measure = async (table: Table): Promise<number> => (await analyses.ask("purity", { table, labels, k, metric, shuffles: 0 }, options)).mean;
    return { ...answer, layer, metric, column, asked, ...(await besides(layer, measure, options)) };
  });
}

/** Do neighbours have similar numbers? What purity is for classes, for a column of numbers. */
export function measureLikeness(layer: number, k: number, metric: Distance, column: string, numbers: Float64Array, asked: Asked): Promise<void> {
  askedNow("likeness", () => measureLikeness(layer, k, metric, column, numbers, asked));
  forgetJob("purity");
  return runJob("likeness", async (options) => {
    const rows = Array.from(numbers, (_, row) => row).filter((row) => !Number.isNaN(numbers[row]));
    const values = rows.map((row) => numbers[row] ?? 0);
    const near = Math.max(1, Math.min(k, rows.length - 1));
    const fit = async (table: Table, shuffles: number): Promise<Fit> => {
      const { fit } = await analyses.ask("predict", { table: { table, rows }, values, k: near, metric, shuffles }, options);
      if (fit === null) throw noRun();
      return fit;
    };
    const answer = await fit(rowsOf(layer), DEFAULTS.predict.shuffles);
    const measure = async (table: Table): Promise<number | null> => (await fit(table, 0)).spearman;
    return { ...answer, layer, metric, k: near, column, asked, ...(await besides(layer, measure, options)) };
  });
}

/** Do a layer and a layer of any run have the same neighbours? */
export function measureOverlap(
  layer: number,
  other: { run: StoredRun; layer: number },
  k: number,
  metric: Distance,
): Promise<void> {
  return runJob("overlap", async (options) => {
    const run = currentRun();
    const [mine, theirs] = [rowsOf(layer), other.run.layers.find((one) => one.layer === other.layer)?.table];
    if (run === null || theirs === undefined) throw noRun();
    const { a, b } = common(run, other.run);
    const request = { a: { table: mine, rows: a }, b: { table: theirs, rows: b }, k, metric };
    const answer = await analyses.ask("overlap", request, options);
    return { ...answer, a: `layer ${layer}`, b: `${other.run.name}, layer ${other.layer}` };
  });
}

/** The nearest sequences here of each sequence of another run of the same model, and the label that they suggest. */
export function placeQueries(
  layer: number,
  run: StoredRun,
  k: number,
  metric: Distance,
  labels: Labels | null,
): Promise<void> {
  return runJob("queries", async (options) => {
    const [rows, own] = [rowsOf(layer), currentRun()];
    const queries = run.layers.find((one) => one.layer === layer)?.table;
    if (own === null || queries === undefined) throw noRun();
    // Only labelled sequences can suggest a label.
    const kept = own.ids.flatMap((_, row) => (labels === null || (labels[row] ?? null) !== null ? [row] : []));
    const request = { table: { table: rows, rows: kept }, queries, k: Math.min(k, kept.length), metric };
    const found = await analyses.ask("neighbours", request, options);
    const known = labels === null ? null : kept.map((row) => labels[row] ?? "");
    const predicted = known === null ? null : await analyses.ask("predict", { ...request, labels: known }, options);
    const answer = run.ids.map((id, at) => ({
      id,
      nearest: own.ids[kept[found.indices[at * found.k] ?? 0] ?? 0] ?? "",
      distance: found.distances[at * found.k] ?? 0,
      label: predicted?.labels?.[at] ?? null,
      share: predicted?.shares?.[at] ?? null,
    }));
    return { run: run.name, layer, metric, rows: answer };
  });
}

/** Compares every layer of one run with every layer of another, over the sequences that both have. */
export function compareLayers(a: StoredRun, b: StoredRun, kernel: KernelKind): Promise<void> {
  return runJob("cka", async (options) => {
    const rows = common(a, b);
    const layers = (run: StoredRun, rows: number[]): { table: Table; rows: number[] }[] =>
      run.layers.map(({ table }) => ({ table, rows }));
    const request = { x: layers(a, rows.a), ...(a.id === b.id ? {} : { y: layers(b, rows.b) }), kernel };
    return { ...(await analyses.ask("cka", request, options)), a, b, kernel, asked: ckaQuestion(a, b, kernel) };
  });
}

/** A comparison of layers in words. */
export function ckaQuestion(a: StoredRun, b: StoredRun, kernel: KernelKind): Asked {
  return { first: a.name, second: b.name, kernel: kernel === "rbf" ? "Gaussian" : "linear" };
}

/** Tests one pair of layers of the last comparison. */
export function testLayers(row: number, col: number): Promise<void> {
  return runJob("ckaTest", async (options) => {
    const cka = store.state.jobs.cka.answer;
    const [x, y] = [cka?.a.layers[row]?.table, cka?.b.layers[col]?.table];
    if (cka === null || x === undefined || y === undefined) throw noRun();
    const rows = common(cka.a, cka.b);
    const request = { x: { table: x, rows: rows.a }, y: { table: y, rows: rows.b }, kernel: cka.kernel };
    return { ...(await analyses.ask("ckaTest", request, options)), row, col };
  });
}

/** Numbers of neighbours for which the published protocol is run. */
const SWEEP = [1, 5, 10, 20, 50];

/** Seed of the order of mutants: neighbours by composition have many ties, which go to the first row. */
const TIES_SEED = 42;

/** The published protocol on the records whose mutation is known, for the vectors and for the composition alone. */
export function runMutants(layer: number, metric: Distance, source: Labels, asked: Asked): Promise<void> {
  return runJob("mutants", async (options) => {
    const table = rowsOf(layer);
    const found = source.map((text) => mutationOf(text ?? ""));
    const rows = found.flatMap((mutation, row) => (mutation === null ? [] : [row]));
    if (rows.length < 2)
      throw new CrossgrainError({
        code: "neighbourhood.no_mutants",
        message: "no mutations such as A123V were found",
        hint: "write the mutation into the id or into a column of a label table",
      });
    const ask = (of: Table, order: readonly number[]): Promise<NeighbourhoodResponse> => {
      const mutants = order.flatMap((row) => found[row] ?? []);
      const request = {
        table: { table: of, rows: order },
        positions: mutants.map(({ position }) => position),
        aminoAcids: mutants.map(({ aminoAcid }) => aminoAcid),
        ks: SWEEP.filter((k) => k < rows.length),
        metric,
      };
      return analyses.ask("neighbourhood", request, options);
    };
    const answer = await ask(table, rows);
    const letters = currentRun()?.baselines.find(({ table: { cols } }) => cols === 20 || cols === 4);
    const byLetters = letters === undefined ? null : await ask(letters.table, randomOrder(rows.length, TIES_SEED).map((at) => rows[at] ?? 0));
    const composition = letters === undefined || byLetters === null ? null : { name: letters.name, shares: byLetters.answers.map(({ accuracy }) => accuracy) };
    return { ...answer, count: rows.length, layer, metric, composition, asked };
  });
}

/** Replaces the sequences by all single mutants of one of them. */
export function loadMutants(record: number): Promise<void> {
  return runJob("mutants", async () => {
    const { mutants } = await engine.ask("mutants", { record });
    await readPasted(mutants.map(({ id, sequence }) => `>${id}\n${sequence}\n`).join(""), "single mutants");
    return undefined;
  });
}

/** Counts codons, grouped by a column or sequence by sequence. */
export function countCodons(table: number, grouped: string, groups: Labels | null): Promise<void> {
  return runJob("codons", async () => {
    const request = { table, ...(groups === null ? {} : { groups: [...groups] }) };
    return { ...(await engine.ask("codons", request)), grouped };
  });
}

/** Rows of two runs that belong to the same ids, in the order of the first. */
export function common(a: StoredRun, b: StoredRun): { a: number[]; b: number[] } {
  const rowOf = new Map(b.ids.map((id, row) => [id, row]));
  const both = a.ids.flatMap((id, row) => {
    const other = rowOf.get(id);
    return other === undefined ? [] : [[row, other] as const];
  });
  return { a: both.map(([row]) => row), b: both.map(([, row]) => row) };
}

/** A run that was forgotten meanwhile. */
export function noRun(): CrossgrainError {
  return new CrossgrainError({
    code: "analysis.no_run",
    message: "this run is no longer kept",
    hint: "embed again",
  });
}
