/**
 * The owner of a compute worker: starts it, gives it one call at a time, and throws it away when it trapped, has ended
 * or does not answer a cancel. A fresh worker gets the same model and sequences again, so a crash costs seconds, not work.
 * Another model is loaded into a fresh worker beside the old one, which goes only once the new one is ready: a model that is
 * refused never costs the one in use. Everything the replay needs (files as handles, requests) is kept here; no sequence is
 * read on this side.
 */
import { proxy } from "comlink";
import { CrossgrainError, toError } from "./error";
import { LiveWorker, type Call, type InFlight } from "./live-worker";
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
import type { EmbeddedRecords } from "./worker/engine.worker";
import type { NamedBlob, SetReport } from "./worker/several";

export type { Call } from "./live-worker";

/** A cancel not acknowledged in this time means the worker is stuck in one long step. */
const ACKNOWLEDGE_MS = 150;
/** After the acknowledgement the run itself has this long to end. */
const END_MS = 2000;
/** Codes after which the worker must not be used again. */
const FATAL = ["engine.trap", "engine.worker_failed", "engine.worker_ended", "device.failed"];
/** Files of two models up to this size are held at the same time while one replaces the other. */
const BESIDE_BYTES = 2 * 1024 ** 3;

/** What the owner reports about itself. */
export type EnginePhase = "starting" | "ready" | "restarting" | "failed";

/** Receives the reports of the owner. */
export interface EngineWatcher {
  onPhase?: (phase: EnginePhase, device: DeviceReport | null, error: CrossgrainError | null) => void;
  onRequest?: OnRequest;
}

/** A call that changes what a worker holds, and the call that puts a fresh worker into the same state. */
export interface Change<T> {
  part: "model" | "sequences";
  call: Call<T>;
  again: Call<unknown>;
  /** Refuses the result by throwing; what was held before is kept then. */
  check?: ((result: T) => void) | undefined;
  /** Bytes of the files that are loaded. */
  bytes?: number;
  /** A failure may leave something half done behind: what was held before is put back. */
  unsettled?: true;
}

/** One compute worker and its replacement parts. */
export class Engine {
  #device: DeviceChoice;
  readonly #watcher: EngineWatcher;
  readonly #queue = new Sequencer();
  #live: LiveWorker | null = null;
  /** A worker that is to replace the live one. */
  #staged: LiveWorker | null = null;
  #report: DeviceReport | null = null;
  /** Why `auto` no longer tries WebGPU, once it brought the engine down. */
  #withoutGpu: string | null = null;
  /** A GPU has worked since the device was chosen. */
  #hadGpu = false;
  /** Calls that put a fresh worker into the state of the old one, by what they restore. */
  readonly #replay = new Map<Change<unknown>["part"], Call<unknown>>();
  /** The live worker lacks the sequences; it gets them with its next call. */
  #owed = false;
  /** Bytes of the files of the model. */
  #modelBytes = 0;

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

