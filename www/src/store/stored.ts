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
/** Ids made by {@link storedId}. */
const ID = /^[0-9a-f]{16}-(f32|f16|int8|int4)$/;
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

/** A file or folder among the saved models that this program did not make. */
export interface ForeignFile {
  /** Its name. */
  name: string;
  /** Its size; null for a folder. */
  bytes: number | null;
}

/** All saved models, by name. */
export async function storedModels(): Promise<StoredModel[]> {
  const folder = await modelsFolder().catch(() => null);
  if (folder === null) return [];
  const models: StoredModel[] = [];
  for await (const [name, handle] of folder) {
    const id = idOf(name);
    if (handle.kind !== "file" || id === null) continue;
    // A file may go while another tab deletes it.
    const file = await (handle as FileSystemFileHandle).getFile().catch(() => null);
    if (file !== null) models.push(await describe(id, file));
  }
  return models.sort((a, b) => a.name.localeCompare(b.name) || a.precision.localeCompare(b.precision));
}

/** What else lies in the folder of the models, by name. */
export async function foreignFiles(): Promise<ForeignFile[]> {
  const folder = await modelsFolder().catch(() => null);
  if (folder === null) return [];
  const found: ForeignFile[] = [];
  for await (const [name, handle] of folder) {
    if (idOf(name) !== null || isPart(name)) continue;
    const file = handle.kind === "file" ? await (handle as FileSystemFileHandle).getFile().catch(() => null) : null;
    found.push({ name, bytes: file?.size ?? null });
  }
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

/**
 * Deletes a file that {@link foreignFiles} lists.
 *
 * Codes: `storage.not_deleted`, `storage.unavailable`.
 */
export function deleteForeign(name: string): Promise<void> {
  return changing(async (folder) => {
    if (idOf(name) === null) await deleteFrom(folder, name);
  });
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

/**
 * Deletes a saved model; one that is not there is deleted already.
 *
 * Codes: `storage.not_found` for what is no id, `storage.not_deleted`, `storage.unavailable`.
 */
export function deleteStored(id: string): Promise<void> {
  return changing((folder) => deleteFrom(folder, storedNames(checkedStoredId(id)).whole));
}

/** Removes what an interrupted save has left, unless a save is under way in some tab. */
export async function sweepStored(): Promise<void> {
  await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
    if (lock !== null) await removeParts(await modelsFolder());
  });
}

/** Calls `listener` whenever another tab has saved or deleted a model. */
export function onStoredChange(listener: () => void): void {
  if (typeof BroadcastChannel === "undefined") return;
  new BroadcastChannel(LOCK).addEventListener("message", listener);
}

/** Reports to other tabs that the saved models are others now. */
export function storedChanged(): void {
  if (typeof BroadcastChannel === "undefined") return;
  const channel = new BroadcastChannel(LOCK);
  channel.postMessage(null);
  channel.close();
}

function changing(change: (folder: FileSystemDirectoryHandle) => Promise<void>): Promise<void> {
  return alone(async () => {
    await change(await modelsFolder());
    storedChanged();
  });
}

async function deleteFrom(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name, { recursive: true });
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === "NotFoundError") return;
    throw new CrossgrainError({
      code: "storage.not_deleted",
      message: `the browser does not delete ${name.slice(0, 80)} (${thrown instanceof Error ? thrown.message : "refused"})`,
      where: { file: name.slice(0, 200) },
      hint: "another tab may be using it: close the other tabs of this page and delete it again",
    });
  }
}

/** Runs `work` while no other tab saves or deletes; files of an interrupted save are removed first. */
export async function alone<T>(work: () => Promise<T>): Promise<T> {
  return (await navigator.locks.request(LOCK, async () => {
    const folder = await modelsFolder();
    await removeParts(folder);
    return work();
  })) as T;
}

async function removeParts(folder: FileSystemDirectoryHandle): Promise<void> {
  for await (const [name] of folder) if (isPart(name)) await remove(folder, name);
}

function isPart(name: string): boolean {
  return name.endsWith(PART) && ID.test(name.slice(0, -PART.length));
}

/** The id of the model that a file of this name holds. */
function idOf(name: string): string | null {
  const id = name.endsWith(WHOLE) ? name.slice(0, -WHOLE.length) : "";
  return ID.test(id) ? id : null;
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
  if (ID.test(id)) return id;
  throw notFound(id);
}

function notFound(id: string): CrossgrainError {
  return new CrossgrainError({
    code: "storage.not_found",
    message: `no model "${id.slice(0, 40)}" is saved in this browser`,
    hint: "the browser may have cleared its storage: load the model from its source and save it again",
  });
}
