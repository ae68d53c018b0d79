/**
 * Several compute workers for one run. The first is the engine that the rest of the page knows: it holds the rows and
 * answers all other calls. The others hold the same model and sequences, read from the same blobs, and take hands of
 * records from a common list, so that all end at about the same time. A sequence is computed by one worker alone:
 * the numbers are those of a single one. Nothing is shared between the workers, so no cross-origin isolation is needed.
 *
 * Only CPU engines work in numbers: a GPU is one device however many ask for it.
 */
import { toError } from "./error";
import { callback, cancelled, Engine, type EngineWatcher } from "./rpc";
import { Sequencer } from "./sequencer";
import type * as border from "./session";

/** Milliseconds between two reports of progress. */
const INTERVAL_MS = 100;
/** Most workers that are started, whatever is asked for: each holds a model. */
export const WORKERS_MAX = 16;

/** An engine that embeds with up to `workers` workers. */
export class Pool extends Engine {
  #workers: number;
  readonly #onRequest: EngineWatcher["onRequest"];
  #crew: Engine[] = [];
  #report: border.DeviceReport | null = null;
  /** Calls that change what the workers hold, one after the other. */
  readonly #turns = new Sequencer();
  /** The run of several workers that is under way. */
  #run: { stopped: boolean } | null = null;

  constructor(device: border.DeviceChoice, workers = 1, watcher: EngineWatcher = {}) {
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

  /** How many workers embed. */
  get workers(): number {
    return this.#report?.kind === "webgpu" ? 1 : this.#workers;
  }

  /** Changes how many workers embed; they start when they are first needed. */
  setWorkers(workers: number): Promise<void> {
    return this.#turns.run(async () => {
      this.#workers = workers;
      for (const mate of this.#crew.splice(Math.max(0, workers - 1))) mate.close();
    });
  }

