/** The call of a worker that saves a model: the compute worker's script without device, model or sequences. */
import { toNotice } from "../error";
import type { OnProgress, PackOptions } from "../session";
import { openDisk, type DiskFile } from "../store/disk";
import { full, modelsFolder, storageError } from "../store/stored";
import { checkPacked, packModel } from "../wasm/engine/crossgrain_wasm.js";
import { load } from "./load";

/** Part of what the worker offers. */
export const saverCalls = {
  /** Writes the model in `files` to the file `part` of the models' folder and reads it back. */
  savePacked: async (
    module: WebAssembly.Module,
    files: Record<string, Blob>,
    options: PackOptions,
    part: string,
    progress: OnProgress | null,
  ): Promise<void> => {
    const forward = progress === null ? undefined : (report: Parameters<OnProgress>[0]) => void progress(report);
    try {
      await load(module);
      const handle = await (await modelsFolder()).getFileHandle(part, { create: true });
      const access = await openDisk(handle);
      let length: number;
      try {
        length = packModel(files, options, (at: number, bytes: Uint8Array<ArrayBuffer>) => write(access, at, bytes), forward);
        access.flush();
      } finally {
        access.close();
      }
      const file = await handle.getFile();
      // A browser may take bytes that it then has no room for, and say nothing.
      if (file.size < length) throw full();
      checkPacked({ "model.safetensors": file }, forward);
    } catch (thrown) {
      throw toNotice(storageError(thrown));
    }
  },
};

/** All bytes or an error: a disk that is full may take some of them only. */
function write(access: DiskFile, at: number, bytes: Uint8Array<ArrayBuffer>): void {
  if (access.write(bytes, { at }) < bytes.byteLength) throw full();
}
