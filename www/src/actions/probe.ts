/** The probe card: feature sets compared on the same rows and folds. */
import type { RequestWith } from "../analysis/request";
import { controlOf, controlTable } from "../analysis/control";
import type { Asked, Labels, StoredRun } from "../analysis/state";
import { Table, type TableRows } from "../analysis/table";
import { numbersOf } from "../colour/type";
import { analyses } from "../engine";
import { cut } from "../format";
import { shownRun, spaceName } from "../metadata";
import { DEFAULTS, type FeatureSet, type FoldKind, type Notice, type ProbeModel, type Task } from "../protocol";
import { store } from "../state";
import { common, noRun, rowsOf } from "./analyses";
import { askedNow, runJob } from "./jobs";
import { residueLetters } from "./residue-letters";
import { sequencesOf } from "./run-sequences";
import { BASES, currentRun } from "./runs";

type Features = RequestWith<TableRows, FeatureSet>;

/** Which rows are tested together. */
export interface Folds {
  kind: FoldKind;
  count: number;
  groups?: Labels;
}

/** The request of a probe card. */
export interface ProbeForm {
  column: string;
  labels: Labels;
  /** What the labels are, or null to let them decide. */
  task: Task | null;
  /** The layer in question comes first. */
  layers: readonly number[];
  /** Groups inside which the predictions are scored as well. */
  within: { name: string; values: Labels } | null;
  /** Append the share of G and C of each sequence. */
  gc: boolean;
  /** Append a column for each class of a column of labels. */
  classes: { name: string; values: Labels } | null;
  /** Another run whose last layer is compared, alone and side by side with the layer in question. */
  other: StoredRun | null;
  model: ProbeModel;
  folds: Folds;
  /** Number of cross-validations, each with a seed of its own. */
  seeds: number;
  baselines: boolean;
  /** The question in words. */
  asked: Asked;
}

/** Name of the feature set of shuffled sequences. */
export const CONTROL = "shuffled letters (control)";

/** Trains probes of the layers in question and of the feature sets that they are compared with. */
export function train(form: ProbeForm): Promise<void> {
  askedNow("probe", () => train(form));
  return runJob("probe", async (options) => {
    const run = currentRun();
    if (run === null) throw noRun();
    const { features, own, control, rows } = await featureSets(run, form);
    const some = (values: Labels): Labels => rows.map((row) => values[row] ?? null);
    // A row without an appended class is left out, as if it had no label.
    const labels = pointed(form.labels).map((label, row) => ((form.classes?.values[row] ?? "") === "" && form.classes ? null : label));
    const { groups, ...folds } = form.folds;
    const request = {
      features,
      labels: some(labels),
      ...(form.task === null ? {} : { task: form.task }),
      model: form.model,
      folds: {
        ...folds,
        ...(groups === undefined ? {} : { groups: some(groups) }),
        ...(folds.kind === "clusters" ? { sequences: await sequencesOf(run, rows) } : {}),
      },
      ...(form.within === null ? {} : { within: some(form.within.values) }),
      seeds: Array.from({ length: form.seeds }, (_, at) => DEFAULTS.probe.seeds[0] + at),
    };
    const answer = await analyses.ask("probe", request, options);
    const warnings = [...answer.warnings, ...(form.baselines ? leftOut(run) : [])];
    return { ...answer, warnings, column: form.column, layers: form.layers, own, control, asked: form.asked, withinColumn: form.within?.name ?? null };
  });
}

/** Numbers with a decimal comma as the engine reads them; other labels as they are. */
function pointed(labels: Labels): Labels {
  const numbers = numbersOf(labels);
  if (numbers === null || !labels.some((label) => label?.includes(",") === true)) return labels;
  return Array.from(numbers, (value) => (Number.isNaN(value) ? null : String(value)));
}

/** The request of the card of residues. */
export interface ResidueForm {
  column: string;
  /** A string per sequence, one letter per residue. */
  labels: Labels;
  layer: number;
  /** Residues of one vector. */
  residuesPerToken: number;
  model: ProbeModel;
  folds: Folds;
  /** The question in words. */
  asked: Asked;
}

