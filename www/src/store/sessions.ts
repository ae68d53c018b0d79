/**
 * What outlives the tab: one folder per visit in the origin's private file system, `sessions/<key>/`. The page
 * holds a lock per key as long as it writes there, so that another tab offers only what no tab has open.
 */
import { CrossgrainError, toError } from "../error";
import { remove } from "./stored";

const FOLDER = "sessions";
const LOCK = "crossgrain-session-";

/** A folder of an earlier visit that no tab has open. */
export interface KeptFolder {
  key: string;
  bytes: number;
}

/** The folder of this visit. */
export class SessionFolder {
  readonly #folder: FileSystemDirectoryHandle;
  readonly #end: () => void;
  readonly key: string;

  private constructor(key: string, folder: FileSystemDirectoryHandle, end: () => void) {
    this.key = key;
    this.#folder = folder;
    this.#end = end;
  }

  /**
   * Makes the folder of this visit, or opens one of an earlier visit; null if another tab has it.
   *
   * Codes: `storage.unavailable`.
   */
  static async open(key: string = crypto.randomUUID(), create = true): Promise<SessionFolder | null> {
    const all = await sessions();
    // The lock comes first: an empty folder without one is taken for left over.
    const end = await lock(LOCK + key);
    if (end === null) return null;
    try {
      return new SessionFolder(key, await all.getDirectoryHandle(key, { create }), end);
    } catch (thrown) {
      end();
      throw failure(thrown);
    }
  }

  /**
   * Writes a file; it has its name only once it is whole.
   *
   * Codes: `storage.full`, `storage.unavailable`.
   */
  async write(name: string, content: Blob | string): Promise<void> {
    try {
      const writer = await (await this.#folder.getFileHandle(name, { create: true })).createWritable();
      try {
        await writer.write(content);
        await writer.close();
      } catch (thrown) {
        await writer.abort().catch(() => undefined);
        throw thrown;
      }
    } catch (thrown) {
      throw failure(thrown);
    }
  }

  /** A file, or null if it is not there. */
  async read(name: string): Promise<File | null> {
    return this.#folder.getFileHandle(name).then((handle) => handle.getFile(), () => null);
  }

  /** Names and sizes of all files. */
  async list(): Promise<Map<string, number>> {
    return sizes(this.#folder);
  }

  async remove(name: string): Promise<void> {
    await remove(this.#folder, name);
  }

  /** Removes everything that was kept. */
  async destroy(): Promise<void> {
    await remove(await sessions(), this.key);
    this.#end();
  }

  /** Lets other tabs have it. */
  close(): void {
    this.#end();
  }
}

/**
 * The folders of earlier visits that no tab has open.
 *
 * Codes: `storage.unavailable`.
 */
export async function keptFolders(): Promise<KeptFolder[]> {
  const folder = await sessions();
  const { held = [] } = await navigator.locks.query();
  const used = new Set(held.map((one) => one.name?.replace(LOCK, "")));
  const found: KeptFolder[] = [];
  for await (const [key, handle] of folder) {
    if (handle.kind !== "directory" || used.has(key)) continue;
    const files = await sizes(handle as FileSystemDirectoryHandle);
    found.push({ key, bytes: [...files.values()].reduce((sum, bytes) => sum + bytes, 0) });
  }
  return found;
}

/** Removes the folder of an earlier visit. */
export async function removeFolder(key: string): Promise<void> {
  await remove(await sessions(), key);
}

async function sessions(): Promise<FileSystemDirectoryHandle> {
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
  } catch (thrown) {
    throw unavailable(thrown);
  }
}

async function sizes(folder: FileSystemDirectoryHandle): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  for await (const [name, handle] of folder)
    if (handle.kind === "file") found.set(name, (await (handle as FileSystemFileHandle).getFile()).size);
  return found;
}

/** Takes a lock and keeps it until the answer is called; null if somebody else has it. */
function lock(name: string): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { ifAvailable: true }, (held) => {
        if (held === null) return resolve(null);
        return new Promise<void>((end) => resolve(end));
      })
      .catch(reject);
  });
}

function failure(thrown: unknown): CrossgrainError {
  if (thrown instanceof DOMException && thrown.name === "QuotaExceededError")
    return new CrossgrainError({
      code: "storage.session_full",
      message: "there is no room left in this browser to keep this work",
      hint: "it stays until the page is closed: save the vectors, or delete what is kept and models that are saved here",
    });
  return thrown instanceof TypeError || thrown instanceof DOMException ? unavailable(thrown) : toError(thrown);
}

function unavailable(thrown: unknown): CrossgrainError {
  return new CrossgrainError({
    code: "storage.session_unavailable",
    message: `this browser keeps no work after the page is closed (${thrown instanceof Error ? thrown.message : "refused"})`,
    hint: "private windows and some settings forbid it: save the vectors before you close the page",
  });
}