  override setDevice(device: border.DeviceChoice): Promise<border.DeviceReport> {
    return this.#turns.run(() => {
      this.#dismiss();
      return super.setDevice(device);
    });
  }

  override loadModel(
    files: Record<string, Blob>,
    options: border.LoadOptions,
    progress?: border.OnProgress,
  ): Promise<border.ModelReport> {
    return this.#turns.run(async () => {
      // The others read the same blobs when they are next needed: a model alone is no work for them.
      this.#dismiss();
      return super.loadModel(files, options, progress);
    });
  }

  override readSequences(
    input: Blob,
    options: border.ReadOptions,
    progress?: border.OnProgress,
  ): Promise<border.SequencesReport> {
    return this.#all((engine) =>
      engine === this ? super.readSequences(input, options, progress) : engine.readSequences(input, options),
    );
  }

  override setRecords(
    records: border.SequenceRecord[],
    options: border.ReadOptions,
  ): Promise<border.SequencesReport> {
    return this.#all((engine) =>
      engine === this ? super.setRecords(records, options) : engine.setRecords(records, options),
    );
  }

  override embed(options: border.EmbedOptions, progress?: border.OnProgress): Promise<border.EmbedReport> {
    return this.#turns.run(async () => {
      await this.start();
      if (this.workers <= 1) return super.embed(options, progress);
      const run = { stopped: false };
      this.#run = run;
      try {
        const hands = await this.call((worker) => worker.deal(this.workers));
        while (this.#crew.length < this.workers - 1) this.#crew.push(this.#mate());
        return await this.#together(hands, options, run, progress);
      } finally {
        this.#run = null;
      }
    });
  }

  override async embedRecords(
    records: border.SequenceRecord[],
    reading: border.ReadOptions,
    options: border.EmbedOptions,
    progress?: border.OnProgress,
  ): Promise<border.Answer> {
    if (this.workers <= 1) return this.#turns.run(() => super.embedRecords(records, reading, options, progress));
    const sequences = await this.setRecords(records, reading);
    const report = await this.embed(options, progress);
    const rows: Float32Array[] = [];
    for (const layer of report.layers) rows.push(await this.layer(layer));
    return { sequences, report, rows };
  }

  override async cancel(): Promise<void> {
    if (this.#run !== null) this.#run.stopped = true;
    await Promise.all([super.cancel(), ...this.#crew.map((mate) => mate.cancel())]);
  }

  /** Bytes of wasm memory that all workers hold. */
  async memory(): Promise<number> {
    const each = await Promise.all([this, ...this.#crew].map((engine) => engine.call((worker) => worker.memory())));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  override close(): void {
    if (this.#run !== null) this.#run.stopped = true;
    this.#dismiss();
    super.close();
  }

  #mate(): Engine {
    const watcher = this.#onRequest === undefined ? {} : { onRequest: this.#onRequest };
    return new Engine("cpu", watcher).follow(this, "model", "sequences");
  }

  #dismiss(): void {
    for (const mate of this.#crew.splice(0)) mate.close();
  }

  /** Gives all workers the same sequences; the answer is the first one's. */
  #all<T>(give: (engine: Engine) => Promise<T>): Promise<T> {
    return this.#turns.run(async () => {
      const [own, ...others] = await Promise.allSettled([this, ...this.#crew].map((engine) => give(engine)));
      // What one refuses all refuse; a worker that broke is started anew when it is next needed.
      if (others.some(({ status }) => status === "rejected")) this.#dismiss();
      if (own === undefined || own.status === "rejected") throw own?.reason;
      return own.value;
    });
  }

  async #together(
    hands: border.Hand[],
    options: border.EmbedOptions,
    run: { stopped: boolean },
    progress: border.OnProgress | undefined,
  ): Promise<border.EmbedReport> {
    const start = performance.now();
    const engines: Engine[] = [this, ...this.#crew.slice(0, hands.length - 1)];
    const meter = new Meter(hands.reduce((sum, { residues }) => sum + residues, 0), progress);
    const parts: border.Part[] = [];
    const work = async (engine: Engine): Promise<void> => {
      for (let hand = hands.shift(); hand !== undefined && !run.stopped; hand = hands.shift()) {
        const { records, residues } = hand;
        const listen = meter.hand(residues);
        const part = await engine.call((worker) => worker.embedPart(options, records, callback(listen)));
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
            // One that cannot go on ends the run: the others stop after their current layer.
            if (!run.stopped) for (const other of engines) if (other !== engine) void stop(other);
            run.stopped = true;
            return toError(thrown);
          },
        ),
      ),
    );
    const errors = failed.filter((error) => error !== null);
    // What broke the run says more than that the others were stopped.
    const first = errors.find(({ code }) => code !== "engine.cancelled") ?? errors[0];
    if (first !== undefined) throw first;
    if (run.stopped) throw cancelled();
    const seconds = (performance.now() - start) / 1000;
    return this.call((worker) => worker.gather(options, parts, seconds)) as Promise<border.EmbedReport>;
  }
}

/** Asks one worker to stop; the pool's own `cancel` would stop all. */
function stop(engine: Engine): Promise<void> {
  return Engine.prototype.cancel.call(engine);
}

/** Adds up the progress of hands that are computed at the same time. */
class Meter {
  readonly #start = performance.now();
  readonly #total: number;
  readonly #progress: border.OnProgress | undefined;
  #done = 0;
  #last = 0;

  constructor(total: number, progress: border.OnProgress | undefined) {
    this.#total = total;
    this.#progress = progress;
  }

  /** A listener for one hand of so many residues. */
  hand(residues: number): (report: { done: number; total: number }) => void {
    let share = 0;
    return ({ done, total }) => {
      // A report may arrive after the one that ended its hand.
      const now = Math.max(share, total > 0 ? Math.min(1, done / total) : 0);
      this.#done += (now - share) * residues;
      share = now;
      this.#tell();
    };
  }

  #tell(): void {
    const now = performance.now();
    const done = Math.min(this.#total, Math.round(this.#done));
    if (this.#progress === undefined || (done < this.#total && now - this.#last < INTERVAL_MS)) return;
    this.#last = now;
    const residuesPerSecond = (done * 1000) / Math.max(1, now - this.#start);
    const secondsLeft = (this.#total - done) / Math.max(1e-3, residuesPerSecond);
    this.#progress({ stage: "embedding", done, total: this.#total, unit: "residues", residuesPerSecond, secondsLeft });
  }
}
