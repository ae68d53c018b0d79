/** The call of a worker that saves a model: the compute worker's script without device, model or sequences. */
import { toNotice } from "../error";
import type { OnProgress } from "../progress";
import type { SaveRequest } from "../protocol";
import { openDisk, type DiskFile } from "../store/disk";
import { full, modelsFolder, storageError } from "../store/stored";
import { checkPacked, packModel } from "../wasm/engine/crossgrain_wasm.js";
import { forward } from "./guarded";
import { load } from "./load";

/** Part of what the worker offers. */
export const saverCalls = {
  /** Writes the model in `files` to the file `part` of the models' folder and reads it back. */
  savePacked: async (
    module: WebAssembly.Module,
    files: Record<string, Blob>,
    request: SaveRequest,
    part: string,
    progress: OnProgress | null,
  ): Promise<void> => {
    const listener = forward(progress);
    try {
      await load(module);
      const handle = await (await modelsFolder()).getFileHandle(part, { create: true });
      const access = await openDisk(handle);
      let length: number;
      try {
        length = packModel(files, request, (at: number, bytes: Uint8Array<ArrayBuffer>) => write(access, at, bytes), listener);
        access.flush();
      } finally {
        access.close();
      }
      const file = await handle.getFile();
      // A browser may accept bytes that it then has no room for, without an error.
      if (file.size < length) throw full();
      checkPacked({ "model.safetensors": file }, listener);
    } catch (thrown) {
      throw toNotice(storageError(thrown));
    }
  },
};

/** Writes all bytes or throws: a full disk may take only some of them. */
function write(access: DiskFile, at: number, bytes: Uint8Array<ArrayBuffer>): void {
  if (access.write(bytes, { at }) < bytes.byteLength) throw full();
}
