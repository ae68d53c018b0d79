/**
 * The owner of a compute worker: starts it, gives it one call at a time, and throws it away when it trapped or does not
 * answer a cancel. A fresh worker gets the same model and sequences again, so a crash costs seconds, not work.
 * Everything the replay needs (files as handles, requests) is kept here; no sequence is read on this side.
 */
import { proxy, releaseProxy, wrap, type Remote } from "comlink";
import { CrossgrainError, toError } from "./error";
import type { OnProgress } from "./progress";
import type {
  DeviceChoice,
  DeviceReport,
  EmbedReport,
  EmbedRequest,
  LoadRequest,
  Method,
  Methods,
  ModelReport,
  ReadRequest,
  SequenceRecord,
  SequencesReport,
} from "./protocol";
import type { OnRequest } from "./requests";
import { Sequencer } from "./sequencer";
import { remember, remembered } from "./store/kernels";
import { engineProgram } from "./store/program";
import { startConfinedWorker } from "./worker/start";
import type { EmbeddedRecords, EngineWorker } from "./worker/engine.worker";
import type { NamedBlob, SetReport } from "./worker/several";

/** A cancel not acknowledged in this time means the worker is stuck in one long step. */
const ACKNOWLEDGE_MS = 150;
/** After the acknowledgement the run itself has this long to end. */
const END_MS = 2000;
/** Codes after which the worker must not be used again. */
const FATAL = ["engine.trap", "engine.worker_failed", "device.failed"];

/** What the owner reports about itself. */
export type EnginePhase = "starting" | "ready" | "restarting" | "failed";

/** Receives the reports of the owner. */
export interface EngineWatcher {
  onPhase?: (phase: EnginePhase, device: DeviceReport | null, error: CrossgrainError | null) => void;
  onRequest?: OnRequest;
}

/** One call of a worker. */
export type Call<T> = (worker: Remote<EngineWorker>) => Promise<T>;

/** A call that changes what a worker holds, and the call that puts a fresh worker into the same state. */
export interface Change<T> {
  part: "model" | "sequences";
  call: Call<T>;
  again: Call<unknown>;
  /** A failure may leave something half done behind: what was held before is put back. */
  unsettled?: true;
}

/** One compute worker and its replacement parts. */
export class Engine {
  #device: DeviceChoice;
  readonly #watcher: EngineWatcher;
  readonly #queue = new Sequencer();
  #worker: Worker | null = null;
  #remote: Remote<EngineWorker> | null = null;
  #report: DeviceReport | null = null;
  /** Why `auto` no longer tries WebGPU, once it brought the engine down. */
  #withoutGpu: string | null = null;
  #abandon: ((reason: CrossgrainError) => void) | null = null;
  /** Calls that put a fresh worker into the state of the old one, by what they restore. */
  readonly #replay = new Map<Change<unknown>["part"], Call<unknown>>();

  constructor(device: DeviceChoice, watcher: EngineWatcher = {}) {
    this.#device = device;
    this.#watcher = watcher;
  }

  /** Starts the worker and its device. */
  start(): Promise<DeviceReport> {
    return this.queued(() => this.ready());
  }

  /** Changes the device: a new worker, with model and sequences as before. */
  setDevice(device: DeviceChoice): Promise<DeviceReport> {
    return this.queued(() => this.reopen(device));
  }

  loadModel(files: Record<string, Blob>, request: LoadRequest, onProgress?: OnProgress): Promise<ModelReport> {
    return this.change({
      part: "model",
      call: (worker) => worker.loadModel(files, request, listener(onProgress)),
      again: (worker) => worker.loadModel(files, request, null),
    });
  }

  readSequences(input: Blob, request: ReadRequest, onProgress?: OnProgress): Promise<SequencesReport> {
    return this.change({
      part: "sequences",
      call: (worker) => worker.readSequences(input, request, listener(onProgress)),
      again: (worker) => worker.readSequences(input, request, null),
    });
  }

  /** Reads several files as one set. */
  readSeveral(files: NamedBlob[], request: ReadRequest, onProgress?: OnProgress): Promise<SetReport> {
    return this.change({
      part: "sequences",
      call: (worker) => worker.readSeveral(files, request, listener(onProgress)),
      again: (worker) => worker.readSeveral(files, request, null),
      unsettled: true,
    });
  }

