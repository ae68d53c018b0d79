/**
 * The owner of the analysis worker: one question at a time, with progress. Answers are computed without a pause, so
 * cancelling one throws the worker away; the next question starts a fresh one from the kept program, and the tables it
 * needs are handed over again. Tables live in blobs, which the browser keeps outside of the page's memory.
 */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { CrossgrainError, toError } from "../error";
import type { OnProgress } from "../session";
import { Sequencer } from "../sequencer";
import { engineProgram } from "../store/program";
import type { EngineWorker } from "../worker/engine.worker";
import { startConfinedWorker } from "../worker/start";
import type { Questions, Topic } from "./border";

/** Bytes of tables that the worker keeps between questions; beyond it, only those of the next question stay. */
const HELD_BYTES = 512 * 1024 * 1024;

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
  #worker: Worker | null = null;
  #remote: Remote<EngineWorker> | null = null;
  #held = new Map<string, Table>();
  #abandon: ((reason: unknown) => void) | null = null;

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
        if (error.code === "engine.trap" || error.code === "engine.worker_failed") this.#discard();
        throw error;
      } finally {
        this.#abandon = null;
        signal?.removeEventListener("abort", stop);
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
    await remote.openAnalyses(module);
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
