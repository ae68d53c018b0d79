/**
 * Whether a model that bears the name of a published checkpoint is that checkpoint: its files and its shape are compared
 * with what `models/<id>/model.toml` records (sizes, SHA-256, settings, layers, width, heads, parameters). What comes from
 * the hub and differs is refused; files of the user that differ are used under a name that says so. Where no SHA-256 is
 * recorded, the first one that the hub sent is remembered, and other weights are refused from then on.
 */
import { CrossgrainError } from "./error";
import { count } from "./format";
import type { OnProgress } from "./progress";
import type { LoadRequest, ModelReport } from "./protocol";
import { claimed, weightsOf, type KnownFile, type Published } from "./store/published";
import { firstSeen, rememberSeen } from "./store/seen";

/** The code of a model that bears a published name and is another. */
export const NOT_PUBLISHED = "model.not_published";
/** What is added to the name of such a model. */
const OTHER_NAME = " (not the published file)";
/** Largest file that is hashed here; the engine hashes the weights. */
const HASHED_BYTES = 64 * 1024 * 1024;
/** Settings may hold numbers as text of limited precision. */
const CLOSE = 1e-9;
/** The hub's files may hold heads and unused tables beside the parameters that are counted. */
const FEWEST = 0.98;
const MOST = 1.25;

/** What is known of a loaded model that bears a published name. */
export interface Identity {
  /** `published`: the recorded SHA-256; `unrecorded`: all that is recorded agrees, the SHA-256 is not; `other`: it differs. */
  state: "published" | "unrecorded" | "other";
  /** One sentence for people. */
  text: string;
}

/** A model that was loaded, and what is known of it; null if its name is that of no published checkpoint. */
export interface Identified {
  /** What was loaded. */
  report: ModelReport;
  /** What is known of its name. */
  identity: Identity | null;
}

/** What loads a model; `check` may refuse it before the model in use is given up. */
export interface Loader {
  /** Loads files as a model. */
  loadModel(
    files: Record<string, Blob>,
    request: LoadRequest,
    onProgress?: OnProgress,
    check?: (report: ModelReport) => void,
  ): Promise<ModelReport>;
}

/**
 * Loads a model and compares it with the published checkpoint whose name it bears. With `fromHub` a difference is a
 * refusal, otherwise the model gets another name.
 *
 * Codes: `model.not_published`, any code of loading.
 */
export async function loadIdentified(
  loader: Loader,
  files: Record<string, Blob>,
  request: LoadRequest,
  fromHub: boolean,
  onProgress?: OnProgress,
): Promise<Identified> {
  const entry = claimed(request.name);
  if (entry === null) return { report: await loader.loadModel(files, request, onProgress), identity: null };
  let differences: string[] = [];
  try {
    differences = await differencesOfFiles(entry, files);
    if (differences.length > 0) throw notPublished(entry, differences);
    const report = await loader.loadModel(files, request, onProgress, (loaded) => {
      differences = [...differencesOfShape(entry, loaded), ...differencesOfWeights(entry, loaded, files)];
      if (differences.length > 0) throw notPublished(entry, differences);
    });
    return { report, identity: agrees(entry, report, files, fromHub) };
  } catch (thrown) {
    if (fromHub || !(thrown instanceof CrossgrainError) || thrown.code !== NOT_PUBLISHED) throw thrown;
    const name = request.name.endsWith(OTHER_NAME) ? request.name : request.name + OTHER_NAME;
    const report = await loader.loadModel(files, { ...request, name }, onProgress);
    return { report, identity: { state: "other", text: `Not the published file: ${differences.join("; ")}.` } };
  }
}

/** How files differ from the recorded ones, each in words: sizes, the SHA-256 of small files, the settings. */
export async function differencesOfFiles(entry: Published, files: Record<string, Blob>): Promise<string[]> {
  const found: string[] = [];
  for (const known of entry.knownFiles) {
    const file = Object.hasOwn(files, known.name) ? files[known.name] : undefined;
    // The engine says whether weights are quantized, and so of another size.
    if (file === undefined || isWeights(known.name)) continue;
    const difference = await differenceOfFile(known, file);
    if (difference !== null) found.push(difference);
  }
  const config = Object.hasOwn(files, "config.json") ? files["config.json"] : undefined;
  if (config !== undefined && config.size <= HASHED_BYTES) found.push(...differencesOfSettings(entry, await config.text()));
  return found;
}

async function differenceOfFile({ name, bytes, sha256 }: KnownFile, file: Blob): Promise<string | null> {
  if (bytes !== null && file.size !== bytes) return `${name} has ${count(file.size)} bytes instead of ${count(bytes)}`;
  // Pages without a secure connection have no digest.
  const digest = (globalThis.crypto as Partial<Crypto> | undefined)?.subtle;
  if (sha256 === null || file.size > HASHED_BYTES || digest === undefined) return null;
  return (await hexDigest(digest, file)) === sha256 ? null : `${name} has another SHA-256`;
}

