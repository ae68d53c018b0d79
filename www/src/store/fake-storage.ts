/**
 * The origin's private file system and its locks, as far as the code under test uses them, for unit tests. `room` is
 * what is left on the disk, in bytes.
 */

/** A folder that holds files and folders. */
export class FakeFolder {
  readonly kind = "directory";
  readonly inside = new Map<string, FakeFolder | FakeFile>();
  constructor(
    readonly disk: { room: number },
    readonly name = "",
  ) {}

  #get<T extends FakeFolder | FakeFile>(name: string, create: boolean, make: () => T): T {
    const found = this.inside.get(name) ?? (create ? make() : undefined);
    if (found === undefined) throw new DOMException(`no ${name}`, "NotFoundError");
    this.inside.set(name, found);
    return found as T;
  }
  async getDirectoryHandle(name: string, { create = false } = {}): Promise<FakeFolder> {
    return this.#get(name, create, () => new FakeFolder(this.disk, name));
  }
  async getFileHandle(name: string, { create = false } = {}): Promise<FakeFile> {
    return this.#get(name, create, () => new FakeFile(this.disk, name));
  }
  async removeEntry(name: string): Promise<void> {
    if (!this.inside.delete(name)) throw new DOMException(`no ${name}`, "NotFoundError");
  }
  async *keys(): AsyncGenerator<string> {
    yield* [...this.inside.keys()];
  }
  async *[Symbol.asyncIterator](): AsyncGenerator<[string, FakeFolder | FakeFile]> {
    yield* [...this.inside];
  }
}

/** A file that can be written in place. */
export class FakeFile {
  readonly kind = "file";
  bytes = new Uint8Array(0);
  open = false;
  modified = Date.now();
  constructor(
    readonly disk: { room: number },
    readonly name: string,
  ) {}

  async getFile(): Promise<File> {
    return new File([this.bytes], this.name, { lastModified: this.modified });
  }
  /** As the page writes: the file changes when it is closed. */
  async createWritable(): Promise<unknown> {
    let taken = new Uint8Array(0);
    return {
      write: async (content: Blob | string) => {
        taken = new Uint8Array(await new Blob([content]).arrayBuffer());
        if (taken.byteLength > this.disk.room) throw new DOMException("no room", "QuotaExceededError");
      },
      close: async () => {
        this.disk.room -= taken.byteLength - this.bytes.byteLength;
        this.bytes = taken;
      },
      abort: async () => undefined,
    };
  }
  async createSyncAccessHandle(): Promise<unknown> {
    this.open = true;
    return {
      write: (piece: Uint8Array<ArrayBuffer>, { at }: { at: number }) => {
        const kept = piece.subarray(0, Math.min(piece.byteLength, this.disk.room));
        this.disk.room -= kept.byteLength;
        const grown = new Uint8Array(Math.max(this.bytes.byteLength, at + kept.byteLength));
        grown.set(this.bytes);
        grown.set(kept, at);
        this.bytes = grown;
        return kept.byteLength;
      },
      getSize: () => this.bytes.byteLength,
      truncate: (bytes: number) => void (this.bytes = this.bytes.slice(0, bytes)),
      flush: () => undefined,
      close: () => void (this.open = false),
    };
  }
}

/** What `navigator` offers of storage and locks; `held` are the names of the locks that somebody holds. */
export function fakeNavigator(room = Infinity): {
  root: FakeFolder;
  held: Set<string>;
  navigator: object;
  /** The tab is closed: its locks are free. */
  closeTab: () => void;
} {
  const root = new FakeFolder({ room });
  const held = new Set<string>();
  const waiting = new Map<string, Promise<unknown>>();
  const navigator = {
    storage: { getDirectory: () => Promise.resolve(root) },
    locks: {
      request: (name: string, how: { ifAvailable?: boolean } | ((lock: unknown) => unknown), then?: (lock: unknown) => unknown) => {
        const work = typeof how === "function" ? how : (then ?? (() => undefined));
        if (typeof how !== "function" && how.ifAvailable === true && held.has(name)) return Promise.resolve(work(null));
        // A lock that is free is held at once.
        if (!waiting.has(name)) held.add(name);
        const turn = (waiting.get(name) ?? Promise.resolve()).then(async () => {
          held.add(name);
          try {
            return await work({ name });
          } finally {
            held.delete(name);
          }
        });
        waiting.set(name, turn.catch(() => undefined));
        return turn;
      },
      query: () => Promise.resolve({ held: [...held].map((name) => ({ name })) }),
    },
  };
  const closeTab = (): void => {
    held.clear();
    waiting.clear();
  };
  return { root, held, navigator, closeTab };
}
