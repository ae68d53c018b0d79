/** A file of the origin's private file system, written in place. Only dedicated workers can; TypeScript's page library lacks it. */

/** An open file; nobody else can write to it until it is closed. */
export interface DiskFile {
  /** Answers how many bytes were written. Throws a `QuotaExceededError` if there is no room. */
  write(bytes: Uint8Array<ArrayBuffer>, place: { at: number }): number;
  getSize(): number;
  truncate(bytes: number): void;
  flush(): void;
  close(): void;
}

/** Opens a file for writing. */
export function openDisk(handle: FileSystemFileHandle): Promise<DiskFile> {
  return (handle as FileSystemFileHandle & { createSyncAccessHandle(): Promise<DiskFile> }).createSyncAccessHandle();
}
