/**
 * The public module, served as `crossgrain.js`: the engine without the page, for any other page or notebook.
 *
 *     const cg = await Crossgrain.create({ device: "auto" });
 *     const model = await cg.loadModel({ builtin: "esm2-demo" });
 *     const out = await model.embed([{ id: "a", sequence: "MKTAYIAK" }], { pool: "mean" });
 *
 * It finds its workers, wasm and demonstration model beside itself, wherever it is served. One engine computes one
 * thing at a time; calls wait for each other. Types: `crossgrain.d.ts`, kept by hand and checked against this file.
 */
import {
  checkedCreate,
  checkedEmbed,
  checkedLoad,
  checkedSave,
  type CreateOptions,
  type EmbedCall,
  type ModelChoice,
  type SaveCall,
} from "./api/options";
import { beside } from "./analysis/analyst";
import { Analyses } from "./api/analyses";
import { atPositions, joinTables, type Joined, type JoinOptions, type JoinTable } from "./api/join";
import { CrossgrainError } from "./error";
import { Pool } from "./pool";
import type { Answer, DeviceReport, KindChoice, LoadOptions, ModelReport, Notice, OnProgress, SequenceRecord, WeightsChoice } from "./session";
import { download } from "./store/downloads";
import { demonstration } from "./store/demonstrations";
import { PUBLISHED, type Published } from "./store/published";
import { saveModel } from "./store/saver";
import { builtinModel } from "./store/site";
import { deleteStored, storedFile, storedModels, type StoredModel } from "./store/stored";

export { Analyses, CrossgrainError };
export type { StoredModel };

/** What `embed` answers: per layer a row-major matrix `[rows, dims]`. */
export interface Embedding {
  ids: string[];
  layers: Record<number, Float32Array>;
  rows: number;
  dims: number;
  windows: Uint32Array;
  offsets?: Uint32Array;
  warnings: Notice[];
}

/** The site this module was served from. */
const SITE = new URL("./", import.meta.url).href;

const stored = {
  /** All of them. */
  list: (): Promise<StoredModel[]> => storedModels(),
  /** Deletes one. */
  delete: (id: string): Promise<void> => deleteStored(id),
};

/** One engine: a device, and a worker or several. */
export class Crossgrain {
  /** Models saved in this browser, for this origin. */
  static readonly stored = stored;
  readonly #engine: Pool;
  readonly #hub: string;
  /** Which model the engine holds; older handles are refused. */
  #current: Model | null = null;
  /** What computes, and why. */
  readonly device: DeviceReport;
  /** Questions about finished rows, in a worker of their own. */
  readonly analyses = new Analyses(() => beside(this.device));

  private constructor(engine: Pool, device: DeviceReport, hub: string) {
    this.#engine = engine;
    this.device = device;
    this.#hub = hub;
  }

  /** Starts the engine. */
  static async create(options: CreateOptions = {}): Promise<Crossgrain> {
    const { device, hub, workers } = checkedCreate(options);
    const engine = new Pool(device, workers);
    try {
      return new Crossgrain(engine, await engine.start(), hub);
    } catch (thrown) {
      engine.close();
      throw thrown;
    }
  }

  /** The published checkpoints: what each costs, its terms, and how it gets into a browser. Asks nobody. */
  static models(): Published[] {
    return structuredClone([...PUBLISHED]);
  }

  /** Loads a model; it replaces the one before. */
  async loadModel(choice: ModelChoice): Promise<Model> {
    const { files, options, onProgress } = await this.#find(checkedLoad(choice));
    this.#current = null;
    const report = await this.#engine.loadModel(files, options, onProgress);
    const model = new Model(
      report,
      (records, options) => this.#embed(model, records, options),
      (call) => save(report, files, call),
    );
    this.#current = model;
    return model;
  }

  /** Puts embeddings of the same things side by side, matched by name or by name and position. */
  join(tables: readonly JoinTable[], options: JoinOptions = {}): Promise<Joined> {
    return joinTables(this.analyses, tables, options);
  }

  /** Bytes that the engine's wasm holds in all workers; such memory never shrinks, so also its peak. */
  memory(): Promise<number> {
    return this.#engine.memory();
  }

  /** Ends the workers and frees their memory. Whatever still runs is rejected. */
  close(): void {
    this.#current = null;
    this.#engine.close();
    this.analyses.close();
  }

