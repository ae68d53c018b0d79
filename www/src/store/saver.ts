/**
 * Saves a model in this browser: a worker of its own quantizes the model's files tensor by tensor straight into a file,
 * reads that back against its check sums, and only then the file gets its name. The engine can compute meanwhile, and a
 * cancel ends the worker.
 */
import { proxy, wrap } from "comlink";
import { CrossgrainError } from "../error";
import type { RequestOptions } from "../progress";
import type { SaveRequest } from "../protocol";
import type { EngineWorker } from "../worker/engine.worker";
import { onFailure } from "../worker/life";
import { startConfinedWorker } from "../worker/start";
import { engineProgram } from "./program";
import { alone, modelsFolder, remove, storageError, storedChanged, storedId, storedModels, storedNames, type StoredModel } from "./stored";

/**
 * Saves a model; one that is saved already is left as it is.
 *
 * Codes: `storage.unavailable`, `storage.full`, `model.quantized`, any `model.*` or `weights.*` code; an abort rejects
 * with the signal's reason.
 */
export function saveModel(
  files: Record<string, Blob>,
  request: SaveRequest,
  options: RequestOptions = {},
): Promise<StoredModel> {
  const id = storedId(request.weightsSha256, request.weights);
  return alone(async () => {
    options.signal?.throwIfAborted();
    const there = await find(id);
    if (there !== undefined) return there;
    const folder = await modelsFolder();
    const { part, whole } = storedNames(id);
    try {
      await write(files, request, part, options);
      await rename(folder, part, whole);
    } catch (thrown) {
      await remove(folder, part);
      if (options.signal?.aborted === true) throw options.signal.reason;
      throw storageError(thrown);
    }
    const saved = await find(id);
    if (saved !== undefined) {
      storedChanged();
      return saved;
    }
    throw new CrossgrainError({
      code: "storage.lost",
      message: "the saved model has disappeared",
      hint: "the browser may be short of storage: free some and save again",
    });
  });
}

async function find(id: string): Promise<StoredModel | undefined> {
  return (await storedModels()).find((model) => model.id === id);
}

async function write(
  files: Record<string, Blob>,
  request: SaveRequest,
  part: string,
  { onProgress, signal }: RequestOptions,
): Promise<void> {
  const { script, module } = await engineProgram();
  const worker = startConfinedWorker(script);
  let stop: (reason: unknown) => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => (stop = reject));
  const abort = (): void => stop(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  onFailure(worker, (message) => stop(workerStopped(message)));
  try {
    const remote = wrap<EngineWorker>(worker);
    const listener = onProgress === undefined ? null : proxy(onProgress);
    const work = remote.savePacked(module, files, request, part, listener);
    await Promise.race([work, stopped]);
  } finally {
    signal?.removeEventListener("abort", abort);
    worker.terminate();
  }
}

function workerStopped(message: string): CrossgrainError {
  return new CrossgrainError({
    code: "storage.save_stopped",
    message: `saving the model stopped unexpectedly (${message})`,
    hint: "the model in use is not affected, and nothing half was kept: save it again",
  });
}

/** Gives a file another name in its folder, in one step. */
async function rename(folder: FileSystemDirectoryHandle, from: string, to: string): Promise<void> {
  const handle = (await folder.getFileHandle(from)) as FileSystemFileHandle & { move(name: string): Promise<void> };
  await handle.move(to);
}
