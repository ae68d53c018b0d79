/**
 * The control of a run: the same sequences with their letters shuffled, through the same model with the same settings.
 * It is computed by workers of its own, so that sequences and rows of the page stay as they are, and is one more run.
 */
import { controlObstacle, SHUFFLED } from "../analysis/control";
import type { StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { engine } from "../engine";
import { CrossgrainError, toError } from "../error";
import { shownRun } from "../metadata";
import { WorkerPool } from "../pool";
import { DEFAULTS, type EmbedRequest, type SequenceKind } from "../protocol";
import { store } from "../state";
import type { EmbeddedRecords } from "../worker/engine.worker";
import { askAgain } from "./jobs";
import { add } from "./runs";

let working: { stopped: boolean; pool: WorkerPool } | null = null;

/** Makes the control of the shown run; answers on show are then asked again, beside it. */
export async function makeControl(): Promise<void> {
  const run = shownRun(store.state);
  if (run === null || controlObstacle(store.state) !== null || working !== null) return;
  const { choice, device, workers } = store.state.engine;
  const pool = new WorkerPool(device?.kind === "cpu" ? "cpu" : choice, workers);
  const mine = { stopped: false, pool };
  working = mine;
  store.set("control", { phase: "running", of: run.id, progress: null, error: null });
  try {
    pool.follow(engine, "model");
    const seed = DEFAULTS.shuffleSequences.seed;
    const { records, kind } = await engine.ask("shuffleSequences", { seed });
    // Ids may occur twice in a file; rows are matched by their places.
    const numbered = records.map(({ sequence }, at) => ({ id: `record-${at + 1}`, sequence }));
    const request: EmbedRequest = {
      layers: [...run.report.layers],
      pool: run.report.pool as NonNullable<EmbedRequest["pool"]>,
      ...(run.settings?.overlap == null ? {} : { overlap: run.settings.overlap }),
    };
    const made = await pool.embedRecords(numbered, { name: "shuffled", kind }, request, (progress) => {
      if (store.state.control.phase === "running") store.patch("control", { progress });
    });
    if (mine.stopped || made.report.cancelled) return store.set("control", { phase: "cancelled", of: run.id, progress: null, error: null });
    add(controlRun(run, made, kind, seed));
    store.set("control", { phase: "idle", of: null, progress: null, error: null });
    if (store.state.run.shown === run.id) await askAgain(run.report);
  } catch (thrown) {
    const error = toError(thrown);
    if (mine.stopped || error.code === "engine.cancelled") store.set("control", { phase: "cancelled", of: run.id, progress: null, error: null });
    else store.set("control", { phase: "failed", of: run.id, progress: null, error });
  } finally {
    pool.close();
    if (working === mine) working = null;
  }
}

/** Stops it; the workers are its own and are thrown away. */
export function cancelControl(): void {
  if (working === null) return;
  working.stopped = true;
  working.pool.close();
}

function controlRun(run: StoredRun, { report, rows }: EmbeddedRecords, kind: SequenceKind, seed: number): Omit<StoredRun, "id"> {
  if (report.ids.length !== run.ids.length || report.layers.length !== rows.length) {
    throw new CrossgrainError({
      code: "control.records",
      message: `${report.ids.length} of ${run.ids.length} shuffled sequences could be embedded`,
      hint: "leave out the sequences that the model cannot read, and embed again",
    });
  }
  const letters = SHUFFLED[kind];
  const layers = report.layers.map((layer, at) => ({ layer, table: new Table(rows[at] ?? new Float32Array(), report.rows, report.dims) }));
  const composition = run.baselines.filter(({ table }) => table.cols === 20 || table.cols === 4);
  return {
    ...run,
    name: `Control of ${run.name}: ${letters} of each sequence shuffled`,
    // Lists of ids belong to one run.
    ids: [...run.ids],
    report: { ...report, ids: [...run.ids], pool: run.report.pool },
    methods: { ...run.methods, control: { shuffled: letters, seed } },
    layers,
    // A shuffle changes no composition; all other simple features would have to be counted again.
    baselines: kind === "domains" ? [] : composition,
    base: `${run.base}.shuffled`,
    control: { of: run.name, seed, letters },
  };
}
