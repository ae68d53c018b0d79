/**
 * The public module, served as `crossgrain.js`: the engine without the page, for any other page or notebook.
 *
 *     const cg = await Crossgrain.create({ device: "auto" });
 *     const model = await cg.loadModel({ builtin: "esm2-demo" });
 *     const out = await model.embed([{ id: "a", sequence: "MKTAYIAK" }], { pool: "mean" });
 *
 * It loads its workers, wasm and demonstration models from its own folder, wherever it is served. One engine computes
 * one thing at a time; calls wait for each other. Everything rejects with a {@link CrossgrainError}, except an aborted call.
 * A worker or a GPU that is lost in the middle of `embed` costs what it was computing: the call goes on with what is missing.
 */
import { defaultDevice } from "./analysis/client";
import { Analyses } from "./api/analyses";
import type { Embedding } from "./api/embedding";
import { atPositions, joinTables, type Joined, type JoinInput, type JoinOptions } from "./api/join";
import { Model } from "./api/model";
import { checkedCreate, checkedEmbed, checkedLoad, checkedSave, type CreateOptions, type EmbedOptions, type ModelChoice, type SaveOptions } from "./api/options";
import { CrossgrainError } from "./error";
import { loadIdentified, type Identified } from "./identity";
import { WorkerPool } from "./pool";
import type { OnProgress } from "./progress";
import { GRANULARITIES } from "./protocol";
import type { DeviceReport, LoadRequest, ModelReport, Notice, SequenceRecord } from "./protocol";
import { download } from "./store/downloads";
import { demonstration } from "./store/demonstrations";
import { known, PUBLISHED, type Published } from "./store/published";
import { saveModel } from "./store/saver";
import { checkSizes } from "./store/sizes";
import { builtinModel } from "./store/site";
import { deleteStored, storedFile, storedModels, type StoredModel } from "./store/stored";
import type { EmbeddedRecords } from "./worker/engine.worker";

export { Analyses, CrossgrainError, Model };
export type { MatrixMethods, MatrixRequest } from "./api/analyses";
export type { Embedding, Matrix, MatrixRows } from "./api/embedding";
export type { EmbeddingInput, Joined, JoinInput, JoinOptions, MatrixInput } from "./api/join";
export type { CreateOptions, EmbedOptions, ModelChoice, SaveOptions } from "./api/options";
export type { Identity } from "./identity";
export type { OnProgress, Progress, RequestOptions } from "./progress";
export type { KnownFile, Published } from "./store/published";
export type { StoredModel } from "./store/stored";
export type * from "./protocol";

/** The site this module was served from. */
const SITE = new URL("./", import.meta.url).href;

const stored = {
  /** All of them, by name. */
  list: (): Promise<StoredModel[]> => storedModels(),
  /** Deletes one. */
  delete: (id: string): Promise<void> => deleteStored(id),
};

/** One engine: a device, and one worker or several. */
export class Crossgrain {
  /** Models saved in this browser, for this page's origin. */
  static readonly stored: { list(): Promise<StoredModel[]>; delete(id: string): Promise<void> } = stored;
  readonly #engine: WorkerPool;
  readonly #hub: string;
  /** The model that the engine holds; handles to others are refused. */
  #current: Model | null = null;
  /** What gives up the downloaded files of the models. */
  readonly #releases: (() => void)[] = [];
  /** The device that computes, and why it was chosen. */
  readonly device: DeviceReport;
  /** Analyses of finished rows and of sequences, computed in a worker of their own. */
  readonly analyses: Analyses = new Analyses(() => defaultDevice(this.device));

  private constructor(engine: WorkerPool, device: DeviceReport, hub: string) {
    this.#engine = engine;
    this.device = device;
    this.#hub = hub;
  }

  /**
   * Starts an engine.
   *
   * Codes: `options.*`, `device.*`, `engine.*`.
   */
  static async create(options: CreateOptions = {}): Promise<Crossgrain> {
    const { device, hub, workers } = checkedCreate(options);
    const engine = new WorkerPool(device, workers);
    try {
      return new Crossgrain(engine, await engine.start(), hub);
    } catch (thrown) {
      engine.close();
      throw thrown;
    }
  }

  /** The published checkpoints: size, licence, and how each gets into a browser. Nothing is requested. */
  static models(): Published[] {
    return structuredClone([...PUBLISHED]);
  }