/** Trains a probe of residues. */
export function trainResidues({ column, labels, layer, residuesPerToken, model, folds, asked }: ResidueForm): Promise<void> {
  return runJob("probe", async (options) => {
    const run = shownRun(store.state);
    const rows = run?.layers.find((one) => one.layer === layer)?.table;
    if (run === null || rows === undefined || run.report.pool !== "none") throw noRun();
    const { report } = run;
    const place = { offsets: report.offsets, ids: report.ids };
    const letters = residuesPerToken === 1 ? await residueLetters(run) : [];
    const request = {
      features: [{ name: `layer ${layer}`, of: [rows], ...place }, ...letters.map(({ name, table }) => ({ name, of: [table], ...place }))],
      labels,
      perResidue: true,
      residuesPerToken: [residuesPerToken, ...letters.map(() => 1)],
      model,
      folds: folds.kind === "clusters" ? { ...folds, sequences: await sequencesOf(run, run.ids.map((_, row) => row)) } : folds,
    };
    return { ...(await analyses.ask("probe", request, options)), column, layers: [layer], own: 1, control: null, asked, withinColumn: null };
  });
}

/** The feature sets, the first `own` of them embeddings, and the rows that they share. */
async function featureSets(
  run: StoredRun,
  form: ProbeForm,
): Promise<{ features: Features[]; own: number; control: number | null; rows: readonly number[] }> {
  const shared = form.other === null ? null : common(run, form.other);
  const rows = shared?.a ?? run.ids.map((_, row) => row);
  const part = (table: Table, rows = shared?.a): TableRows => (rows === undefined ? table : { table, rows });
  const gc = form.gc ? await gcOf(run) : null;
  const extra = {
    ...(gc === null ? {} : { numbers: [rows.map((row) => gc[row] ?? 0)] }),
    ...(form.classes === null ? {} : { classes: [rows.map((row) => form.classes?.values[row] ?? null)] }),
  };
  const added = [...(gc === null ? [] : ["GC content"]), ...(form.classes === null ? [] : [cut(form.classes.name, 24)])];
  const features: Features[] = form.layers.map((layer) => ({
    name: [spaceName(run.report, layer), ...added].join(" + "),
    of: [part(rowsOf(layer))],
    ...extra,
  }));
  const [first] = form.layers;
  if (first === undefined) throw noRun();
  if (added.length > 0) features.push({ name: spaceName(run.report, first), of: [part(rowsOf(first))] });
  if (form.other !== null && shared !== null) {
    const theirs = form.other.layers.at(-1);
    if (theirs === undefined) throw noRun();
    const name = cut(form.other.name, 40);
    features.push({ name, of: [part(theirs.table, shared.b)] });
    features.push({ name: `${spaceName(run.report, first)} + ${name}`, of: [part(rowsOf(first)), part(theirs.table, shared.b)] });
  }
  const own = features.length;
  if (added.length > 0) features.push({ name: added.join(" + "), of: [], ...extra });
  const simple = form.baselines ? [...run.baselines, { name: "random vectors", table: await randomTable(run) }] : [];
  features.push(...simple.map(({ name, table }) => ({ name, of: [part(table)] })));
  // The same folds as the vectors, so that the two are compared row by row.
  const shuffled = controlTable(controlOf(store.state.runs, run), first);
  if (shuffled !== null) features.push({ name: CONTROL, of: [part(shuffled)] });
  return { features, own, control: shuffled === null ? null : features.length - 1, rows };
}

/** What the simple features leave out, each with the name of the features. */
function leftOut(run: StoredRun): Notice[] {
  return run.baselines.flatMap(({ name, warnings = [] }) => warnings.map((one) => ({ ...one, message: `${name}: ${one.message}` })));
}

/** The share of G and C among the letters A, C, G and T of each sequence; null unless the run is of DNA. */
async function gcOf(run: StoredRun): Promise<number[] | null> {
  const bases = run.baselines.find(({ name }) => name === BASES)?.table;
  if (bases === undefined) return null;
  const shares = await bases.read();
  return run.ids.map((_, row) => (shares[4 * row + 1] ?? 0) + (shares[4 * row + 2] ?? 0));
}

const randomTables = new WeakMap<StoredRun, Table>();

/** A random vector per sequence, as wide as the embedding; drawn once for a run. */
async function randomTable(run: StoredRun): Promise<Table> {
  const rows = run.ids.length;
  const known = randomTables.get(run);
  if (known !== undefined) return known;
  const { numbers, columns } = await analyses.ask("randomFeatures", { rows, columns: run.dims });
  const made = new Table(numbers, rows, columns);
  randomTables.set(run, made);
  return made;
}
