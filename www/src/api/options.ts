/**
 * The options of the public module, and checks of the options that the engine does not see. The engine itself refuses
 * unknown fields and wrong values of all others.
 */
import { CrossgrainError } from "../error";
import { WORKERS_MAX } from "../pool";
import type { OnProgress, RequestOptions } from "../progress";
import type { DeviceChoice, EmbedRequest, PositionPooling, PositionsRequest, Precision, ReadRequest } from "../protocol";
import { DEMONSTRATIONS, type DemonstrationId } from "../store/demonstrations";

/** Options of `Crossgrain.create`. */
export interface CreateOptions {
  /** `auto` (default): WebGPU if its start-up check passes, otherwise the CPU. */
  device?: DeviceChoice;
  /** Address of the model hub or of a mirror; https://huggingface.co by default. */
  hub?: string;
  /** CPU workers that embed at the same time, 1 by default, at most 16. Each holds the model; a GPU takes one. */
  workers?: number;
}

/** Which model: exactly one of `files`, `hub`, `builtin` and `stored`. */
export interface ModelChoice {
  /** Its files by name: `config.json`, `model.safetensors` and, if the model has one, `vocab.txt`. */
  files?: Record<string, Blob | ArrayBuffer>;
  /** `owner/name` on the hub. */
  hub?: string;
  /** Demonstration models: residues of proteins, codons of genes, domains of gene clusters. */
  builtin?: DemonstrationId;
  /** Id of a model saved in this browser, see `Crossgrain.stored`. */
  stored?: string;
  /** With `files`: the name written into the methods record. */
  name?: string;
  /** Precision of the linear layers. Without it, a quantized file keeps its own and others are read as `f32`. */
  weights?: Precision;
  /** Receives the progress of the call, at most ten times a second. */
  onProgress?: OnProgress;
}

/** Options of `Model.save`. */
export interface SaveOptions extends RequestOptions {
  /** Precision in the file; `int8` by default, or that of the model if it is coarser than `f32`. */
  weights?: Precision;
}

/** Options of `Model.embed`. */
export interface EmbedOptions extends EmbedRequest, RequestOptions {
  /** Translate coding sequences by this NCBI table (1 standard, 11 bacteria) first; for protein models. */
  translate?: NonNullable<ReadRequest["translate"]>;
  /**
   * One row per record from these positions only, in place of `pool`: by id, counted from 1 along the model's residues,
   * words or domains; or a table as text (id, tab, `235,236,239`). Records without positions are left out, with a
   * warning.
   */
  positions?: PositionsRequest["positions"];
  /** With `positions`: how their rows become one, the `mean` (default) or one after the other. */
  positionPooling?: PositionPooling;
}

/** The published hub of the models' authors. */
const HUB = "https://huggingface.co";

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedCreate(options: CreateOptions): Required<CreateOptions> {
  only(options, "create", ["device", "hub", "workers"]);
  const { device = "auto", hub = HUB, workers = 1 } = options;
  if (typeof hub !== "string" || !/^https?:\/\//.test(hub)) throw bad("hub", "an http address");
  if (!(Number.isInteger(workers) && workers >= 1 && workers <= WORKERS_MAX))
    throw bad("workers", `a whole number from 1 to ${WORKERS_MAX}`);
  return { device, hub, workers };
}

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedLoad(choice: ModelChoice): ModelChoice {
  only(choice, "loadModel", ["files", "hub", "builtin", "stored", "name", "weights", "onProgress"]);
  const given = [choice.files, choice.hub, choice.builtin, choice.stored].filter((one) => one !== undefined);
  if (given.length !== 1) throw bad("loadModel", "exactly one of files, hub, builtin and stored");
  const builtin = DEMONSTRATIONS.map((one) => one.id);
  if (choice.builtin !== undefined && !builtin.includes(choice.builtin)) throw bad("builtin", builtin.join(", "));
  if (choice.files !== undefined) {
    const contents = Object.values(choice.files);
    if (!contents.every((content) => content instanceof Blob || content instanceof ArrayBuffer))
      throw bad("files", "a Blob or an ArrayBuffer per file name");
  }
  return choice;
}

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedSave(options: SaveOptions): SaveOptions {
  only(options, "save", ["weights", "onProgress", "signal"]);
  checkRequestOptions(options);
  return options;
}

/** The options of an embedding in two parts: the request to the engine, and the options of the module itself. */
export interface CheckedEmbed extends RequestOptions {
  /** What the engine embeds: layers, pooling, windows. */
  request: EmbedRequest;
  /** NCBI table by which coding sequences are translated first. */
  translate: EmbedOptions["translate"];
  /** Positions that become the row of each record. */
  positions: EmbedOptions["positions"];
  /** How the rows of several positions become one. */
  positionPooling: EmbedOptions["positionPooling"];
}

/** Codes: `options.bad_value`. */
export function checkedEmbed(options: EmbedOptions): CheckedEmbed {
  if (typeof options !== "object" || options === null) throw bad("embed", "an object");
  const { translate, positions, positionPooling, onProgress, signal, ...request } = options;
  checkRequestOptions({ onProgress, signal });
  if (positions !== undefined && request.pool !== undefined) throw bad("pool", "no pool together with positions");
  if (positionPooling !== undefined && positions === undefined) throw bad("positionPooling", "only together with positions");
  if (positions !== undefined) request.pool = "none";
  return { request, translate, positions, positionPooling, onProgress, signal };
}

function checkRequestOptions({ onProgress, signal }: RequestOptions): void {
  if (onProgress !== undefined && typeof onProgress !== "function") throw bad("onProgress", "a function");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw bad("signal", "an AbortSignal");
}

function only(options: object, call: string, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) throw bad(call, "an object");
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  throw new CrossgrainError({
    code: "options.unknown_field",
    message: `unknown option of ${call}: ${unknown.join(", ")}`,
    hint: `the options are ${known.join(", ")}`,
  });
}

function bad(option: string, expected: string): CrossgrainError {
  return new CrossgrainError({
    code: "options.bad_value",
    message: `bad value of ${option}`,
    hint: `expected: ${expected}`,
  });
}
