/**
 * Model files from a hub, by id: `{hub}/{owner}/{name}/resolve/{revision}/{file}`. A published checkpoint is asked for at
 * its recorded commit, any other model at `main`. Redirects are followed (hubs send weights from another host), progress is
 * counted in bytes, and sizes are checked while the bytes arrive. This code runs in its own worker, which is given model
 * names only and never a sequence.
 */
import { CrossgrainError } from "../error";
import { bytes as size, count } from "../format";
import { Receiver, settleIncoming } from "./incoming";
import type { KnownFile } from "./published";
import { MOST_BYTES } from "./size-limit";
import { PATIENCE, transfer, type HubWatcher, type Patience } from "./transfer";
import { webPage } from "./transfer-errors";

export type { HubWatcher } from "./transfer";

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
/** Largest small files: the engine reads no more of them. */
const MOST_SMALL: readonly [RegExp, number][] = [
  [/^config\.json$/, 256 * 1024],
  [/\.index\.json$/, 4 * 1024 * 1024],
  [/\.(txt|json)$/, 4 * 1024 * 1024],
];
/** Failures after which what has come is kept, because the next download can go on with it. */
const CONTINUES = ["hub.network", "hub.timeout", "hub.truncated", "hub.cancelled"];

/** The commit and the files of a published checkpoint. */
export interface Recorded {
  revision: string | null;
  knownFiles: readonly KnownFile[];
}

/** What to fetch, and from where. */
export interface HubRequest {
  hub: string;
  id: string;
  /** What is known of the model, if it is a published one. */
  published?: Recorded | null;
  /** Key of the folder on disk that takes the weights; null for memory. */
  incoming: string | null;
  patience?: Patience;
}

/**
 * The files of model `id`: its settings, its vocabulary, and its weights in the first form that the hub has.
 *
 * Codes: `hub.bad_id`, `hub.not_found`, `hub.no_weights`, `hub.bad_index`, `hub.html_instead_of_weights`,
 * `hub.truncated`, `hub.too_large`, `hub.network`, `hub.timeout`, `hub.wrong_range`, `hub.expands_too_far`, `hub.cancelled`,
 * `model.file_too_large`, `model.not_published`.
 */
export async function fetchModel(request: HubRequest, watcher: HubWatcher): Promise<Record<string, Blob>> {
  try {
    const files = await fetchFiles(request, watcher);
    await settleIncoming(request.incoming);
    return files;
  } catch (thrown) {
    if (!(thrown instanceof CrossgrainError && CONTINUES.includes(thrown.code))) await settleIncoming(request.incoming);
    throw thrown;
  }
}

async function fetchFiles(request: HubRequest, watcher: HubWatcher): Promise<Record<string, Blob>> {
  const revision = request.published?.revision ?? "main";
  const base = `${request.hub.replace(/\/+$/, "")}/${checkedId(request.id)}/resolve/${revision}`;
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
  const known = request.published?.knownFiles.find(({ name }) => name === file)?.bytes ?? null;
  const [mostBytes, tooLarge] = limit(file, known, request.id);
  const receiver = await Receiver.open(ON_DISK.test(file) ? request.incoming : null, file);
  try {
    const there = await transfer(
      {
        url,
        file,
        pinned: (request.published?.revision ?? null) !== null,
        mostBytes,
        tooLarge,
        refusal: (status) => (status === 404 && optional ? null : refusal(status, file, request)),
      },
      receiver,
      watcher,
      request.patience ?? PATIENCE,
    );
    if (!there) {
      receiver.abandon();
      return null;
    }
  } catch (thrown) {
    receiver.abandon();
    throw thrown;
  }
  const blob = await receiver.finish();
  if (await looksLikeHtml(blob)) throw webPage(file);
  return blob;
}

/** The most bytes that a file may have, and the error of a larger one. */
function limit(file: string, known: number | null, id: string): [number, () => CrossgrainError] {
  if (known !== null) return [known, () => notPublished(file, known, id)];
  const small = MOST_SMALL.find(([names]) => names.test(file));
  return small === undefined ? [MOST_BYTES, () => tooLarge(file)] : [small[1], () => tooLargeSmall(file, small[1])];
}

async function looksLikeHtml(blob: Blob): Promise<boolean> {
  const start = (await blob.slice(0, 64).text()).trimStart().toLowerCase();
  return start.startsWith("<!doctype") || start.startsWith("<html");
}

function refusal(status: number, file: string, request: HubRequest): CrossgrainError {
  // Hubs answer 401 or 403, not 404, for a model that does not exist or is not public.
  const missing = [401, 403, 404, 410].includes(status);
  const revision = request.published?.revision ?? null;
  if (missing) {
    return new CrossgrainError({
      code: "hub.not_found",
      message: `the hub has no public model ${request.id}${revision === null ? "" : ` at revision ${revision}`} (status ${status})`,
      where: { file },
      hint:
        revision === null
          ? "check the spelling of owner and name; models that need a login cannot be loaded here"
          : "a published model is asked for at its recorded revision, so that it is always the same; a mirror must have that revision",
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

function tooLarge(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.too_large",
    message: `${file} is larger than 3.5 GiB`,
    where: { file },
    hint: "choose a smaller model, or use the command line for this one",
  });
}

function tooLargeSmall(file: string, most: number): CrossgrainError {
  return new CrossgrainError({
    code: "model.file_too_large",
    message: `${file} has more than ${count(most)} bytes`,
    where: { file },
    hint: "use the file published with the checkpoint",
  });
}

function notPublished(file: string, known: number, id: string): CrossgrainError {
  return new CrossgrainError({
    code: "model.not_published",
    message: `these are not the published files of ${id}: ${file} is larger than ${size(known)} (${count(known)} bytes)`,
    where: { file },
    hint: "the hub sent something else, or the file was changed on the way",
  });
}
