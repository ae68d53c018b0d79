/**
 * The owner of the analysis worker: one question at a time, with progress. Answers are computed without a pause, so
 * cancelling one throws the worker away; the next question starts a fresh one from the kept program, and the tables it
 * needs are handed over again. Tables live in blobs, which the browser keeps outside of the page's memory.
 *
 * Large sums may be made by a GPU that the worker opens for itself. One that takes the worker down with it costs a
 * question its time, not its answer: it is asked again, of the CPU.
 */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { CrossgrainError, toError } from "../error";
import type { DeviceChoice, DeviceReport, OnProgress } from "../session";
import { Sequencer } from "../sequencer";
import { remembered } from "../store/kernels";
import { engineProgram } from "../store/program";
import type { EngineWorker } from "../worker/engine.worker";
import { startConfinedWorker } from "../worker/start";
import type { Computed, OnDevice, Questions, Topic } from "./border";

/** Bytes of tables that the worker keeps between questions; beyond it, only those of the next question stay. */
const HELD_BYTES = 512 * 1024 * 1024;

/** Questions with sums that a GPU can make. */
const ON_DEVICE: readonly Topic[] = ["cka", "neighbours", "purity", "overlap", "predict"];
/** Errors after which a worker must not be used again. */
const FATAL = ["engine.trap", "engine.worker_failed"];

/** What a question may choose by itself beside an engine: a GPU only where that engine has a real one. */
export function beside(engine: DeviceReport | null): DeviceChoice {
  return engine !== null && engine.kind === "webgpu" && !engine.software ? "auto" : "cpu";
}

/** A matrix of numbers under a key that is never given twice. */
export interface Table {
  key: string;
  rows: number;
  cols: number;
  /** Little-endian f32, row by row. */
  numbers: Blob;
}

/** How a question is watched and stopped. */
export interface Watching {
  onProgress?: OnProgress | undefined;
  signal?: AbortSignal | undefined;
}

let made = 0;

/** A table of numbers. */
export function table(numbers: Float32Array<ArrayBuffer>, rows: number, cols: number): Table {
  made += 1;
  return { key: `table-${made}`, rows, cols, numbers: new Blob([numbers]) };
}

/** One analysis worker and what it holds. */
export class Analyst {
  readonly #queue = new Sequencer();
  readonly #device: () => DeviceChoice;
  /** A GPU brought the worker down; it is no longer taken unless by name. */
  #withoutGpu = false;
  #worker: Worker | null = null;
  #remote: Remote<EngineWorker> | null = null;
  #held = new Map<string, Table>();
  #abandon: ((reason: unknown) => void) | null = null;

  /** `device` says where questions are computed that do not say it themselves. */
  constructor(device: () => DeviceChoice = () => "auto") {
    this.#device = device;
  }

