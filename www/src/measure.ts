/**
 * How fast this machine embeds with the loaded model: made-up sequences of a few sizes, on the CPU with one worker and
 * with the chosen number of workers, and on WebGPU if the browser has it. The engines are opened for the measurement
 * and closed again, so that the page's own rows stay.
 */
import { cancelled } from "./rpc";
import { CrossgrainError, toError } from "./error";
import type { WorkerPool } from "./pool";
import type { DeviceChoice, DeviceReport, ModelReport, Notice, SequenceRecord } from "./protocol";

/** Letters per sequence and sequences per run. */
const SIZES: readonly (readonly [length: number, batch: number])[] = [
  [64, 8],
  [256, 1],
  [256, 8],
  [1000, 1],
];
/** Runs of a case after its warm-up: all that fit into this time, within bounds. */
const CASE_MS = 3000;
const RUNS_MAX = 5;
/** A run that would take longer is left out. */
const PATIENCE_MS = 30_000;

/** One case, or why it was left out. */
export interface MeasuredCase {
  length: number;
  batch: number;
  /** Milliseconds per run, in their order; empty if the case was left out. */
  milliseconds: number[];
  /** From the median run; null if the case was left out. */
  residuesPerSecond: number | null;
}

/** One way to compute. */
export interface MeasuredDevice {
  choice: DeviceChoice;
  workers: number;
  /** Null if it could not be opened; `error` says why. */
  device: DeviceReport | null;
  error: Notice | null;
  loadMilliseconds: number | null;
  /** Bytes of wasm memory that all its workers held at the end. */
  wasmBytes: number | null;
  cases: MeasuredCase[];
}

/** The JSON that can be saved. */
export interface MeasureReport {
  tool: "crossgrain";
  started: string;
  browser: string;
  cores: number;
  model: ModelReport;
  devices: MeasuredDevice[];
}

/** What a measurement needs: engines, someone to report to, and whether it was stopped. */
export interface Measuring {
  open: (device: DeviceChoice, workers: number) => WorkerPool;
  onStep: (words: string) => void;
  stopped: () => boolean;
}

/**
 * Measures all devices.
 *
 * Codes: `measure.no_letters`, `engine.cancelled`.
 */
export async function measure(model: ModelReport, workers: number, job: Measuring): Promise<MeasureReport> {
  const alphabet = { protein: "ACDEFGHIKLMNPQRSTVWY", nucleotide: "ACGT", domain: "" }[model.granularity];
  if (alphabet === "") {
    throw new CrossgrainError({
      code: "measure.no_letters",
      message: "this model reads domains, which cannot be made up",
      hint: "measure with a model of proteins or DNA",
    });
  }
  const ways: [DeviceChoice, number][] = [["cpu", 1], ...(workers > 1 ? [["cpu", workers] as [DeviceChoice, number]] : [])];
  if (navigator.gpu !== undefined) ways.push(["webgpu", 1]);
  const report: MeasureReport = {
    tool: "crossgrain",
    started: new Date().toISOString(),
    browser: navigator.userAgent,
    cores: navigator.hardwareConcurrency,
    model,
    devices: [],
  };
  for (const [choice, count] of ways) report.devices.push(await one(choice, count, alphabet, job));
  return report;
}

async function one(choice: DeviceChoice, workers: number, alphabet: string, job: Measuring): Promise<MeasuredDevice> {
  const found: MeasuredDevice = {
    choice,
    workers,
    device: null,
    error: null,
    loadMilliseconds: null,
    wasmBytes: null,
    cases: [],
  };
  const name = choice === "webgpu" ? "WebGPU" : workers > 1 ? `CPU, ${workers} workers` : "CPU";
  const engine = job.open(choice, workers);
  try {
    job.onStep(`${name}: loading the model`);
    const start = performance.now();
    found.device = await engine.start();
    found.loadMilliseconds = performance.now() - start;
    let pace = 0;
    for (const [length, batch] of SIZES) {
      if (job.stopped()) throw cancelled();
      job.onStep(`${name}: ${batch} × ${length} letters`);
      const measured = pace * length * batch > PATIENCE_MS ? [] : await runs(engine, made(alphabet, length, batch), job);
      const median = middle(measured.map(({ milliseconds }) => milliseconds));
      const residues = measured[0]?.residues ?? 0;
      if (median !== null) pace = median / (length * batch);
      found.cases.push({
        length,
        batch,
        milliseconds: measured.map(({ milliseconds }) => milliseconds),
        residuesPerSecond: median === null ? null : (residues * 1000) / median,
      });
    }
    found.wasmBytes = await engine.memory();
  } catch (thrown) {
    const error = toError(thrown);
    if (job.stopped() || error.code === "engine.cancelled") throw cancelled();
    const { code, message, where, hint } = error;
    found.error = { code, message, where, hint };
  } finally {
    engine.close();
  }
  return found;
}

/** A warm-up and the runs that fit; a warm-up that took all the time is the only run. */
async function runs(
  engine: WorkerPool,
  records: SequenceRecord[],
  job: Measuring,
): Promise<{ milliseconds: number; residues: number }[]> {
  await engine.setRecords(records, {});
  const once = async (): Promise<{ milliseconds: number; residues: number }> => {
    const start = performance.now();
    const report = await engine.embed({ layers: "last" });
    if (report.cancelled || job.stopped()) throw cancelled();
    return { milliseconds: performance.now() - start, residues: report.lengths.reduce((sum, n) => sum + n, 0) };
  };
  const warm = await once();
  if (warm.milliseconds > CASE_MS) return [warm];
  const count = Math.min(RUNS_MAX, Math.max(1, Math.floor(CASE_MS / warm.milliseconds)));
  const measured = [];
  for (let i = 0; i < count; i += 1) measured.push(await once());
  return measured;
}

/** Golden ratio less 1: its multiples fall evenly between whole numbers and never repeat. */
const STEP = 0.6180339887498949;

/** Different sequences that use all letters evenly, by a fixed rule. */
function made(alphabet: string, length: number, batch: number): SequenceRecord[] {
  const letter = (at: number): string => alphabet.charAt(Math.floor(((at * STEP) % 1) * alphabet.length));
  return Array.from({ length: batch }, (_, i) => ({
    id: `${i}`,
    sequence: Array.from({ length }, (_, at) => letter(i * length + at)).join(""),
  }));
}

function middle(values: number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
