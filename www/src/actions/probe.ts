/** The question of the probe card: which feature tables stand beside one another, on the same rows and folds. */
import { table as newTable, type Table } from "../analysis/analyst";
import type { FeatureSet, FoldKind, Labels, ProbeModel } from "../analysis/border";
import type { StoredRun } from "../analysis/state";
import { analyst, engine } from "../engine";
import { cut } from "../format";
import { store } from "../state";
import { common, noRun, rowsOf } from "./analyses";
import { BASES, currentRun } from "./runs";
import { work } from "./work";

/** What a probe card asks. */
export interface ProbeForm {
  column: string;
  labels: Labels;
  /** The layer asked about comes first. */
  layers: readonly number[];
  /** Append the share of G and C of each sequence. */
  gc: boolean;
  /** Append a column for each class of a column of labels. */
  classes: { name: string; values: Labels } | null;
  /** Another run whose last layer stands beside it, and with it side by side. */
  beside: StoredRun | null;
  model: ProbeModel;
  folds: { kind: FoldKind; count: number; groups?: Labels };
  seeds: number;
  baselines: boolean;
}

/** Trains probes of the asked layers and, beside them, of what they are compared with. */
export function train(form: ProbeForm): Promise<void> {
  return work("probe", async (watching) => {
    const run = currentRun();
    if (run === null) throw noRun();
    const { sets, tables, own, rows } = await features(run, form);
    const some = (values: Labels): Labels => rows.map((row) => values[row] ?? null);
    // What lacks a class that is to be appended is left out, as if it had no label.
    const labels = form.labels.map((label, row) => ((form.classes?.values[row] ?? "") === "" && form.classes ? null : label));
    const { groups, ...folds } = form.folds;
    const question = {
      features: sets,
      labels: some(labels),
      model: form.model,
      folds: { ...folds, ...(groups === undefined ? {} : { groups: some(groups) }) },
      seeds: Array.from({ length: form.seeds }, (_, at) => 42 + at),
      shuffles: form.seeds,
      draws: 2000,
    };
    const report = await analyst.ask("probe", tables, question, watching);
    return { ...report, column: form.column, layers: form.layers, own };
  });
}

/** What the card of residues asks. */
export interface ResidueForm {
  column: string;
  /** A string per sequence, one letter per residue. */
  labels: Labels;
  layer: number;
  /** Residues of one vector. */
  perToken: number;
  model: ProbeModel;
  folds: { kind: FoldKind; count: number; groups?: Labels };
}

/** Trains a probe of residues on the rows that the engine still holds. */
export function trainResidues(form: ResidueForm): Promise<void> {
  return work("probe", async (watching) => {
    const report = store.state.run.report;
    if (report?.offsets === undefined) throw noRun();
    const numbers = (await engine.layer(form.layer)) as Float32Array<ArrayBuffer>;
    const rows = newTable(numbers, report.rows, report.dims);
    const question = {
      features: [
        { name: `layer ${form.layer}`, of: [rows.key], offsets: Array.from(report.offsets), perToken: form.perToken },
      ],
      labels: form.labels,
      perResidue: {},
      model: form.model,
      folds: form.folds,
      seeds: [42],
      shuffles: 1,
      draws: 1000,
    };
    const answer = await analyst.ask("probe", [rows], question, watching);
    return { ...answer, column: form.column, layers: [form.layer], own: 1 };
  });
}

/** The feature sets, the first `own` of them embeddings; the tables they name; the rows they share. */
async function features(
  run: StoredRun,
  form: ProbeForm,
): Promise<{ sets: FeatureSet[]; tables: Table[]; own: number; rows: readonly number[] }> {
  const tables: Table[] = [];
  const shared = form.beside === null ? null : common(run, form.beside);
  const rows = shared?.a ?? run.ids.map((_, row) => row);
  const part = (table: Table, of = shared?.a): string | { table: string; rows: number[] } => {
    tables.push(table);
    return of === undefined ? table.key : { table: table.key, rows: of };
  };
  const gc = form.gc ? await gcOf(run) : null;
  const extra = {
    ...(gc === null ? {} : { numbers: [rows.map((row) => gc[row] ?? 0)] }),
    ...(form.classes === null ? {} : { classes: [rows.map((row) => form.classes?.values[row] ?? null)] }),
  };
  const added = [...(gc === null ? [] : ["GC content"]), ...(form.classes === null ? [] : [cut(form.classes.name, 24)])];
  const sets: FeatureSet[] = form.layers.map((layer) => ({
    name: [`layer ${layer}`, ...added].join(" + "),
    of: [part(rowsOf(layer))],
    ...extra,
  }));
  const [first] = form.layers;
  if (first === undefined) throw noRun();
  if (added.length > 0) sets.push({ name: `layer ${first}`, of: [part(rowsOf(first))] });
  if (form.beside !== null && shared !== null) {
    const theirs = form.beside.layers.at(-1);
    if (theirs === undefined) throw noRun();
    const name = cut(form.beside.name, 40);
    sets.push({ name, of: [part(theirs.table, shared.b)] });
    sets.push({ name: `layer ${first} + ${name}`, of: [part(rowsOf(first)), part(theirs.table, shared.b)] });
  }
  const own = sets.length;
  if (added.length > 0) sets.push({ name: added.join(" + "), of: [], ...extra });
  const simple = form.baselines ? [...run.baselines, { name: "random vectors", table: random(run) }] : [];
  sets.push(...simple.map(({ name, table }) => ({ name, of: [part(table)] })));
  return { sets, tables, own, rows };
}

/** The share of G and C among the letters A, C, G and T of each sequence; null where the run is not of DNA. */
async function gcOf(run: StoredRun): Promise<number[] | null> {
  const bases = run.baselines.find(({ name }) => name === BASES)?.table;
  if (bases === undefined) return null;
  const shares = new Float32Array(await bases.numbers.arrayBuffer());
  return run.ids.map((_, row) => (shares[4 * row + 1] ?? 0) + (shares[4 * row + 2] ?? 0));
}

const randoms = new WeakMap<StoredRun, Table>();

/** A random vector per sequence, as wide as the embedding, from a fixed seed. */
function random(run: StoredRun): Table {
  const known = randoms.get(run);
  if (known !== undefined) return known;
  let state = 0x2545f491;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const made = newTable(Float32Array.from({ length: run.ids.length * run.dims }, normal), run.ids.length, run.dims);
  randoms.set(run, made);
  return made;
}
