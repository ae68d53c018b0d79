/**
 * Several compute workers for one run. The first is the engine that the rest of the page knows: it holds the rows and
 * answers all other calls. The others hold the same model and sequences, read from the same blobs, and take chunks of
 * records from a common list, so that all end at about the same time. Each sequence is computed by one worker alone,
 * so the numbers are the same as with a single worker. Nothing is shared between the workers, so no cross-origin isolation is needed.
 *
 * Only CPU engines use several workers: a GPU is one device, however many workers use it.
 */
import { toError } from "./error";
import type { OnProgress, Progress } from "./progress";
import type { DeviceChoice, DeviceReport, EmbedReport, EmbedRequest, ReadRequest, SequenceRecord } from "./protocol";
import { cancelled, Engine, givenRecords, listener, type Call, type Change, type EngineWatcher } from "./rpc";
import type { Chunk, ChunkRows, EmbeddedRecords } from "./worker/engine.worker";

/** Milliseconds between two reports of progress. */
const INTERVAL_MS = 100;
/** Most workers that are started, whatever is asked for: each holds a model. */
export const WORKERS_MAX = 16;

/** An engine that embeds with up to `workers` workers. */
export class WorkerPool extends Engine {
  #workers: number;
  readonly #onRequest: EngineWatcher["onRequest"];
  /** All workers but the first. */
  #others: Engine[] = [];
  #report: DeviceReport | null = null;
  /** The run of several workers that is under way. */
  #run: { stopped: boolean } | null = null;

  constructor(device: DeviceChoice, workers = 1, watcher: EngineWatcher = {}) {
    super(device, {
      ...watcher,
      onPhase: (phase, report, error) => {
        this.#report = report;
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

  override embed(request: EmbedRequest, onProgress?: OnProgress): Promise<EmbedReport> {
    return this.queued(() => this.#embed(request, onProgress));
  }

  override embedRecords(
    records: SequenceRecord[],
    reading: ReadRequest,
    request: EmbedRequest,
    onProgress?: OnProgress,
  ): Promise<EmbeddedRecords> {
    if (this.workers <= 1) return super.embedRecords(records, reading, request, onProgress);
    // One task, so that no other call comes between the records and their rows.
    return this.queued(async () => {
      const sequences = await this.#changeAll(givenRecords(records, reading));
      const report = await this.#embed(request, onProgress);
      const rows: Float32Array[] = [];
      for (const layer of report.layers) rows.push(await this.direct((worker) => worker.layer(layer)));
      return { sequences, report, rows };
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

  async #embed(request: EmbedRequest, onProgress: OnProgress | undefined): Promise<EmbedReport> {
    await this.ready();
    if (this.workers <= 1) return this.direct((worker) => worker.embed(request, listener(onProgress)));
    const run = { stopped: false };
    this.#run = run;
    try {
      const chunks = await this.direct((worker) => worker.partition(this.workers));
      while (this.#others.length < this.workers - 1) this.#others.push(this.#another());
      return await this.#together(chunks, request, run, onProgress);
    } finally {
      this.#run = null;
    }
  }

  #another(): Engine {
    const watcher = this.#onRequest === undefined ? {} : { onRequest: this.#onRequest };
    return new Engine("cpu", watcher).follow(this, "model", "sequences");
  }

  async #together(
    chunks: Chunk[],
    request: EmbedRequest,
    run: { stopped: boolean },
    onProgress: OnProgress | undefined,
  ): Promise<EmbedReport> {
    const start = performance.now();
    const engines: Engine[] = [this, ...this.#others.slice(0, chunks.length - 1)];
    const meter = new Meter(chunks.reduce((sum, { residues }) => sum + residues, 0), onProgress);
    const parts: ChunkRows[] = [];
    const work = async (engine: Engine): Promise<void> => {
      for (let chunk = chunks.shift(); chunk !== undefined && !run.stopped; chunk = chunks.shift()) {
        const { records, residues } = chunk;
        const listen = meter.chunk(residues);
        const call: Call<ChunkRows | null> = (worker) => worker.embedPart(request, records, listener(listen));
        const part = await (engine === this ? this.direct(call) : engine.call(call));
        if (part === null) throw cancelled();
        listen({ done: 1, total: 1 });
        parts.push(part);
      }
    };
    const failed = await Promise.all(
      engines.map((engine) =>
        work(engine).then(
          () => null,
          (thrown: unknown) => {
            // A worker that fails ends the run: the others stop after their current layer.
            if (!run.stopped) for (const other of engines) if (other !== engine) void stop(other);
            run.stopped = true;
            return toError(thrown);
          },
        ),
      ),
    );
    const errors = failed.filter((error) => error !== null);
    // The first cause is more useful than the cancels that followed from it.
    const first = errors.find(({ code }) => code !== "engine.cancelled") ?? errors[0];
    if (first !== undefined) throw first;
    if (run.stopped) throw cancelled();
    const seconds = (performance.now() - start) / 1000;
    return this.direct((worker) => worker.merge(request, parts, seconds));
  }
}

/** Asks one worker to stop; the pool's own `cancel` would stop all. */
function stop(engine: Engine): Promise<void> {
  return Engine.prototype.cancel.call(engine);
}

/** Adds up the progress of chunks that are computed at the same time. */
class Meter {
  readonly #start = performance.now();
  readonly #total: number;
  readonly #onProgress: OnProgress | undefined;
  #done = 0;
  #last = 0;

  constructor(total: number, onProgress: OnProgress | undefined) {
    this.#total = total;
    this.#onProgress = onProgress;
  }

  /** A listener for one chunk with this number of residues. */
  chunk(residues: number): (report: Pick<Progress, "done" | "total">) => void {
    let share = 0;
    return ({ done, total }) => {
      // A report may arrive after the one that ended its chunk.
      const now = Math.max(share, total > 0 ? Math.min(1, done / total) : 0);
      this.#done += (now - share) * residues;
      share = now;
      this.#emit();
    };
  }

  #emit(): void {
    const now = performance.now();
    const done = Math.min(this.#total, Math.round(this.#done));
    if (this.#onProgress === undefined || (done < this.#total && now - this.#last < INTERVAL_MS)) return;
    this.#last = now;
    const residuesPerSecond = (done * 1000) / Math.max(1, now - this.#start);
    const secondsLeft = (this.#total - done) / Math.max(1e-3, residuesPerSecond);
    this.#onProgress({ stage: "embedding", done, total: this.#total, unit: "residues", residuesPerSecond, secondsLeft });
  }
}
