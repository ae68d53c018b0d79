/**
 * Model files from a hub, by id: `{hub}/{owner}/{name}/resolve/main/{file}`. Redirects are followed (hubs send weights
 * from another host), progress is counted in bytes, and the received size is checked against the announced one. This code
 * runs in its own worker, which is given model names only and never a sequence.
 */
import { CrossgrainError } from "../error";
import { Receiver } from "./incoming";
import { count } from "../format";
import type { OnProgress } from "../progress";
import type { OnRequest } from "../requests";

/** Names of weight files, in the order in which they are tried. */
const WEIGHTS = [
  "model.safetensors",
  "model.safetensors.index.json",
  "pytorch_model.bin",
  "pytorch_model.bin.index.json",
] as const;
/** Names of shards, and the most shards of a model. */
const SHARD = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}\.(safetensors|bin)$/;
const MOST_SHARDS = 64;
/** Files that may be too large for memory. */
const ON_DISK = /\.(safetensors|bin)$/;
/** Largest model file taken into a browser. */
export const MOST_BYTES = 3.5 * 1024 ** 3;
/** At most ten progress reports a second. */
const PROGRESS_MS = 100;

/** What to fetch, and from where. */
export interface HubRequest {
  hub: string;
  id: string;
  /** Key of the folder on disk that takes the weights; null for memory. */
  incoming: string | null;
}
/** Receives the reports of a download, and stops it. */
export interface HubWatcher {
  onProgress: OnProgress;
  onRequest: OnRequest;
  signal: AbortSignal;
}

/**
 * The files of model `id`: its settings, its vocabulary, and its weights in the first form that the hub has.
 *
 * Codes: `hub.bad_id`, `hub.not_found`, `hub.no_weights`, `hub.bad_index`, `hub.html_instead_of_weights`,
 * `hub.truncated`, `hub.too_large`, `hub.network`, `hub.cancelled`.
 */
export async function fetchModel(request: HubRequest, watcher: HubWatcher): Promise<Record<string, Blob>> {
  const base = `${request.hub.replace(/\/+$/, "")}/${checkedId(request.id)}/resolve/main`;
  const files: Record<string, Blob> = {};
  const take = async (file: string, optional = false): Promise<boolean> => {
    const blob = await fetchFile(`${base}/${file}`, file, optional, request, watcher);
    if (blob !== null) files[file] = blob;
    return blob !== null;
  };
  await take("config.json");
  if (!(await take("vocab.txt", true))) await take("tokenizer.json", true);
  let weights: string | undefined;
  for (const file of WEIGHTS) {
    if (await take(file, true)) {
      weights = file;
      break;
    }
  }
  if (weights === undefined) throw noWeights(request);
  const index = files[weights];
  if (weights.endsWith(".json") && index !== undefined) {
    for (const shard of await shards(index, weights)) await take(shard);
  }
  return files;
}

/** The files that an index lists; only plain names are requested. */
async function shards(index: Blob, file: string): Promise<string[]> {
  let map: unknown = null;
  try {
    map = (JSON.parse(await index.text()) as { weight_map?: unknown }).weight_map;
  } catch {
    // Refused below.
  }
  const names = typeof map === "object" && map !== null ? [...new Set(Object.values(map))] : [];
  const plain = names.filter((name): name is string => typeof name === "string" && SHARD.test(name));
  if (plain.length > 0 && plain.length === names.length && plain.length <= MOST_SHARDS) return plain.sort();
  throw new CrossgrainError({
    code: "hub.bad_index",
    message: `${file} does not list the files of the weights`,
    where: { file },
    hint: "the model's repository is damaged or has another layout; choose another model",
  });
}

/** `owner/name`, each of letters, digits, `.`, `_`, `-`. */
export function checkedId(id: string): string {
  const trimmed = id.trim();
  const part = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
  if (new RegExp(`^${part}/${part}$`).test(trimmed) && !trimmed.includes("..")) return trimmed;
  throw new CrossgrainError({
    code: "hub.bad_id",
    message: `not a model id: "${trimmed.slice(0, 100)}"`,
    hint: "a model id has the form owner/name, for example facebook/esm2_t6_8M_UR50D",
  });
}