  /**
   * Loads a model. It replaces the one before, whose handles are refused from then on; a model that is refused leaves the
   * one before in use. A model of the hub that is not the published one is refused; other files that bear a published name
   * and differ are loaded as `<name> (not the published file)`.
   *
   * Codes: `hub.*`, `model.*`, `weights.*`, `token.*`, `storage.*`, `options.*`.
   */
  async loadModel(choice: ModelChoice): Promise<Model> {
    const { files, request, onProgress, release } = await this.#find(checkedLoad(choice));
    let loaded: Identified;
    try {
      checkSizes(files);
      loaded = await loadIdentified(this.#engine, files, request, choice.hub !== undefined, onProgress);
    } catch (thrown) {
      release?.();
      throw thrown;
    }
    // Handles to earlier models may still save them, so their files stay until the engine is closed.
    if (release !== undefined) this.#releases.push(release);
    const model = new Model(loaded.report, loaded.identity, {
      embed: (model, records, options) => this.#embed(model, records, options),
      save: (report, options) => save(report, files, options),
    });
    this.#current = model;
    return model;
  }

  /**
   * Puts embeddings of the same sequences, genes or domains side by side. Rows are matched by name or by name and
   * position, never by their order; rows that a table lacks are left out and named in `missing`.
   */
  join(tables: readonly JoinInput[], options: JoinOptions = {}): Promise<Joined> {
    return joinTables(this.analyses, tables, options);
  }

  /** Bytes that the engine's wasm holds in all workers; such memory never shrinks, so this is also its peak. */
  memory(): Promise<number> {
    return this.#engine.memory();
  }

  /** Ends the workers and frees their memory. Running calls are rejected. */
  close(): void {
    this.#current = null;
    this.#engine.close();
    this.analyses.close();
    for (const release of this.#releases.splice(0)) release();
  }

  async #find(
    choice: ModelChoice,
  ): Promise<{ files: Record<string, Blob>; request: LoadRequest; onProgress: OnProgress | undefined; release?: () => void }> {
    const { onProgress, weights } = choice;
    const request = (name: string, source: string): LoadRequest => ({ name, source, weights });
    if (choice.builtin !== undefined) {
      const id = choice.builtin;
      const files = await builtinModel(demonstration(id), SITE);
      return { files, request: request(id, `built-in ${id}`), onProgress };
    }
    if (choice.hub !== undefined) {
      const published = known(choice.hub);
      const job = download({ hub: this.#hub, id: choice.hub, published }, onProgress ?? (() => undefined), () => undefined);
      const revision = published?.revision ?? null;
      const source = `${this.#hub}/${choice.hub}${revision === null ? "" : `, revision ${revision}`}`;
      return { files: await job.files, request: request(choice.hub, source), onProgress, release: job.release };
    }
    if (choice.stored !== undefined) {
      const model = (await storedModels()).find(({ id }) => id === choice.stored);
      const files = { "model.safetensors": await storedFile(choice.stored) };
      return { files, request: request(model?.name ?? choice.stored, "saved in this browser"), onProgress };
    }
    const given = Object.entries(choice.files ?? {});
    const files = Object.fromEntries(
      given.map(([name, content]) => [name, content instanceof Blob ? content : new Blob([content])]),
    );
    return { files, request: request(choice.name ?? "model", "files"), onProgress };
  }

  async #embed(model: Model, records: SequenceRecord[], options: EmbedOptions): Promise<Embedding> {
    const { request, translate, positions, positionPooling, onProgress, signal } = checkedEmbed(options);
    if (this.#current !== model) throw replacedModel();
    signal?.throwIfAborted();
    const stop = (): void => void this.#engine.cancel();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      // A short peptide may look like DNA: it is embedded, with a warning.
      const proteins = model.report.granularity === "protein";
      const reading = { kind: GRANULARITIES[model.report.granularity].kind, translate };
      const answer = await this.#engine.embedRecords(records, reading, request, onProgress);
      const { sequences, report } = answer;
      if (report.cancelled) throw aborted(signal);
      const doubts = proteins && translate === undefined && sequences.detected === "dna" ? [looksLikeDna()] : [];
      const warnings = [...doubts, ...sequences.refusals, ...sequences.warnings, ...report.warnings];
      const found = embeddingOf(answer, warnings);
      if (positions === undefined) return found;
      return await atPositions(this.analyses, found, positions, positionPooling, { signal });
    } catch (thrown) {
      if (thrown instanceof CrossgrainError && thrown.code === "engine.cancelled") throw aborted(signal);
      throw thrown;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
}

function embeddingOf({ report, rows: numbers }: EmbeddedRecords, warnings: Notice[]): Embedding {
  const layers = Object.fromEntries(report.layers.map((layer, i) => [layer, numbers[i] ?? new Float32Array()]));
  const { ids, rows, dims, windows, offsets } = report;
  const several = report.pool === "none" || report.pool === "tokens";
  return { ids, layers, rows, dims, windows, warnings, ...(several ? { offsets } : {}) };
}

function save(report: ModelReport, files: Record<string, Blob>, options: SaveOptions): Promise<StoredModel> {
  const { weights, onProgress, signal } = checkedSave(options);
  const own = report.precision === "f32" ? "int8" : report.precision;
  const request = { name: report.name, weightsSha256: report.weightsSha256, weights: weights ?? own };
  return saveModel(files, request, { onProgress, signal });
}

function looksLikeDna(): Notice {
  return {
    code: "embed.looks_like_dna",
    message: "all letters could be nucleotides, but the model reads proteins",
    where: {},
    hint: "if these are coding sequences, pass translate: 11 or another NCBI table",
  };
}

function replacedModel(): CrossgrainError {
  return new CrossgrainError({
    code: "model.replaced",
    message: "another model was loaded after this one, or the engine was closed",
    hint: "load the model again; for two models at once create two engines",
  });
}

function aborted(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new DOMException("the run was cancelled", "AbortError");
}
