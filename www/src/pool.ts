/**
 * Several compute workers for one run. The first is the engine that the rest of the page knows: it holds the rows and
 * answers all other calls. The others hold the same model and sequences, read from the same blobs, and take chunks of
 * records from a common list, so that all end at about the same time. Each sequence is computed by one worker alone,
 * so the numbers are the same as with a single worker. Nothing is shared between the workers, so no cross-origin isolation is needed.
 *
 * Only CPU engines use several workers: a GPU is one device, however many workers use it.
 *
 * With one worker too, a run is computed chunk by chunk: finished rows leave the worker, and a worker or a device that is
 * lost costs the chunk that it was computing.
 */
import { toError, type CrossgrainError } from "./error";
import { count } from "./format";
import type { OnProgress } from "./progress";
import type { DeviceChoice, DeviceReport, EmbedReport, EmbedRequest, ReadRequest, SequenceRecord } from "./protocol";
import { cancelled, Engine, givenRecords, listener, type Call, type Change, type EngineWatcher } from "./rpc";
import { chunkResidues, halves, residuesOf, together, type Chunk } from "./run/chunks";
import { FinishedRows } from "./run/finished-rows";
import { Meter } from "./run/meter";
import { interruption, Recovery, type Interruption, type Step } from "./run/recovery";
import { ENGINE_BUILD } from "./store/program";
import type { ChunkRows } from "./worker/chunk-rows";
import type { EmbeddedRecords } from "./worker/engine.worker";

/** Most workers that are started, whatever is asked for: each holds a model. */
export const WORKERS_MAX = 16;

/** What a run begins with, and who hears of what it survives. */
export interface RunOptions {
  /** Rows that are finished; those of this run are added. */
  finished?: FinishedRows;
  onInterrupted?: (interruption: Interruption) => void;
  /** Receives a record that cannot be computed; the run fails when all others are finished. */
  onLeft?: (record: number) => void;
}

/** A chunk that is to be computed, and how often that was tried. */
interface Task extends Chunk {
  tries: number;
}

/** A run under way. */
interface Run extends RunOptions {
  stopped: boolean;
  finished: FinishedRows;
  recovery: Recovery;
  /** Why records were left out. */
  left: CrossgrainError[];
}

/** An engine that embeds with up to `workers` workers. */
export class WorkerPool extends Engine {
  #workers: number;
  readonly #onRequest: EngineWatcher["onRequest"];
  /** All workers but the first. */
  #others: Engine[] = [];
  #report: DeviceReport | null = null;
  #run: Run | null = null;

  constructor(device: DeviceChoice, workers = 1, watcher: EngineWatcher = {}) {
    super(device, {
      ...watcher,
      onPhase: (phase, report, error) => {
        this.#report = report ?? this.#report;
        watcher.onPhase?.(phase, report, error);
      },
    });
    this.#workers = workers;
    this.#onRequest = watcher.onRequest;
  }

  /** Number of workers that embed. */
  get workers(): number {
    return this.#report?.kind === "webgpu" ? 1 : this.#workers;
  }

