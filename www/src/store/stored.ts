/**
 * Models saved in this browser, each one quantized file (`docs/quantized-file.md`) in the origin's private file system:
 * `models/<id>.safetensors`. A file has that name only once it is whole and was read back against its check sums; until
 * then it is `<id>.part`. The list is read from the files themselves, so that no second record can disagree.
 */
import { CrossgrainError, toError } from "../error";
import type { Precision } from "../protocol";

const FOLDER = "models";
const WHOLE = ".safetensors";
const PART = ".part";
/** Longest header that is read, as in the engine. */
const HEADER_BYTES = 1024 * 1024;
/** Tabs take turns to save and delete. */
const LOCK = "crossgrain-models";

/** A model saved in this browser. */
export interface StoredModel {
  /** What `loadModel({ stored })` takes. */
  id: string;
  /** Its name when it was saved. */
  name: string;
  /** Id of its family, such as `esm2`. */
  family: string;
  /** Precision of its linear layers. */
  precision: Precision;
  /** Bytes of its file. */
  bytes: number;
  /** SHA-256 of the original weights. */
  sourceSha256: string;
}

/** The id under which a model is saved: the same weights in the same precision are the same model. */
export function storedId(weightsSha256: string, precision: Precision): string {
  return `${weightsSha256.slice(0, 16)}-${precision}`;
}

/** The names of a model's file while it is written and afterwards. */
export function storedNames(id: string): { part: string; whole: string } {
  return { part: id + PART, whole: id + WHOLE };
}

/**
 * The folder of the models.
 *
 * Codes: `storage.unavailable`.
 */
export async function modelsFolder(): Promise<FileSystemDirectoryHandle> {
  try {
    const root = await navigator.storage.getDirectory();
    return await root.getDirectoryHandle(FOLDER, { create: true });
  } catch (thrown) {
    throw new CrossgrainError({
      code: "storage.unavailable",
      message: `this browser gives the page no storage for files (${thrown instanceof Error ? thrown.message : "refused"})`,
      hint: "private windows and some settings forbid it; models still load from disk and from the hub",
    });
  }
}

/** All saved models, by name. Unreadable files are left out. */
export async function storedModels(): Promise<StoredModel[]> {
  const folder = await modelsFolder().catch(() => null);
  if (folder === null) return [];
  const models: StoredModel[] = [];
  for await (const [name, handle] of folder) {
    if (handle.kind !== "file" || !name.endsWith(WHOLE)) continue;
    const model = await describe(name.slice(0, -WHOLE.length), await (handle as FileSystemFileHandle).getFile());
    models.push(model);
  }
  return models.sort((a, b) => a.name.localeCompare(b.name) || a.precision.localeCompare(b.precision));
}

/**
 * A saved model's file.
 *
 * Codes: `storage.not_found`, `storage.unavailable`.
 */
export async function storedFile(id: string): Promise<File> {
  const folder = await modelsFolder();
  try {
    return await (await folder.getFileHandle(storedNames(checkedStoredId(id)).whole)).getFile();
  } catch (thrown) {
    if (thrown instanceof CrossgrainError) throw thrown;
    throw notFound(id);
  }
}

/** Deletes a saved model; one that is not there is deleted already. */
export function deleteStored(id: string): Promise<void> {
  return alone(async () => {
    await remove(await modelsFolder(), storedNames(checkedStoredId(id)).whole);
  });
}

/** Runs `work` while no other tab saves or deletes; files of an interrupted save are removed first. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  return (await navigator.locks.request(LOCK, async () => {
    const folder = await modelsFolder();
    for await (const [name] of folder) if (name.endsWith(PART)) await remove(folder, name);
    return work();
  })) as T;
}

/** Removes a file, if it is there. */
export async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  await folder.removeEntry(name, { recursive: true }).catch(() => undefined);
}

/** The error for a failure of the storage itself; other errors are kept. */
export function storageError(thrown: unknown): CrossgrainError {
  if (thrown instanceof DOMException && thrown.name === "QuotaExceededError") return full();
  return toError(thrown);
}

/** There is not enough room. */
export function full(): CrossgrainError {
  return new CrossgrainError({
    code: "storage.full",
    message: "there is not enough storage left for this model in this browser",
    hint: "the model in use is not affected; delete saved models or free disk space, then save again",
  });
}

async function describe(id: string, file: File): Promise<StoredModel> {
  const texts = await metadata(file).catch((): Record<string, string> => ({}));
  return {
    id,
    name: texts["crossgrain.name"] ?? id,
    family: texts["crossgrain.family"] ?? "",
    precision: (texts["crossgrain.precision"] ?? "int8") as Precision,
    bytes: file.size,
    sourceSha256: texts["crossgrain.source_sha256"] ?? "",
  };
}

/** The texts in a safetensors header; the engine checks them when the model is loaded. */
async function metadata(file: Blob): Promise<Record<string, string>> {
  const length = Number(new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  if (length > HEADER_BYTES) return {};
  const header = JSON.parse(await file.slice(8, 8 + length).text()) as { __metadata__?: Record<string, unknown> };
  const texts = Object.entries(header.__metadata__ ?? {});
  return Object.fromEntries(texts.filter((pair): pair is [string, string] => typeof pair[1] === "string"));
}

/** Ids become file names: only ids made by {@link storedId} are accepted. */
function checkedStoredId(id: string): string {
  if (/^[0-9a-f]{16}-(f32|f16|int8|int4)$/.test(id)) return id;
  throw notFound(id);
}

function notFound(id: string): CrossgrainError {
  return new CrossgrainError({
    code: "storage.not_found",
    message: `no model "${id.slice(0, 40)}" is saved in this browser`,
    hint: "the browser may have cleared its storage: load the model from its source and save it again",
  });
}