  setRecords(records: SequenceRecord[], request: ReadRequest): Promise<SequencesReport> {
    return this.change(givenRecords(records, request));
  }

  embed(request: EmbedRequest, onProgress?: OnProgress): Promise<EmbedReport> {
    return this.call((worker) => worker.embed(request, listener(onProgress)));
  }

  /** Reads and embeds records; answers their rows too. */
  embedRecords(
    records: SequenceRecord[],
    reading: ReadRequest,
    request: EmbedRequest,
    onProgress?: OnProgress,
  ): Promise<EmbeddedRecords> {
    return this.change({
      ...givenRecords(records, reading),
      call: (worker) => worker.embedRecords(records, reading, request, listener(onProgress)),
    });
  }

  /** Answers a question about the sequences. */
  ask<M extends Method>(method: M, request: Methods[M]["request"]): Promise<Methods[M]["response"]> {
    return this.call(async (worker) => (await worker.ask(method, request, null)) as Methods[M]["response"]);
  }

  /** Any other call of the worker. */
  call<T>(call: Call<T>): Promise<T> {
    return this.queued(() => this.direct(call));
  }

  /** A call that changes what the worker holds; a replacement worker gets it again. */
  change<T>(change: Change<T>): Promise<T> {
    return this.queued(() => this.apply(change));
  }

  /**
   * Stops the call in flight, now: the engine is asked to end after its current step. If it does not answer within
   * {@link ACKNOWLEDGE_MS}, it is replaced. The call then ends as cancelled or with the code `engine.cancelled`.
   */
  async cancel(): Promise<void> {
    const inFlight = this.#abandon;
    if (inFlight === null || this.#remote === null) return;
    const acknowledged = this.#remote.cancel().then(
      () => true,
      () => true,
    );
    if (!(await Promise.race([acknowledged, after(ACKNOWLEDGE_MS)]))) {
      this.#stop(inFlight);
      return;
    }
    await after(END_MS);
    this.#stop(inFlight);
  }

  /** Takes over the model or the sequences of another engine; they are read when this engine is first used. */
  follow(other: Engine, ...parts: Change<unknown>["part"][]): this {
    for (const part of parts) {
      const again = other.#replay.get(part);
      if (again !== undefined) this.#replay.set(part, again);
    }
    return this;
  }

  /** Ends the worker; the owner can be started again. */
  close(): void {
    const inFlight = this.#abandon;
    this.#discard();
    this.#replay.clear();
    inFlight?.(cancelled());
  }