/** One file, or null for an optional one that the hub does not have. */
async function fetchFile(
  url: string,
  file: string,
  optional: boolean,
  request: HubRequest,
  watcher: HubWatcher,
): Promise<Blob | null> {
  const started = Date.now();
  const response = await ask(url, file, watcher.signal);
  const note = (bytes: number): void =>
    watcher.onRequest({
      scope: "downloads",
      url,
      kind: "fetch",
      at: started,
      bytes,
      ...(response.url === url ? {} : { finalUrl: response.url }),
    });
  if (!response.ok) {
    await response.body?.cancel();
    note(0);
    if (response.status === 404 && optional) return null;
    throw refusal(response.status, file, request);
  }
  if ((response.headers.get("Content-Type") ?? "").includes("text/html")) {
    await response.body?.cancel();
    note(0);
    throw webPage(file);
  }
  const blob = await receive(response, file, request, watcher);
  note(blob.size);
  if (await looksLikeHtml(blob)) throw webPage(file);
  return blob;
}

async function ask(url: string, file: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
  } catch (thrown) {
    if (signal.aborted) throw cancelled();
    throw new CrossgrainError({
      code: "hub.network",
      message: `the model hub could not be reached for ${file} (${thrown instanceof Error ? thrown.message : "network error"})`,
      where: { file },
      hint: "check the connection; without one, the demonstration model and model files from disk still work",
    });
  }
}

/** Reads the body piece by piece, weights onto the disk, and compares its size with the announced one. */
async function receive(response: Response, file: string, request: HubRequest, watcher: HubWatcher): Promise<Blob> {
  const announced = Number(response.headers.get("Content-Length") ?? "0");
  if (announced > MOST_BYTES) throw tooLarge(file);
  const receiver = await Receiver.open(ON_DISK.test(file) ? request.incoming : null, file);
  let reported = 0;
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
      await receiver.take(part.value);
      const received = receiver.bytes;
      if (received > MOST_BYTES) throw tooLarge(file);
      if (Date.now() - reported >= PROGRESS_MS) {
        reported = Date.now();
        watcher.onProgress({
          stage: "downloading",
          done: received,
          total: Math.max(announced, received),
          unit: "bytes",
        });
      }
    }
  } catch (thrown) {
    receiver.abandon();
    if (thrown instanceof CrossgrainError) throw thrown;
    if (watcher.signal.aborted) throw cancelled();
    throw truncated(file, receiver.bytes, announced);
  }
  const received = receiver.bytes;
  const blob = await receiver.finish();
  // A compressed response announces its compressed size, which is smaller: only a shorter file is incomplete.
  if (received < announced) throw truncated(file, received, announced);
  watcher.onProgress({ stage: "downloading", done: received, total: received, unit: "bytes" });
  return blob;
}

async function looksLikeHtml(blob: Blob): Promise<boolean> {
  const start = (await blob.slice(0, 64).text()).trimStart().toLowerCase();
  return start.startsWith("<!doctype") || start.startsWith("<html");
}

function refusal(status: number, file: string, request: HubRequest): CrossgrainError {
  // Hubs answer 401 or 403, not 404, for a model that does not exist or is not public.
  const missing = [401, 403, 404, 410].includes(status);
  if (missing) {
    return new CrossgrainError({
      code: "hub.not_found",
      message: `the hub has no public model ${request.id} (status ${status})`,
      where: { file },
      hint: "check the spelling of owner and name; models that need a login cannot be loaded here",
    });
  }
  return new CrossgrainError({
    code: "hub.network",
    message: `the hub answered with status ${status} for ${file}`,
    where: { file },
    hint: "the hub may be overloaded or out of order; try again in a few minutes",
  });
}

function noWeights(request: HubRequest): CrossgrainError {
  return new CrossgrainError({
    code: "hub.no_weights",
    message: `the model ${request.id} has no weights that can be loaded here`,
    hint: "safetensors and PyTorch files are looked for under their usual names; load others from disk",
  });
}

function webPage(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.html_instead_of_weights",
    message: `a web page came instead of ${file}`,
    where: { file },
    hint: "a login page of the network or a proxy may be in the way; open the hub in a new tab to see",
  });
}

function truncated(file: string, received: number, announced: number): CrossgrainError {
  return new CrossgrainError({
    code: "hub.truncated",
    message: `${file} arrived incomplete: ${count(received)} of ${announced > 0 ? count(announced) : "an unknown number of"} bytes`,
    where: { file },
    hint: "the connection broke during the download; load the model again",
  });
}

function tooLarge(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.too_large",
    message: `${file} is larger than 3.5 GiB`,
    where: { file },
    hint: "choose a smaller model, or use the command line for this one",
  });
}

function cancelled(): CrossgrainError {
  return new CrossgrainError({
    code: "hub.cancelled",
    message: "the download was cancelled",
    hint: "load the model again when ready",
  });
}
