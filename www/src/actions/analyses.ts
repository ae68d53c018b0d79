/** The questions of the analysis cards. Every answer ends in the state; none throws. */
import type { Table } from "../analysis/analyst";
import type { Labels, Metric } from "../analysis/border";
import { mutationOf } from "../analysis/mutation";
import type { StoredRun } from "../analysis/state";
import { analyst, engine } from "../engine";
import { CrossgrainError } from "../error";
import { store } from "../state";
import { currentRun, layerTable } from "./runs";
import { readPasted } from "./sequences";
import { work } from "./work";

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
export function findNeighbours(layer: number, k: number, metric: Metric): Promise<void> {
  return work("near", async (watching) => {
    const rows = rowsOf(layer);
    const wanted = Math.max(1, Math.min(k, rows.rows - 1));
    const report = await analyst.ask("neighbours", [rows], { table: rows.key, k: wanted, metric }, watching);
    return { ...report, layer, metric };
  });
}

/** Do neighbours share their label? */
export function measurePurity(layer: number, k: number, metric: Metric, column: string, labels: Labels): Promise<void> {
  return work("purity", async (watching) => {
    const rows = rowsOf(layer);
    const question = { table: rows.key, labels, k, metric, shuffles: 1000, seed: 1 };
    return { ...(await analyst.ask("purity", [rows], question, watching)), layer, metric, column };
  });
}

/** Do a layer and a layer of any run have the same neighbours? */
export function measureOverlap(
  layer: number,
  other: { run: StoredRun; layer: number },
  k: number,
  metric: Metric,
): Promise<void> {
  return work("shared", async (watching) => {
    const run = currentRun();
    const [mine, theirs] = [rowsOf(layer), other.run.layers.find((one) => one.layer === other.layer)?.table];
    if (run === null || theirs === undefined) throw noRun();
    const { a, b } = common(run, other.run);
    const question = { a: { table: mine.key, rows: a }, b: { table: theirs.key, rows: b }, k, metric };
    const report = await analyst.ask("overlap", [mine, theirs], question, watching);
    return { ...report, a: `layer ${layer}`, b: `${other.run.name}, layer ${other.layer}` };
  });
}

/** What lies nearest to the sequences of another run of the same model, and which label that speaks for. */
export function placeQueries(
  layer: number,
  run: StoredRun,
  k: number,
  metric: Metric,
  labels: Labels | null,
): Promise<void> {
  return work("queries", async (watching) => {
    const [rows, own] = [rowsOf(layer), currentRun()];
    const queries = run.layers.find((one) => one.layer === layer)?.table;
    if (own === null || queries === undefined) throw noRun();
    // Only labelled sequences can speak for a label.
    const kept = own.ids.flatMap((_, row) => (labels === null || (labels[row] ?? null) !== null ? [row] : []));
    const part = { table: rows.key, rows: kept };
    const both = [rows, queries];
    const wanted = Math.min(k, kept.length);
    const found = await analyst.ask("neighbours", both, { table: part, queries: queries.key, k: wanted, metric }, watching);
    const said =
      labels === null
        ? null
        : await analyst.ask(
            "predict",
            both,
            { table: part, queries: queries.key, k: wanted, metric, labels: kept.map((row) => labels[row] ?? "") },
            watching,
          );
    const answer = run.ids.map((id, at) => ({
      id,
      nearest: own.ids[kept[found.indices[at * wanted] ?? 0] ?? 0] ?? "",
      distance: found.distances[at * wanted] ?? 0,
      label: said?.labels?.[at] ?? null,
      share: said?.shares?.[at] ?? null,
    }));
    return { run: run.name, layer, metric, rows: answer };
  });
}

/** Compares every layer of one run with every layer of another, over the sequences that both have. */
export function compareLayers(a: StoredRun, b: StoredRun, kernel: "linear" | "rbf"): Promise<void> {
  return work("cka", async (watching) => {
    const rows = common(a, b);
    const part = (run: StoredRun, of: number[]): { table: string; rows: number[] }[] =>
      run.layers.map(({ table }) => ({ table: table.key, rows: of }));
    const tables = [...a.layers, ...b.layers].map(({ table }) => table);
    const question = { x: part(a, rows.a), ...(a.id === b.id ? {} : { y: part(b, rows.b) }), kernel };
    return { ...(await analyst.ask("cka", tables, question, watching)), a, b, kernel };
  });
}

/** Tests one pair of layers of the last comparison. */
export function testLayers(row: number, col: number): Promise<void> {
  return work("ckaCell", async (watching) => {
    const cka = store.state.works.cka.answer;
    const [x, y] = [cka?.a.layers[row]?.table, cka?.b.layers[col]?.table];
    if (cka === null || x === undefined || y === undefined) throw noRun();
    const rows = common(cka.a, cka.b);
    const question = {
      x: { table: x.key, rows: rows.a },
      y: { table: y.key, rows: rows.b },
      kernel: cka.kernel,
      shuffles: 999,
      draws: 1000,
      seed: 1,
    };
    return { ...(await analyst.ask("ckaTest", [x, y], question, watching)), row, col };
  });
}

/** The published protocol on the records whose mutation is known. */
export function runMutants(layer: number, metric: Metric, source: readonly (string | null)[]): Promise<void> {
  return work("mutants", async (watching) => {
    const rows = rowsOf(layer);
    const found = source.map((text) => mutationOf(text ?? ""));
    const kept = found.flatMap((mutation, row) => (mutation === null ? [] : [row]));
    if (kept.length < 2)
      throw new CrossgrainError({
        code: "neighbourhood.no_mutants",
        message: "no mutations such as A123V were found",
        hint: "write the mutation into the id or into a column of a label table",
      });
    const mutants = found.filter((one) => one !== null);
    const sweep = [1, 5, 10, 20, 50].filter((k) => k < kept.length);
    const question = { table: { table: rows.key, rows: kept }, mutants, sweep, metric };
    const reports = await analyst.ask("neighbourhood", [rows], question, watching);
    return { reports, count: kept.length, layer, metric };
  });
}

/** Replaces the sequences by all single mutants of one of them. */
export async function loadMutants(record: number): Promise<void> {
  await work("mutants", async () => {
    const made = await engine.call((worker) => worker.mutants(record, {}));
    await readPasted(made.map(({ id, sequence }) => `>${id}\n${sequence}\n`).join(""), "single mutants");
    throw new DOMException("the sequences were replaced", "AbortError");
  });
}

/** Counts codons, grouped by a column or sequence by sequence. */
export function countCodons(table: number, grouped: string, groups: Labels | null): Promise<void> {
  return work("codons", async () => {
    const options = { table, ...(groups === null ? {} : { groups: [...groups] }) };
    const report = await engine.call((worker) => worker.codons(options));
    return { ...report, grouped };
  });
}

/** Rows of two runs that belong to the same ids, in the order of the first. */
export function common(a: StoredRun, b: StoredRun): { a: number[]; b: number[] } {
  const place = new Map(b.ids.map((id, row) => [id, row]));
  const both = a.ids.flatMap((id, row) => {
    const other = place.get(id);
    return other === undefined ? [] : [[row, other] as const];
  });
  return { a: both.map(([row]) => row), b: both.map(([, row]) => row) };
}

/** A run that was forgotten meanwhile. */
export function noRun(): CrossgrainError {
  return new CrossgrainError({
    code: "analysis.no_run",
    message: "this run is not kept any more",
    hint: "embed again",
  });
}