  /** Runs a task when everything before it has ended. Inside, only the calls below may be made, or it waits forever. */
  protected queued<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(task);
  }

  /** The worker's device report, after starting a worker and replaying into it if there is none. */
  protected async ready(): Promise<DeviceReport> {
    if (this.#remote !== null && this.#report !== null) return this.#report;
    this.#announce(this.#replay.size > 0 ? "restarting" : "starting", null);
    try {
      this.#report = await this.#open();
      // The model first: it decides how sequences are read.
      for (const part of ["model", "sequences"] as const) {
        const again = this.#replay.get(part);
        if (again !== undefined) await this.#guard(again);
      }
      this.#announce("ready", null);
      return this.#report;
    } catch (thrown) {
      const error = toError(thrown);
      this.#discard();
      this.#announce("failed", error);
      throw error;
    }
  }

  /** As {@link setDevice}, inside a queued task. */
  protected reopen(device: DeviceChoice): Promise<DeviceReport> {
    this.#device = device;
    this.#withoutGpu = null;
    this.#discard();
    return this.ready();
  }

  /** As {@link call}, inside a queued task. */
  protected async direct<T>(call: Call<T>): Promise<T> {
    await this.ready();
    return this.#guard(call).catch((thrown: unknown) => {
      if (FATAL.includes(toError(thrown).code)) this.#replace();
      throw thrown;
    });
  }

  /**
   * As {@link change}, inside a queued task. Sequences that are refused leave those of before in place; the model of
   * before is gone, whether or not the change succeeds.
   */
  protected async apply<T>({ part, call, again, unsettled }: Change<T>): Promise<T> {
    const before = this.#replay.get(part);
    if (part === "model") this.#replay.delete(part);
    try {
      const result = await this.direct(call);
      this.#replay.set(part, again);
      return result;
    } catch (thrown) {
      if (unsettled === true && before !== undefined && this.#remote !== null) await this.direct(before).catch(() => undefined);
      throw thrown;
    }
  }

  /** Replaces the worker if the call that `inFlight` belongs to is still running. */
  #stop(inFlight: (reason: CrossgrainError) => void): void {
    if (this.#abandon !== inFlight) return;
    this.#replace();
    inFlight(cancelled());
  }

  /** Throws the worker away and makes its replacement ready at once, not when the next call needs it. */
  #replace(): void {
    this.#discard();
    void this.start().catch(() => undefined);
  }

  /** Starts a worker on the chosen device. If a GPU brings the engine down, `auto` takes the CPU. */
  async #open(): Promise<DeviceReport> {
    if (this.#device !== "auto") return this.#openOn(this.#device);
    if (this.#withoutGpu === null) {
      try {
        return await this.#openOn("auto");
      } catch (thrown) {
        const error = toError(thrown);
        if (!FATAL.includes(error.code)) throw error;
        this.#discard();
        this.#withoutGpu = "the engine stopped while it checked WebGPU";
      }
    }
    return this.#openOn("cpu", this.#withoutGpu);
  }

  async #openOn(device: DeviceChoice, because?: string): Promise<DeviceReport> {
    const { script, module } = await engineProgram();
    const worker = startConfinedWorker(script);
    this.#worker = worker;
    worker.addEventListener("error", (event) => this.#fail(worker, event));
    const remote = wrap<EngineWorker>(worker);
    this.#remote = remote;
    const onRequest: OnRequest = (request) => this.#watcher.onRequest?.(request);
    const report = await this.#guard(() =>
      remote.start(module, { device, because, kernels: remembered() }, proxy(onRequest)),
    );
    remember(report);
    return report;
  }

  /** One call, raced against the end of the worker. */
  async #guard<T>(call: Call<T>): Promise<T> {
    const remote = this.#remote;
    if (remote === null) throw cancelled();
    let abandon: (reason: CrossgrainError) => void = () => undefined;
    const lost = new Promise<never>((_, reject) => (abandon = reject));
    this.#abandon = abandon;
    try {
      return await Promise.race([call(remote), lost]);
    } catch (thrown) {
      throw toError(thrown);
    } finally {
      if (this.#abandon === abandon) this.#abandon = null;
    }
  }

  /** An error event of the worker: its script did not load, or an error in it was not caught. */
  #fail(worker: Worker, event: ErrorEvent): void {
    event.preventDefault();
    if (worker !== this.#worker) return;
    const trapped = this.#report !== null;
    const error = new CrossgrainError({
      code: trapped ? "engine.trap" : "engine.worker_failed",
      message: trapped
        ? `the engine stopped unexpectedly (${event.message})`
        : `the engine did not start (${event.message || "its program could not be loaded"})`,
      hint: trapped
        ? "the engine has been restarted; try again, with fewer or shorter sequences if it happens twice"
        : "reload the page; the site may be incomplete or blocked by a browser extension",
    });
    if (this.#abandon !== null) this.#abandon(error);
    else this.#replace();
  }

  #discard(): void {
    this.#remote?.[releaseProxy]();
    this.#worker?.terminate();
    this.#worker = null;
    this.#remote = null;
    this.#report = null;
  }

  #announce(phase: EnginePhase, error: CrossgrainError | null): void {
    this.#watcher.onPhase?.(phase, this.#report, error);
  }
}

/** The change that replaces the sequences by records of a program. */
export function givenRecords(records: SequenceRecord[], request: ReadRequest): Change<SequencesReport> {
  const call: Call<SequencesReport> = (worker) => worker.setRecords(records, request);
  return { part: "sequences", call, again: call };
}

/** A listener in the form in which a worker can call it. */
export function listener(onProgress: OnProgress | undefined): OnProgress | null {
  return onProgress === undefined ? null : proxy(onProgress);
}

function after(milliseconds: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), milliseconds));
}

/** The error of a cancelled run. */
export function cancelled(): CrossgrainError {
  return new CrossgrainError({
    code: "engine.cancelled",
    message: "the run was cancelled; the engine was replaced because it did not stop by itself in time",
    hint: "model and sequences are kept; start again when ready",
  });
}
