/** The analyses of the cards. Every answer ends in the state; none throws. */
import { mutationOf } from "../analysis/mutation";
import type { Distance, Labels, StoredRun } from "../analysis/state";
import type { Table } from "../analysis/table";
import { analyses, engine } from "../engine";
import { CrossgrainError } from "../error";
import type { KernelKind } from "../protocol";
import { store } from "../state";
import { runJob } from "./jobs";
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

/** Do neighbours share their label? */
export function measurePurity(layer: number, k: number, metric: Distance, column: string, labels: Labels): Promise<void> {
  return runJob("purity", async (options) => {
    const answer = await analyses.ask("purity", { table: rowsOf(layer), labels, k, metric }, options);
    return { ...answer, layer, metric, column };
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
    return { ...(await analyses.ask("cka", request, options)), a, b, kernel };
  });
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

/** The published protocol on the records whose mutation is known. */
export function runMutants(layer: number, metric: Distance, source: Labels): Promise<void> {
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
    const mutants = found.filter((one) => one !== null);
    const request = {
      table: { table, rows },
      positions: mutants.map(({ position }) => position),
      aminoAcids: mutants.map(({ aminoAcid }) => aminoAcid),
      ks: SWEEP.filter((k) => k < rows.length),
      metric,
    };
    return { ...(await analyses.ask("neighbourhood", request, options)), count: rows.length, layer, metric };
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
