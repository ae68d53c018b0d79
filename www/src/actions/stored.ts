/** What the user can do about models saved in this browser. Every action ends in the state; none throws. */
import { toError } from "../error";
import type { Precision } from "../protocol";
import { store } from "../state";
import { sweepIncoming } from "../store/incoming";
import { saveModel } from "../store/saver";
import { deleteForeign, deleteStored, foreignFiles, onStoredChange, storedModels, sweepStored, type ForeignFile, type StoredModel } from "../store/stored";
import { loadedFiles, whileReading } from "./model";

let saving: AbortController | null = null;

/** Lists saved models, also whenever another tab changes them, and removes files that closed tabs have left behind. */
export async function listStored(): Promise<void> {
  onStoredChange(() => void show());
  await sweepStored().catch(() => undefined);
  await show();
  await sweepIncoming().catch(() => undefined);
}

async function show(): Promise<void> {
  const [models, foreign] = await Promise.all([storedModels().catch(() => []), foreignFiles().catch(() => [])]);
  store.patch("stored", { models, foreign });
}

/** Saves the loaded model in this precision. */
export async function saveLoaded(weights: Precision): Promise<void> {
  const files = loadedFiles();
  const { report } = store.state.model;
  if (files === null || report === null || saving !== null) return;
  const controller = new AbortController();
  saving = controller;
  store.patch("stored", { phase: "saving", progress: null, error: null });
  try {
    const { name, weightsSha256 } = report;
    const onProgress = (progress: typeof store.state.stored.progress): void => store.patch("stored", { progress });
    await whileReading(saveModel(files, { name, weightsSha256, weights }, { onProgress, signal: controller.signal }));
  } catch (thrown) {
    if (!controller.signal.aborted) store.patch("stored", { error: toError(thrown) });
  }
  saving = null;
  store.patch("stored", { phase: "idle", progress: null });
  await show();
}

/** Stops saving. */
export function cancelSave(): void {
  saving?.abort();
}

/** Deletes a saved model; the model in use stays in use. */
export function forgetStored(model: StoredModel): Promise<void> {
  return deleting(() => deleteStored(model.id));
}

/** Deletes a file that this program did not make. */
export function forgetForeign(file: ForeignFile): Promise<void> {
  return deleting(() => deleteForeign(file.name));
}

async function deleting(work: () => Promise<void>): Promise<void> {
  store.patch("stored", { phase: "deleting", error: null });
  await work().catch((thrown: unknown) => store.patch("stored", { error: toError(thrown) }));
  store.patch("stored", { phase: "idle" });
  await show();
}
