/**
 * Downloaded files while their model is in use: in the origin's private file system, on disk and not in memory, as
 * `incoming/<key>/<file>`. The page holds a lock per key as long as it may read the files; folders without a lock are
 * left over from closed tabs and are removed.
 */
import { CrossgrainError } from "../error";
import { openDisk, type DiskFile } from "./disk";
import { remove } from "./stored";

const FOLDER = "incoming";
const LOCK = "crossgrain-incoming-";

/** Begins a download: its key, or null without such storage. */
export async function beginIncoming(): Promise<string | null> {
  try {
    await sweepIncoming();
    const key = crypto.randomUUID();
    await new Promise<void>((ready, refuse) => {
      const forever = new Promise<never>(() => undefined);
      navigator.locks
        .request(LOCK + key, () => {
          ready();
          return forever;
        })
        .catch(refuse);
    });
    return key;
  } catch {
    return null;
  }
}

/** Removes files that closed tabs have left behind. */
export async function sweepIncoming(): Promise<void> {
  const folder = await incoming();
  const { held = [] } = await navigator.locks.query();
  const used = held.map((lock) => lock.name?.replace(LOCK, ""));
  for await (const key of folder.keys())
    if (!used.includes(key)) await remove(folder, key);
}

async function incoming(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

/** Receives the bytes of one download: on disk, or in memory if there is no such storage or it is full. */
export class Receiver {
  #access: DiskFile | null;
  readonly #handle: FileSystemFileHandle | null;
  readonly #parts: Blob[] = [];
  #open: Uint8Array<ArrayBuffer>[] = [];
  #openBytes = 0;
  /** Bytes taken in so far. */
  bytes = 0;

  private constructor(handle: FileSystemFileHandle | null, access: DiskFile | null) {
    this.#handle = handle;
    this.#access = access;
  }

  /** Begins a file of the download `key`; without a key it is kept in memory. Runs in a dedicated worker. */
  static async open(key: string | null, file: string): Promise<Receiver> {
    if (key !== null) {
      try {
        const folder = await (await incoming()).getDirectoryHandle(key, { create: true });
        const handle = await folder.getFileHandle(file, { create: true });
        return new Receiver(handle, await openDisk(handle));
      } catch {
        // It is kept in memory.
      }
    }
    return new Receiver(null, null);
  }

  /** Takes the next bytes. */
  async take(piece: Uint8Array<ArrayBuffer>): Promise<void> {
    if (this.#access !== null && !this.#write(this.#access, piece)) await this.#leaveDisk();
    if (this.#access === null) this.#hold(piece);
    this.bytes += piece.byteLength;
  }

  /** The whole file. */
  async finish(): Promise<Blob> {
    if (this.#access !== null) await this.#leaveDisk();
    return this.#parts.length === 1 && this.#open.length === 0 ? (this.#parts[0] as Blob) : new Blob([...this.#parts, ...this.#open]);
  }

  /** Ends a download that failed. */
  abandon(): void {
    this.#access?.close();
    this.#access = null;
  }

  #write(access: DiskFile, piece: Uint8Array<ArrayBuffer>): boolean {
    try {
      // The size is checked because a browser may accept bytes that it then has no room for.
      const end = this.bytes + piece.byteLength;
      return access.write(piece, { at: this.bytes }) === piece.byteLength && access.getSize() >= end;
    } catch {
      return false;
    }
  }

  /** The bytes on disk become the first part; the following ones are kept in memory. */
  async #leaveDisk(): Promise<void> {
    this.#access?.flush();
    this.#access?.close();
    this.#access = null;
    const file = await this.#handle?.getFile();
    if (file === undefined) return;
    if (file.size < this.bytes)
      throw new CrossgrainError({
        code: "storage.lost",
        message: "the browser's storage lost a part of the download",
        hint: "free some disk space and load the model again",
      });
    if (this.bytes > 0) this.#parts.push(file.slice(0, this.bytes));
  }

  #hold(piece: Uint8Array<ArrayBuffer>): void {
    this.#open.push(piece);
    this.#openBytes += piece.byteLength;
    if (this.#openBytes < PIECE_BYTES) return;
    // As blobs the browser may move them to disk by itself.
    this.#parts.push(new Blob(this.#open));
    this.#open = [];
    this.#openBytes = 0;
  }
}

/** Bytes in memory that become one blob. */
const PIECE_BYTES = 16 * 1024 * 1024;
