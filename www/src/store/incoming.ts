/**
 * Downloaded files while their model is in use: in the origin's private file system, on disk and not in memory, as
 * `incoming/<key>/<file>`. The page holds a lock per key as long as it may read the files; folders without a lock are
 * left over from closed tabs and are removed. A download that broke off leaves its folder with a note beside the file,
 * `<file>.resume`: for a week the newest of these is kept, so that the next download of the model goes on where it stopped.
 */
import { CrossgrainError } from "../error";
import { openDisk, type DiskFile } from "./disk";
import { remove } from "./stored";

const FOLDER = "incoming";
const LOCK = "crossgrain-incoming-";
const NOTE = ".resume";
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** The folder of one download, locked. */
export interface Incoming {
  key: string;
  /** Gives the folder up: it is removed, unless a later download can go on with it. */
  end(): Promise<void>;
}

/** Begins a download of `model`, in the folder of an earlier one that broke off if nobody uses it; null without such storage. */
export async function beginIncoming(model: string): Promise<Incoming | null> {
  try {
    await sweepIncoming();
    const key = model.replace(/[^A-Za-z0-9._-]+/g, "+").replace(/^[+.]+/, "").slice(0, 200);
    return (await locked(key)) ?? (await locked(crypto.randomUUID()));
  } catch {
    return null;
  }
}

/** The folder `key` for this tab, or null if it is in use. */
function locked(key: string): Promise<Incoming | null> {
  return new Promise((ready, refuse) => {
    let open: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (open = resolve));
    const held = navigator.locks.request(LOCK + key, { ifAvailable: true }, (lock) => {
      if (lock === null) {
        ready(null);
        return undefined;
      }
      const end = async (): Promise<void> => {
        open();
        await held.catch(() => undefined);
        await sweepIncoming().catch(() => undefined);
      };
      ready({ key, end });
      return closed;
    });
    held.catch(refuse);
  });
}

/** Removes files that closed tabs and ended downloads have left behind, but for the newest one that can go on. */
export async function sweepIncoming(): Promise<void> {
  const folder = await incoming();
  const { held = [] } = await navigator.locks.query();
  const used = held.map((lock) => lock.name?.replace(LOCK, ""));
  const left: { key: string; at: number }[] = [];
  for await (const [key, handle] of folder) {
    if (used.includes(key)) continue;
    left.push({ key, at: handle.kind === "directory" ? await brokeOff(handle as FileSystemDirectoryHandle) : 0 });
  }
  left.sort((a, b) => b.at - a.at);
  for (const [place, { key, at }] of left.entries())
    if (place > 0 || at < Date.now() - KEPT_MS) await remove(folder, key);
}

/** When the download in a folder began that can be continued, in milliseconds since 1970; 0 if there is none. */
async function brokeOff(folder: FileSystemDirectoryHandle): Promise<number> {
  let at = 0;
  for await (const [name, handle] of folder)
    if (name.endsWith(NOTE)) at = Math.max(at, (await (handle as FileSystemFileHandle).getFile()).lastModified);
  return at;
}

async function incoming(): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true });
}

async function folderOf(key: string): Promise<FileSystemDirectoryHandle> {
  return (await incoming()).getDirectoryHandle(key, { create: true });
}

/** The download in folder `key` needs no continuation: it is whole, or not worth one. */
export async function settleIncoming(key: string | null): Promise<void> {
  if (key === null) return;
  try {
    const folder = await folderOf(key);
    for await (const [name] of folder) if (name.endsWith(NOTE)) await remove(folder, name);
  } catch {
    // Without storage there is nothing to settle.
  }
}

/** What was noted of a file when its download began. */
interface Note {
  source: string;
  total: number;
  etag: string | null;
}

/** Receives the bytes of one download: on disk, or in memory if there is no such storage or it is full. */
export class Receiver {
  #access: DiskFile | null;
  readonly #handle: FileSystemFileHandle | null;
  readonly #folder: FileSystemDirectoryHandle | null;
  readonly #file: string;
  #parts: Blob[] = [];
  #open: Uint8Array<ArrayBuffer>[] = [];
  #openBytes = 0;
  /** Bytes taken in so far. */
  bytes = 0;
  /** The address they came from. */
  source = "";
  /** Bytes of the whole file as announced; 0 if they were not. */
  total = 0;
  /** The version that the hub named. */
  etag: string | null = null;

  private constructor(
    file: string,
    folder: FileSystemDirectoryHandle | null = null,
    handle: FileSystemFileHandle | null = null,
    access: DiskFile | null = null,
  ) {
    this.#file = file;
    this.#folder = folder;
    this.#handle = handle;
    this.#access = access;
  }

  /**
   * Begins a file of the download `key`, or goes on with what an earlier one left; without a key it is kept in memory.
   * Runs in a dedicated worker.
   */
  static async open(key: string | null, file: string): Promise<Receiver> {
    if (key !== null) {
      try {
        const folder = await folderOf(key);
        const handle = await folder.getFileHandle(file, { create: true });
        const note = await noteOf(folder, file);
        const receiver = new Receiver(file, folder, handle, await openDisk(handle));
        if (note !== null) receiver.#goOn(note);
        return receiver;
      } catch {
        // It is kept in memory.
      }
    }
    return new Receiver(file);
  }

  #goOn(note: Note): void {
    Object.assign(this, note);
    const there = this.#access?.getSize() ?? 0;
    // The last byte is asked for again, so that also a whole file is compared with the hub's.
    this.bytes = Math.max(0, Math.min(there, note.total) - 1);
  }

  /** Notes what is known of the file that now begins to arrive. */
  async describe(source: string, total: number, etag: string | null): Promise<void> {
    [this.source, this.total, this.etag] = [source, total, etag];
    if (this.#folder === null || this.#access === null || total === 0) return;
    const text = new TextEncoder().encode(JSON.stringify({ source, total, etag } satisfies Note));
    try {
      await remove(this.#folder, this.#file + NOTE);
      const note = await openDisk(await this.#folder.getFileHandle(this.#file + NOTE, { create: true }));
      note.write(text, { at: 0 });
      note.flush();
      note.close();
    } catch {
      // The download then begins again if it breaks off.
    }
  }

  /** Drops what has come so far. */
  restart(): void {
    this.bytes = 0;
    [this.#parts, this.#open, this.#openBytes] = [[], [], 0];
    [this.source, this.total, this.etag] = ["", 0, null];
    try {
      this.#access?.truncate(0);
    } catch {
      // What is left of it is written over.
    }
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

async function noteOf(folder: FileSystemDirectoryHandle, file: string): Promise<Note | null> {
  try {
    const text = await (await (await folder.getFileHandle(file + NOTE)).getFile()).text();
    const { source, total, etag } = JSON.parse(text) as Partial<Note>;
    if (typeof source !== "string" || typeof total !== "number" || !(total > 0)) return null;
    return { source, total, etag: typeof etag === "string" ? etag : null };
  } catch {
    return null;
  }
}

/** Bytes in memory that become one blob. */
const PIECE_BYTES = 16 * 1024 * 1024;