async function hexDigest(digest: SubtleCrypto, file: Blob): Promise<string> {
  const hash = new Uint8Array(await digest.digest("SHA-256", await file.arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Numbers of `config.json` that decide what the weights compute. Settings that cannot be read are the engine's matter. */
function differencesOfSettings(entry: Published, text: string): string[] {
  let settings: unknown;
  try {
    settings = JSON.parse(text);
  } catch {
    return [];
  }
  if (typeof settings !== "object" || settings === null) return [];
  const said = new Map<string, unknown>(Object.entries(settings));
  const wanted: [string, number | boolean | null][] = [
    ["num_hidden_layers", entry.layers],
    ["hidden_size", entry.width],
    ["num_attention_heads", entry.heads],
    ["intermediate_size", entry.feedForward],
    ["vocab_size", entry.vocabulary],
    ["layer_norm_eps", entry.layerNormEpsilon],
    ["token_dropout", entry.tokenDropout],
  ];
  return wanted.flatMap(([field, published]) => {
    const own = said.get(field);
    if (published === null || typeof own !== typeof published || same(own, published)) return [];
    return [`config.json says ${field} ${String(own)} instead of ${String(published)}`];
  });
}

function same(own: unknown, published: number | boolean): boolean {
  return typeof own === "number" && typeof published === "number" ? Math.abs(own - published) < CLOSE : own === published;
}

function differencesOfShape(entry: Published, report: ModelReport): string[] {
  const numbers: [string, number, number | null][] = [
    ["layers", report.layers, entry.layers],
    ["dimensions", report.width, entry.width],
    ["attention heads", report.heads, entry.heads],
  ];
  const found = numbers
    .filter(([, own, published]) => published !== null && own !== published)
    .map(([what, own, published]) => `${count(own)} ${what} instead of ${count(published ?? 0)}`);
  if (report.family !== entry.family) found.unshift(`it is of the family ${report.family} instead of ${entry.family}`);
  const { parameters } = report;
  // A quantized file holds scales beside its integers.
  if (!report.quantized && found.length === 0 && (parameters < entry.parameters * FEWEST || parameters > entry.parameters * MOST))
    found.push(`${count(parameters)} parameters instead of ${count(entry.parameters)}`);
  return found;
}

function differencesOfWeights(entry: Published, report: ModelReport, files: Record<string, Blob>): string[] {
  for (const { name, bytes } of report.quantized ? [] : entry.knownFiles) {
    const size = isWeights(name) && Object.hasOwn(files, name) ? (files[name]?.size ?? null) : null;
    if (size !== null && bytes !== null && size !== bytes) return [`${name} has ${count(size)} bytes instead of ${count(bytes)}`];
  }
  const published = recordedHash(entry, report, files);
  if (published !== null) return report.weightsSha256 === published ? [] : ["the weights have another SHA-256"];
  const seen = comparable(entry, report, files) ? firstSeen(entry.id) : null;
  if (seen === null || seen.sha256 === report.weightsSha256) return [];
  return [`the weights have another SHA-256 than those that the hub first sent (${seen.on})`];
}

function agrees(entry: Published, report: ModelReport, files: Record<string, Blob>, fromHub: boolean): Identity {
  if (recordedHash(entry, report, files) !== null)
    return { state: "published", text: "The published weights: their SHA-256 is the recorded one." };
  const seen = comparable(entry, report, files) ? firstSeen(entry.id) : null;
  if (seen === null && fromHub) rememberSeen(entry.id, report.weightsSha256);
  const hash =
    seen !== null
      ? `they are those that the hub first sent (${seen.on})`
      : fromHub
        ? "that of these weights is remembered in this browser, and others will be refused"
        : "so other weights of the same shape would not be noticed";
  return {
    state: "unrecorded",
    text: `Layers, width, heads and parameters are those of the published model. The SHA-256 of its weights is not recorded: ${hash}.`,
  };
}

/** The recorded SHA-256 that these weights must have, if they are the published file or were made from it. */
function recordedHash(entry: Published, report: ModelReport, files: Record<string, Blob>): string | null {
  return comparable(entry, report, files) ? (weightsOf(entry)?.sha256 ?? null) : null;
}

/** Weights of another container, such as the authors' `.pt` of a model on the hub, have other hashes. */
function comparable(entry: Published, report: ModelReport, files: Record<string, Blob>): boolean {
  return report.quantized || entry.knownFiles.some(({ name }) => isWeights(name) && Object.hasOwn(files, name));
}

function isWeights(name: string): boolean {
  return /\.(safetensors|bin|pt)(\.index\.json)?$/.test(name);
}

function notPublished(entry: Published, differences: readonly string[]): CrossgrainError {
  return new CrossgrainError({
    code: NOT_PUBLISHED,
    message: `these are not the published files of ${entry.hub ?? entry.id}: ${differences.join("; ")}`,
    hint: `the hub sent something else, or the files were changed on the way; to use them all the same, open them from disk, where they are called "${entry.id}${OTHER_NAME}"`,
  });
}
