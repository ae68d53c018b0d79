/** A loaded model, as programs hold it. */
import type { Identity } from "../identity";
import type { ModelReport, SequenceRecord } from "../protocol";
import type { StoredModel } from "../store/stored";
import type { Embedding } from "./embedding";
import type { EmbedOptions, SaveOptions } from "./options";

/** What a model needs of its engine. */
export interface ModelOwner {
  /** Embeds records with the model, if the engine still holds it. */
  embed(model: Model, records: SequenceRecord[], options: EmbedOptions): Promise<Embedding>;
  /** Saves the model in this browser. */
  save(report: ModelReport, options: SaveOptions): Promise<StoredModel>;
}

/** A loaded model. */
export class Model {
  /** The report of the loaded model. */
  readonly report: ModelReport;
  /** Whether it is the published model whose name it bears; null if it bears no such name. */
  readonly identity: Identity | null;
  readonly #owner: ModelOwner;

  /** Models come from `Crossgrain.loadModel`. */
  constructor(report: ModelReport, identity: Identity | null, owner: ModelOwner) {
    this.report = report;
    this.identity = identity;
    this.#owner = owner;
  }

  /**
   * Embeds records.
   *
   * Codes: `model.replaced`, `options.*`, any code of reading and embedding; an abort rejects with the signal's reason.
   */
  embed(records: SequenceRecord[], options: EmbedOptions = {}): Promise<Embedding> {
    return this.#owner.embed(this, records, options);
  }

  /**
   * Saves the model in this browser as one quantized file, for `loadModel({ stored: id })`.
   *
   * Codes: `storage.*`, `model.quantized`, `options.*`; an abort rejects with the signal's reason.
   */
  save(options: SaveOptions = {}): Promise<StoredModel> {
    return this.#owner.save(this.report, options);
  }
}