  async #find(
    choice: ModelChoice,
  ): Promise<{ files: Record<string, Blob>; options: LoadOptions; onProgress: OnProgress | undefined }> {
    const { onProgress, weights } = choice;
    const options = (name: string, source: string): LoadOptions => ({
      name,
      source,
      ...(weights === undefined ? {} : { weights }),
    });
    if (choice.builtin !== undefined) {
      const id = choice.builtin;
      const files = await builtinModel(demonstration(id), SITE);
      return { files, options: options(id, `built-in ${id}`), onProgress };
    }
    if (choice.hub !== undefined) {
      const job = download({ hub: this.#hub, id: choice.hub }, onProgress ?? (() => undefined), () => undefined);
      return { files: await job.files, options: options(choice.hub, `${this.#hub}/${choice.hub}`), onProgress };
    }
    if (choice.stored !== undefined) {
      const model = (await storedModels()).find(({ id }) => id === choice.stored);
      const files = { "model.safetensors": await storedFile(choice.stored) };
      return { files, options: options(model?.name ?? choice.stored, "saved in this browser"), onProgress };
    }
    const given = Object.entries(choice.files ?? {});
    const files = Object.fromEntries(
      given.map(([name, content]) => [name, content instanceof Blob ? content : new Blob([content])]),
    );
    return { files, options: options(choice.name ?? "model", "files"), onProgress };
  }

  async #embed(model: Model, records: SequenceRecord[], options: EmbedCall): Promise<Embedding> {
    const { layers, overlap, translate, positions, gather = "mean", onProgress, signal, ...rest } = checkedEmbed(options);
    const pool = positions === undefined ? rest.pool : "none";
    if (this.#current !== model) throw replaced();
    signal?.throwIfAborted();
    const stop = (): void => void this.#engine.cancel();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      // A short peptide may look like DNA: it is embedded, with a warning.
      const proteins = model.report.granularity === "protein";
      const kind = KINDS[model.report.granularity];
      const reading = { kind, ...(translate === undefined ? {} : { translate }) };
      const answer = await this.#engine.embedRecords(records, reading, { layers, pool, overlap }, onProgress);
      const { sequences, report } = answer;
      if (report.cancelled) throw aborted(signal);
      const doubts = proteins && translate === undefined && sequences.detected === "dna" ? [looksLikeDna()] : [];
      const notices = [...doubts, ...sequences.refusals, ...sequences.warnings, ...report.warnings];
      const found = collected(answer, notices);
      return positions === undefined ? found : await atPositions(this.analyses, found, positions, gather, { signal });
    } catch (thrown) {
      if (thrown instanceof CrossgrainError && thrown.code === "engine.cancelled") throw aborted(signal);
      throw thrown;
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }
}

/** What the letters of records are, for a model of a granularity. */
const KINDS: Record<ModelReport["granularity"], KindChoice> = {
  protein: "protein",
  nucleotide: "dna",
  domain: "domains",
};

/** A loaded model. */
export class Model {
  /** What was loaded. */
  readonly report: ModelReport;
  readonly #run: (records: SequenceRecord[], options: EmbedCall) => Promise<Embedding>;

  readonly #save: (call: SaveCall) => Promise<StoredModel>;

  /** Models come from `Crossgrain.loadModel`. */
  constructor(
    report: ModelReport,
    run: (records: SequenceRecord[], options: EmbedCall) => Promise<Embedding>,
    save: (call: SaveCall) => Promise<StoredModel>,
  ) {
    this.report = report;
    this.#run = run;
    this.#save = save;
  }

  /** Embeds `records`; rejects with an `AbortError` when `signal` says so. */
  embed(records: SequenceRecord[], options: EmbedCall = {}): Promise<Embedding> {
    return this.#run(records, options);
  }

  /** Saves the model in this browser as one quantized file, for `loadModel({ stored: id })`. */
  save(call: SaveCall = {}): Promise<StoredModel> {
    return this.#save(call);
  }
}

function collected({ report, rows: numbers }: Answer, warnings: Notice[]): Embedding {
  const layers = Object.fromEntries(report.layers.map((layer, i) => [layer, numbers[i] ?? new Float32Array()]));
  const { ids, rows, dims, windows, offsets } = report;
  const residues = report.pool === "none" && offsets !== undefined;
  return { ids, layers, rows, dims, windows, warnings, ...(residues ? { offsets } : {}) };
}

function save(report: ModelReport, files: Record<string, Blob>, call: SaveCall): Promise<StoredModel> {
  const { weights, onProgress, signal } = checkedSave(call);
  const own = report.precision === "f32" ? "int8" : (report.precision as WeightsChoice);
  const saving = { files, name: report.name, weightsSha256: report.weightsSha256, weights: weights ?? own };
  return saveModel(saving, { onProgress, signal });
}

function looksLikeDna(): Notice {
  return {
    code: "embed.looks_like_dna",
    message: "all letters could be nucleotides, but the model reads proteins",
    where: {},
    hint: "if these are coding sequences, say translate: 11 or another NCBI table",
  };
}

function replaced(): CrossgrainError {
  return new CrossgrainError({
    code: "model.replaced",
    message: "another model was loaded after this one, or the engine was closed",
    hint: "load the model again; for two models at once create two engines",
  });
}

function aborted(signal: AbortSignal | undefined): unknown {
  return signal?.reason ?? new DOMException("the run was cancelled", "AbortError");
}
