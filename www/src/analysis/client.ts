/**
 * The owner of the analysis worker: one question at a time, with progress. Answers are computed without a pause, so
 * cancelling one throws the worker away; the next question starts a fresh one from the kept program, and the tables it
 * needs are sent again.
 *
 * Large matrix products may be computed by a GPU that the worker opens for itself. If the GPU brings the worker down,
 * the question is asked again, on the CPU: it costs time, not the answer.
 */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { CrossgrainError, toError } from "../error";
import type { OnProgress, RequestOptions } from "../progress";
import { DEFAULTS, type Computed, type DeviceChoice, type DeviceReport, type LabelsReport, type Method, type Methods, type TableReport } from "../protocol";
import { Sequencer } from "../sequencer";
import { remembered } from "../store/kernels";
import { engineProgram } from "../store/program";
import type { EngineWorker } from "../worker/engine.worker";
import { onFailure } from "../worker/life";
import { startConfinedWorker } from "../worker/start";
import { replaced, type RequestWith } from "./request";
import { Table, type TableRows } from "./table";

/** Bytes of tables that the worker keeps between questions; beyond it, only those of the next question stay. */
const HELD_BYTES = 512 * 1024 * 1024;
/** Errors after which a worker must not be used again. */
const FATAL = ["engine.trap", "engine.worker_failed"];

/** A request of the page: tables themselves in place of their names. */
export type TableRequest<M extends Method> = RequestWith<TableRows, Methods[M]["request"]>;

/** The device of questions that name none: the GPU only if the engine itself has a hardware one. */
export function defaultDevice(engine: DeviceReport | null): DeviceChoice {
  return engine !== null && engine.kind === "webgpu" && !engine.software ? "auto" : "cpu";
}

/** One analysis worker and the tables it holds. */
export class AnalysisClient {
  readonly #queue = new Sequencer();
  readonly #device: () => DeviceChoice;
  /** A GPU brought the worker down; it is no longer taken unless by name. */
  #withoutGpu = false;
  #worker: Worker | null = null;
  #remote: Remote<EngineWorker> | null = null;
  #held = new Map<string, Table>();
  #abandon: ((reason: unknown) => void) | null = null;

  /** `device` is asked for the device of questions that name none. */
  constructor(device: () => DeviceChoice = () => "auto") {
    this.#device = device;
  }

  /**
   * Answers a question.
   *
   * Codes: those of the method, `engine.trap`; an abort rejects with the signal's reason.
   */
  ask<M extends Method>(method: M, request: TableRequest<M>, options: RequestOptions = {}): Promise<Methods[M]["response"]> {
    const tables: Table[] = [];
    const named = replaced(request, (value) => {
      if (!(value instanceof Table)) return undefined;
      tables.push(value);
      return value.key;
    }) as Methods[M]["request"];
    return this.#queued(options, async () => {
      if (!("device" in DEFAULTS[method])) return this.#answer(method, tables, named, options);
      const device = ("device" in named ? named.device : undefined) ?? (this.#withoutGpu ? "cpu" : this.#device());
      try {
        return await this.#answer(method, tables, { ...named, device }, options);
      } catch (thrown) {
        if (!(thrown instanceof CrossgrainError) || !FATAL.includes(thrown.code) || device === "cpu") throw thrown;
        const answer = await this.#answer(method, tables, { ...named, device: "cpu" }, options);
        this.#withoutGpu = true;
        const reason = `CPU, because the engine stopped when it might use the GPU (${thrown.message})`;
        return { ...answer, computed: { device: "cpu", reason } satisfies Computed };
      }
    });
  }

  /**
   * Reads one layer, counted from 0, of a file of numbers: `.npy`, `.csv`, `.tsv` or `.safetensors`.
   *
   * Codes: `table.*`.
   */
  readTable(file: Blob, name: string, layer: number): Promise<TableReport> {
    return this.#queued({}, () => this.#attempt((remote) => remote.readTable(file, name, layer), undefined));
  }

  /**
   * Reads a label table and matches it to `ids`; its values are in their order.
   *
   * Codes: `labels.*`.
   */
  readLabels(file: Blob, name: string, ids: readonly string[]): Promise<LabelsReport> {
    return this.#queued({}, () => this.#attempt((remote) => remote.readLabels(file, name, [...ids]), undefined));
  }

  /** Ends the worker; the next question starts another. */
  close(): void {
    this.#stop(
      new CrossgrainError({ code: "engine.closed", message: "the engine was closed", hint: "create another one" }),
    );
  }

  /** A task in its slot of the queue; an abort ends the wait for it at once. */
  #queued<T>({ signal }: RequestOptions, task: () => Promise<T>): Promise<T> {
    const slot = this.#queue.run(task);
    slot.catch(() => undefined);
    return signal === undefined ? slot : Promise.race([slot, aborted(signal)]);
  }

  #answer<M extends Method>(
    method: M,
    tables: readonly Table[],
    request: Methods[M]["request"],
    { onProgress, signal }: RequestOptions,
  ): Promise<Methods[M]["response"]> {
    return this.#attempt(async (remote) => {
      await this.#send(remote, tables);
      const listener: OnProgress | null = onProgress === undefined ? null : proxy(onProgress);
      return (await remote.ask(method, request, listener)) as Methods[M]["response"];
    }, signal);
  }

  /** One attempt; a worker that failed is thrown away. */
  async #attempt<T>(call: (remote: Remote<EngineWorker>) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    signal?.throwIfAborted();
    const stop = (): void => this.#stop(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const lost = new Promise<never>((_, reject) => (this.#abandon = reject));
    // Nobody may be listening any more when a worker is closed.
    lost.catch(() => undefined);
    try {
      return await Promise.race([this.#ready().then(call), lost]);
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

  /** Gives the worker the tables it lacks, after dropping others if it would hold too many. */
  async #send(remote: Remote<EngineWorker>, tables: readonly Table[]): Promise<void> {
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
      await remote.addTable(one.key, one.numbers, one.rows, one.cols);
      this.#held.set(one.key, one);
    }
  }

  async #ready(): Promise<Remote<EngineWorker>> {
    if (this.#remote !== null) return this.#remote;
    const { script, module } = await engineProgram();
    const worker = startConfinedWorker(script);
    onFailure(worker, (message) => this.#fail(worker, message));
    const remote = wrap<EngineWorker>(worker);
    this.#worker = worker;
    this.#remote = remote;
    await remote.openAnalyses(module, { kernels: remembered() });
    return remote;
  }

  #fail(worker: Worker, message: string): void {
    if (worker !== this.#worker) return;
    this.#stop(
      new CrossgrainError({
        code: "engine.worker_failed",
        message: `the analysis stopped unexpectedly (${message || "its program could not be loaded"})`,
        hint: "try again; if it happens twice, use fewer sequences or layers",
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

/** Rejects when the signal aborts, so that a question waiting in the queue is taken back at once. */
function aborted(signal: AbortSignal): Promise<never> {
  const ended = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  ended.catch(() => undefined);
  return ended;
}
