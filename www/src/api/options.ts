/** The options of the public module, checked once: unknown fields and wrong types are refused, never ignored. */
import type { GatherQuestion } from "../analysis/border";
import { CrossgrainError } from "../error";
import { WORKERS_MAX } from "../pool";
import type { DeviceChoice, EmbedOptions, LayerChoice, OnProgress, Pooling, WeightsChoice } from "../session";
import { DEMONSTRATIONS, type DemonstrationId } from "../store/demonstrations";

/** Options of `Crossgrain.create`. */
export interface CreateOptions {
  device?: DeviceChoice;
  /** Address of the model hub or of a mirror. */
  hub?: string;
  /** CPU workers that embed at the same time, each with the model. */
  workers?: number;
}

/** Which model: exactly one of `files`, `hub`, `builtin` and `stored`. */
export interface ModelChoice {
  files?: Record<string, Blob | ArrayBuffer>;
  hub?: string;
  builtin?: DemonstrationId;
  /** Id of a model saved in this browser. */
  stored?: string;
  /** With `files`: the name written into the methods. */
  name?: string;
  /** How weights are held. */
  weights?: WeightsChoice;
  onProgress?: OnProgress;
}

/** Options of `Model.save`. */
export interface SaveCall {
  /** Precision in the file; `int8` by default, or that of the model if it is coarser than `f32`. */
  weights?: WeightsChoice;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Options of `Model.embed`. */
export interface EmbedCall extends EmbedOptions {
  /** NCBI translation table for coding sequences. */
  translate?: number;
  /** In place of `pool`. */
  positions?: GatherQuestion["positions"];
  gather?: "mean" | "concatenated";
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** The published hub of the models' authors. */
const HUB = "https://huggingface.co";
const WEIGHTS: readonly WeightsChoice[] = ["f32", "f16", "int8", "int4"];

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedCreate(options: CreateOptions): Required<CreateOptions> {
  only(options, "create", ["device", "hub", "workers"]);
  const { device = "auto", hub = HUB, workers = 1 } = options;
  if (!["auto", "webgpu", "cpu"].includes(device)) throw bad("device", "auto, webgpu or cpu");
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
  if (choice.weights !== undefined && !WEIGHTS.includes(choice.weights)) throw bad("weights", WEIGHTS.join(", "));
  if (choice.files !== undefined) {
    const contents = Object.values(choice.files);
    if (!contents.every((content) => content instanceof Blob || content instanceof ArrayBuffer))
      throw bad("files", "a Blob or an ArrayBuffer per file name");
  }
  return choice;
}

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedSave(options: SaveCall): SaveCall {
  only(options, "save", ["weights", "onProgress", "signal"]);
  const { weights, onProgress, signal } = options;
  if (weights !== undefined && !WEIGHTS.includes(weights)) throw bad("weights", WEIGHTS.join(", "));
  if (onProgress !== undefined && typeof onProgress !== "function") throw bad("onProgress", "a function");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw bad("signal", "an AbortSignal");
  return options;
}

/** Codes: `options.unknown_field`, `options.bad_value`. */
export function checkedEmbed(options: EmbedCall): EmbedCall {
  only(options, "embed", ["layers", "pool", "overlap", "translate", "positions", "gather", "onProgress", "signal"]);
  const { layers, pool, overlap, translate, positions, gather, onProgress, signal } = options;
  if (layers !== undefined && !isLayers(layers))
    throw bad("layers", "last, all or a list of whole numbers such as [0, 3, 6]");
  if (pool !== undefined && !(["auto", "mean", "mean-tokens", "max", "cls", "none"] as Pooling[]).includes(pool))
    throw bad("pool", "auto, mean, mean-tokens, max, cls or none");
  if (overlap !== undefined && !(Number.isInteger(overlap) && overlap >= 0))
    throw bad("overlap", "a whole number of residues");
  if (translate !== undefined && !(Number.isInteger(translate) && translate >= 1 && translate <= 33))
    throw bad("translate", "the number of an NCBI translation table, such as 1 or 11");
  if (positions !== undefined && typeof positions !== "string" && (typeof positions !== "object" || positions === null))
    throw bad("positions", "lists of whole numbers from 1 by id, or a table as text");
  if (positions !== undefined && pool !== undefined) throw bad("pool", "nothing beside positions");
  if (gather !== undefined && (positions === undefined || !["mean", "concatenated"].includes(gather)))
    throw bad("gather", "mean or concatenated, beside positions");
  if (onProgress !== undefined && typeof onProgress !== "function") throw bad("onProgress", "a function");
  if (signal !== undefined && !(signal instanceof AbortSignal)) throw bad("signal", "an AbortSignal");
  // Absent options stay absent: the engine has the defaults.
  return Object.fromEntries(
    Object.entries({ layers, pool, overlap, translate, positions, gather, onProgress, signal }).filter(([, value]) => value !== undefined),
  );
}

function isLayers(layers: unknown): layers is LayerChoice {
  if (layers === "last" || layers === "all") return true;
  return Array.isArray(layers) && layers.length > 0 && layers.every((layer) => Number.isInteger(layer) && layer >= 0);
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