  /** Changes the number of workers that embed; they start when they are first needed. */
  setWorkers(workers: number): Promise<void> {
    return this.queued(async () => {
      this.#workers = workers;
      for (const other of this.#others.splice(Math.max(0, workers - 1))) other.close();
    });
  }

  override setDevice(device: DeviceChoice): Promise<DeviceReport> {
    return this.queued(() => {
      this.#dismiss();
      return this.reopen(device);
    });
  }

  override change<T>(change: Change<T>): Promise<T> {
    return this.queued(() => this.#changeAll(change));
  }

  /** Embeds. A run that fails or is cancelled leaves what it has finished in `options.finished`. */
  override embed(request: EmbedRequest, onProgress?: OnProgress, options?: RunOptions): Promise<EmbedReport> {
    return this.queued(() => this.#embed(request, onProgress, options));
  }

  override embedRecords(
    records: SequenceRecord[],
    reading: ReadRequest,
    request: EmbedRequest,
    onProgress?: OnProgress,
  ): Promise<EmbeddedRecords> {
    // One task, so that no other call comes between the records and their rows.
    return this.queued(async () => {
      const device = await this.ready();
      const given = givenRecords(records, reading);
      if (this.workers <= 1 && lettersOf(records) <= chunkResidues(device, 0)) {
        // Little work goes in one message each way.
        const call: Call<EmbeddedRecords> = (worker) => worker.embedRecords(records, reading, request, listener(onProgress));
        return this.#surviving(this.#started(new FinishedRows()), () => this.apply({ part: "sequences", again: given.again, call }));
      }
      const sequences = await this.#changeAll(given);
      const report = await this.#embed(request, onProgress);
      const rows: Float32Array[] = [];
      for (const layer of report.layers) rows.push(await this.direct((worker) => worker.layer(layer)));
      return { sequences, report, rows };
    });
  }

  /** Makes the finished rows of a run all rows of the engine. Records without rows have no window in the report. */
  finish(request: EmbedRequest, finished: FinishedRows): Promise<EmbedReport> {
    return this.queued(async () => {
      const missing = finished.missing(await this.direct((worker) => worker.partition(1)));
      return this.direct((worker) => worker.merge(request, finished.merged(missing), finished.seconds));
    });
  }

  override async cancel(): Promise<void> {
    if (this.#run !== null) this.#run.stopped = true;
    await Promise.all([super.cancel(), ...this.#others.map((other) => other.cancel())]);
  }

  /** Bytes of wasm memory that all workers hold. */
  async memory(): Promise<number> {
    const each = await Promise.all([this, ...this.#others].map((engine) => engine.call((worker) => worker.memory())));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  override close(): void {
    if (this.#run !== null) this.#run.stopped = true;
    this.#dismiss();
    super.close();
  }

  #dismiss(): void {
    for (const other of this.#others.splice(0)) other.close();
  }

  /** Changes what all workers hold; the answer is the first one's. */
  async #changeAll<T>(change: Change<T>): Promise<T> {
    // The others start again, with the new model, when they are next needed.
    if (change.part === "model") this.#dismiss();
    const again: Change<unknown> = { part: change.part, call: change.again, again: change.again };
    const others = this.#others.map((other) => other.change(again));
    const [own, ...rest] = await Promise.allSettled([this.apply(change), ...others]);
    // All refuse the same sequences; a worker that failed is started again when it is next needed.
    if (rest.some(({ status }) => status === "rejected")) this.#dismiss();
    if (own.status === "rejected") throw own.reason;
    return own.value;
  }

  #started(finished: FinishedRows, options: RunOptions = {}): Run {
    return { ...options, stopped: false, finished, recovery: new Recovery(), left: [] };
  }

  async #embed(request: EmbedRequest, onProgress?: OnProgress, options: RunOptions = {}): Promise<EmbedReport> {
    const { finished = new FinishedRows() } = options;
    const run = this.#started(finished, options);
    const start = performance.now();
    const before = finished.seconds;
    try {
      return await this.#surviving(run, async () => {
        const device = await this.ready();
        const all = await this.direct((worker) => worker.partition(1));
        const total = residuesOf(all);
        finished.total = all.reduce((sum, { records }) => sum + records.length, 0);
        const size = chunkResidues(device, total);
        // Logits and contact maps are not merged; what fits into one chunk need not be.
        const whole = request.logits === true || request.contacts === true || (this.workers <= 1 && total <= size && finished.count === 0);
        if (whole) return this.direct((worker) => worker.embed(request, listener(onProgress)));
        if (finished.count < finished.total) {
          const small = await this.direct((worker) => worker.partition(Math.max(this.workers, Math.ceil((2 * total) / size))));
          const left = finished.missing(small);
          const tasks = together(left, size, this.workers).map((chunk) => ({ ...chunk, tries: 0 }));
          await this.#compute(tasks, request, run, new Meter(total, total - residuesOf(left), onProgress));
          if (tasks.length > 0) return null;
        }
        finished.seconds = before + (performance.now() - start) / 1000;
        return this.direct((worker) => worker.merge(request, finished.merged(), finished.seconds));
      });
    } finally {
      finished.seconds = before + (performance.now() - start) / 1000;
    }
  }

  /** Repeats what fails until it succeeds or cannot be survived; so what ends without an answer, on another device. */
  async #surviving<T>(run: Run, attempt: () => Promise<T | null>): Promise<T> {
    this.#run = run;
    const task: Task = { records: new Uint32Array(1), residues: 0, tries: 0 };
    try {
      for (;;) {
        if (run.stopped) throw cancelled();
        try {
          const answer = await attempt();
          if (answer !== null) return answer;
        } catch (thrown) {
          const error = toError(thrown);
          if ((await this.#recover(error, this, task, run)) === "leave") throw error;
        }
      }
    } finally {
      this.#run = null;
    }
  }

  /** Decides how a run goes on after a failure and says so; throws the error if it does not. */
  async #recover(error: CrossgrainError, engine: Engine, task: Task, run: Run): Promise<Step> {
    const on = this.#report?.kind ?? "cpu";
    task.tries += 1;
    const step = run.stopped ? null : run.recovery.after(error, { tries: task.tries, records: task.records.length, on });
    if (step === null) throw error;
    if (step === "cpu") this.leaveGpu("the GPU stopped again and again in one run; choose the GPU again to try");
    // The next try would start the engine too; which device it gets is part of what is said. The others start by themselves.
    const { kind } = engine === this ? await this.ready().catch(() => ({ kind: on })) : { kind: on };
    const { count: done, total } = run.finished;
    const of = total === null ? "" : ` of ${count(total)}`;
    run.onInterrupted?.(interruption(error, step, `${count(done)}${of} sequences`, kind !== on));
    return kind === on ? step : "cpu";
  }

  #another(): Engine {
    const watcher = this.#onRequest === undefined ? {} : { onRequest: this.#onRequest };
    return new Engine("cpu", watcher).follow(this, "model", "sequences");
  }

  /** Computes the tasks, which are taken out of their list. What is left there is for another device. */
  async #compute(tasks: Task[], request: EmbedRequest, run: Run, meter: Meter): Promise<void> {
    while (this.#others.length < this.workers - 1) this.#others.push(this.#another());
    const engines: Engine[] = [this, ...this.#others.slice(0, tasks.length - 1)];
    const by = this.#label();
    const work = async (engine: Engine): Promise<void> => {
      for (let task = tasks.shift(); task !== undefined && !run.stopped; task = tasks.shift()) {
        const { report, lost } = meter.chunk(task.residues);
        const { records } = task;
        const call: Call<ChunkRows | null> = (worker) => worker.embedPart(request, records, listener(report));
        try {
          const rows = await (engine === this ? this.direct(call) : engine.call(call));
          if (rows === null) throw cancelled();
          report({ done: 1, total: 1 });
          run.finished.add(rows, by);
        } catch (thrown) {
          lost();
          const error = toError(thrown);
          const step = await this.#recover(error, engine, task, run);
          if (step === "leave") {
            run.left.push(error);
            run.onLeft?.(records[0] ?? 0);
            continue;
          }
          const { tries } = task;
          const again = step === "halves" ? halves(task).map((half) => ({ ...half, tries: 0 })) : [{ ...task, tries: step === "cpu" ? 0 : tries }];
          tasks.unshift(...again);
          if (step === "cpu") return;
        }
      }
    };
    const failed = await Promise.all(
      engines.map((engine) =>
        work(engine).then(
          () => null,
          (thrown: unknown) => {
            // A failure that cannot be survived ends the run: the others stop after their current layer.
            if (!run.stopped) for (const other of engines) if (other !== engine) void stop(other);
            run.stopped = true;
            return toError(thrown);
          },
        ),
      ),
    );
    // A cancelled run is reported as cancelled, whatever was left out.
    const errors = [...failed.filter((error) => error !== null), ...(run.stopped ? [] : run.left)];
    if (errors.length > 0) run.stopped = true;
    // The first cause is more useful than the cancels that followed from it.
    const first = errors.find(({ code }) => code !== "engine.cancelled") ?? errors[0];
    if (first !== undefined) throw first;
    if (run.stopped) throw cancelled();
  }

  /** What computes now: rows with the same label have the same bits. */
  #label(): string {
    const { kind = "cpu", name = "" } = this.#report ?? {};
    return `${kind === "cpu" ? "CPU" : `WebGPU${name === "" ? "" : `, ${name}`}`} (engine ${ENGINE_BUILD})`;
  }
}

/** Letters of records as they were given; what is no record is refused by the engine. */
function lettersOf(records: readonly Partial<SequenceRecord>[]): number {
  return Array.isArray(records) ? records.reduce((sum, record) => sum + (record?.sequence?.length ?? 0), 0) : 0;
}

/** Asks one worker to stop; the pool's own `cancel` would stop all. */
function stop(engine: Engine): Promise<void> {
  return Engine.prototype.cancel.call(engine);
}