  /**
   * Answers a question about `tables`.
   *
   * Codes: those of the analysis, `engine.trap`; an abort rejects with the signal's reason.
   */
  ask<T extends Topic>(
    topic: T,
    tables: readonly Table[],
    options: Questions[T][0],
    { onProgress, signal }: Watching = {},
  ): Promise<Questions[T][1]> {
    const turn = this.#queue.run(async () => {
      if (!ON_DEVICE.includes(topic)) return this.#once(topic, tables, options, onProgress, signal);
      const device = (options as OnDevice).device ?? (this.#withoutGpu ? "cpu" : this.#device());
      const on = (device: DeviceChoice): Questions[T][0] => ({ ...options, device }) as Questions[T][0];
      try {
        return await this.#once(topic, tables, on(device), onProgress, signal);
      } catch (thrown) {
        if (!(thrown instanceof CrossgrainError) || !FATAL.includes(thrown.code) || device === "cpu") throw thrown;
        const answer = await this.#once(topic, tables, on("cpu"), onProgress, signal);
        this.#withoutGpu = true;
        const computed: Computed = { device: "cpu", reason: `CPU, because the engine stopped when it might use the GPU (${thrown.message})` };
        return { ...answer, computed };
      }
    });
    turn.catch(() => undefined);
    return signal === undefined ? turn : Promise.race([turn, aborted(signal)]);
  }

  /** Ends the worker; what is asked afterwards starts another. */
  close(): void {
    this.#stop(
      new CrossgrainError({ code: "engine.closed", message: "the engine was closed", hint: "create another one" }),
    );
  }

  /** One attempt; a worker that failed is thrown away. */
  async #once<T extends Topic>(
    topic: T,
    tables: readonly Table[],
    options: Questions[T][0],
    onProgress: OnProgress | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Questions[T][1]> {
    signal?.throwIfAborted();
    const stop = (): void => this.#stop(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const lost = new Promise<never>((_, reject) => (this.#abandon = reject));
    // Nobody may be listening any more when a worker is closed.
    lost.catch(() => undefined);
    try {
      return await Promise.race([this.#answer(topic, tables, options, onProgress), lost]);
    } catch (thrown) {
      if (signal?.aborted === true && thrown === signal.reason) throw thrown;
      const error = toError(thrown);
      if (FATAL.includes(error.code)) this.#discard();
      throw error;
    } finally {
      this.#abandon = null;
      signal?.removeEventListener("abort", stop);
    }
  }

  async #answer<T extends Topic>(
    topic: T,
    tables: readonly Table[],
    options: Questions[T][0],
    onProgress: OnProgress | undefined,
  ): Promise<Questions[T][1]> {
    const remote = await this.#ready();
    await this.#hand(remote, tables);
    return (await remote.ask(topic, options, onProgress === undefined ? null : proxy(onProgress))) as Questions[T][1];
  }

  /** Gives the worker the tables it lacks, after taking others away if there would be too many. */
  async #hand(remote: Remote<EngineWorker>, tables: readonly Table[]): Promise<void> {
    const needed = new Map(tables.map((one) => [one.key, one]));
    const lacking = [...needed.values()].filter((one) => !this.#held.has(one.key));
    const bytes = [...this.#held.values(), ...lacking].reduce((sum, one) => sum + one.numbers.size, 0);
    if (bytes > HELD_BYTES) {
      for (const key of [...this.#held.keys()].filter((held) => !needed.has(held))) {
        await remote.dropTable(key);
        this.#held.delete(key);
      }
    }
    for (const one of lacking) {
      await remote.holdTable(one.key, one.numbers, one.rows, one.cols);
      this.#held.set(one.key, one);
    }
  }

  async #ready(): Promise<Remote<EngineWorker>> {
    if (this.#remote !== null) return this.#remote;
    const { script, module } = await engineProgram();
    const worker = startConfinedWorker(script);
    worker.addEventListener("error", (event) => this.#fail(worker, event));
    const remote = wrap<EngineWorker>(worker);
    this.#worker = worker;
    this.#remote = remote;
    await remote.openAnalyses(module, { kernels: remembered() });
    return remote;
  }

  #fail(worker: Worker, event: ErrorEvent): void {
    event.preventDefault();
    if (worker !== this.#worker) return;
    this.#stop(
      new CrossgrainError({
        code: "engine.worker_failed",
        message: `the analysis stopped unexpectedly (${event.message || "its program could not be loaded"})`,
        hint: "try again, with fewer sequences or layers if it happens twice",
      }),
    );
  }

  #stop(reason: unknown): void {
    const abandon = this.#abandon;
    this.#discard();
    abandon?.(reason);
  }

  #discard(): void {
    this.#remote?.[releaseProxy]();
    this.#worker?.terminate();
    this.#worker = null;
    this.#remote = null;
    this.#held = new Map();
  }
}

/** Ends, as an error, when the signal says so: a question that waits for its turn can be taken back at once. */
function aborted(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  ended.catch(() => undefined);
  return ended;
}