  /** Loads a model; one that is refused, by the engine or by `check`, leaves the model before in use. */
  loadModel(
    files: Record<string, Blob>,
    request: LoadRequest,
    onProgress?: OnProgress,
    check?: (report: ModelReport) => void,
  ): Promise<ModelReport> {
    return this.change({
      part: "model",
      check,
      bytes: Object.values(files).reduce((sum, { size }) => sum + size, 0),
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
    return this.change<EmbeddedRecords>({
      part: "sequences",
      again: givenRecords(records, reading).again,
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
    const worker = this.#staged ?? this.#live;
    const call = worker?.inFlight ?? null;
    if (worker === null || call === null) return;
    const acknowledged = worker.remote.cancel().then(
      () => true,
      () => true,
    );
    if (!(await Promise.race([acknowledged, after(ACKNOWLEDGE_MS)]))) {
      this.#stop(worker, call);
      return;
    }
    await after(END_MS);
    this.#stop(worker, call);
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
    const calls = [this.#live?.inFlight, this.#staged?.inFlight];
    this.#staged?.end();
    this.#discard();
    this.#replay.clear();
    for (const call of calls) call?.abandon(cancelled());
  }

  /** Runs a task when everything before it has ended. Inside, only the calls below may be made, or it waits forever. */
  protected queued<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(task);
  }

  /** The worker's device report, after starting a worker and replaying into it if there is none. */
  protected async ready(): Promise<DeviceReport> {
    if (this.#live !== null && this.#report !== null) return this.#report;
    this.#announce(this.#replay.size > 0 ? "restarting" : "starting", null);
    try {
      this.#report = await this.#open((worker) => (this.#live = worker));
      // The model first: it decides how sequences are read.
      for (const part of ["model", "sequences"] as const) {
        const again = this.#replay.get(part);
        if (again !== undefined) await this.#guard(again);
      }
      this.#owed = false;
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
    this.#hadGpu = false;
    this.#discard();
    return this.ready();
  }

  /** As {@link call}, inside a queued task. */
  protected async direct<T>(call: Call<T>): Promise<T> {
    await this.ready();
    try {
      const sequences = this.#replay.get("sequences");
      if (this.#owed && sequences !== undefined) await this.#guard(sequences);
      this.#owed = false;
      return await this.#guard(call);
    } catch (thrown) {
      const error = toError(thrown);
      if (!FATAL.includes(error.code)) throw error;
      this.#replace();
      throw restarted(error);
    }
  }

  /** The CPU computes from now on, for this reason, until a device is chosen. Only inside a queued task. */
  protected leaveGpu(because: string): void {
    this.#withoutGpu = because;
    this.#discard();
  }

  /** As {@link change}, inside a queued task. What is refused costs nothing that was held before. */
  protected async apply<T>(change: Change<T>): Promise<T> {
    if (change.part === "sequences") return this.#changeSequences(change);
    const { call, again, check, bytes = 0 } = change;
    const before = this.#replay.get("model");
    if (before !== undefined && this.#live !== null && bytes + this.#modelBytes <= BESIDE_BYTES) {
      const result = await this.#stage(change);
      this.#modelBytes = bytes;
      return result;
    }
    this.#replay.delete("model");
    try {
      const result = await this.direct(call);
      check?.(result);
      this.#replay.set("model", again);
      this.#modelBytes = bytes;
      return result;
    } catch (thrown) {
      // The worker has dropped the model before: it gets that one again, or is started again with it.
      if (before !== undefined) this.#replay.set("model", before);
      if (this.#report !== null && (before !== undefined || check !== undefined)) this.#replace();
      throw thrown;
    }
  }

  /** Sequences that are refused leave those of before in place. */
  async #changeSequences<T>({ call, again, unsettled }: Change<T>): Promise<T> {
    const before = this.#replay.get("sequences");
    try {
      const result = await this.direct(call);
      this.#replay.set("sequences", again);
      return result;
    } catch (thrown) {
      if (unsettled === true && before !== undefined && this.#live !== null) await this.direct(before).catch(() => undefined);
      throw thrown;
    }
  }

  /** Loads a model into a worker beside the live one, which it then replaces. */
  async #stage<T>({ call, again, check }: Change<T>): Promise<T> {
    let result: T;
    let report: DeviceReport;
    try {
      report = await this.#open((worker) => (this.#staged = worker));
      result = await this.#guardOf(this.#staged, call);
      check?.(result);
    } catch (thrown) {
      this.#staged?.end();
      this.#staged = null;
      throw toError(thrown);
    }
    const worker = this.#staged;
    this.#staged = null;
    this.#discard();
    [this.#live, this.#report] = [worker, report];
    this.#replay.set("model", again);
    this.#owed = this.#replay.has("sequences");
    this.#announce("ready", null);
    return result;
  }

  /** Ends a worker if a call of it is still running. */
  #stop(worker: LiveWorker, call: InFlight): void {
    if (worker.inFlight !== call) return;
    if (worker === this.#live) this.#replace();
    else worker.end();
    call.abandon(cancelled());
  }

  /** Throws the worker away and makes its replacement ready at once, not when the next call needs it. */
  #replace(): void {
    this.#discard();
    void this.start().catch(() => undefined);
  }

  /**
   * Starts a worker on the chosen device. If a GPU brings the engine down, `auto` takes the CPU; so does a GPU that was
   * chosen by name, has worked, and is not given again.
   */
  async #open(keep: (worker: LiveWorker) => void): Promise<DeviceReport> {
    if (this.#device === "cpu") return this.#openOn("cpu", keep);
    if (this.#withoutGpu === null) {
      try {
        const report = await this.#openOn(this.#device, keep);
        this.#hadGpu ||= report.kind === "webgpu";
        return report;
      } catch (thrown) {
        const error = toError(thrown);
        const fatal = FATAL.includes(error.code);
        const goesOn = this.#device === "auto" ? fatal : this.#hadGpu && (fatal || error.code === "device.unavailable");
        if (!goesOn) throw error;
        this.#withoutGpu = this.#hadGpu
          ? "the GPU stopped working and the browser gives it no more; choose the GPU again to try"
          : "the engine stopped while it checked WebGPU";
      }
    }
    return this.#openOn("cpu", keep, this.#withoutGpu);
  }

  async #openOn(device: DeviceChoice, keep: (worker: LiveWorker) => void, because?: string): Promise<DeviceReport> {
    const { script, module } = await engineProgram();
    const worker = new LiveWorker(script, () => {
      if (worker === this.#live) this.#replace();
    });
    keep(worker);
    const onRequest: OnRequest = (request) => this.#watcher.onRequest?.(request);
    try {
      const report = await worker.guard((remote) =>
        remote.start(module, { device, because, kernels: remembered() }, proxy(onRequest)),
      );
      worker.started = true;
      remember(report);
      return report;
    } catch (thrown) {
      worker.end();
      throw thrown;
    }
  }

  #guard<T>(call: Call<T>): Promise<T> {
    return this.#guardOf(this.#live, call);
  }

  async #guardOf<T>(worker: LiveWorker | null, call: Call<T>): Promise<T> {
    if (worker === null) throw cancelled();
    return worker.guard(call);
  }

  #discard(): void {
    this.#live?.end();
    this.#live = null;
    this.#report = null;
  }

  #announce(phase: EnginePhase, error: CrossgrainError | null): void {
    this.#watcher.onPhase?.(phase, this.#report, error);
  }
}

/** The error of a lost device, with what has become of the engine. */
function restarted(error: CrossgrainError): CrossgrainError {
  if (error.code !== "device.failed") return error;
  return new CrossgrainError({
    code: error.code,
    message: error.message,
    where: error.where,
    hint: "the engine has been restarted with the same model and sequences; start again, or choose the CPU if it happens twice",
  });
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
