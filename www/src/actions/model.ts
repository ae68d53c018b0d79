/** What the user can do about the model and the device. Every action ends in the state; none throws. */
import { engine, noteRequest, releaseRows } from "../engine";
import { toError } from "../error";
import type { Progress } from "../progress";
import type { DeviceChoice, LoadRequest, Precision } from "../protocol";
import { store, type ModelSource } from "../state";
import { download, type Download } from "../store/downloads";
import { findModel } from "../store/files";
import { DEMONSTRATIONS, demonstration } from "../store/demonstrations";
import { builtinModel } from "../store/site";
import { storedFile, type StoredModel } from "../store/stored";
import { readAgain } from "./sequences";
import { checkedId } from "../store/hub";

let attempt = 0;
let current: Download | null = null;
/** The files of the loaded model, for saving it and for other weights. */
let loaded: Loaded | null = null;

/** Shows the controls of a source; a demonstration model loads at once. */
export function chooseSource(source: ModelSource): void {
  store.patch("model", { source, error: null });
  const { report, demonstration } = store.state.model;
  if (source === "builtin" && report?.source !== `built-in ${demonstration}`) void loadBuiltin(demonstration);
}

/** Loads a demonstration model that comes with the site. */
export function loadBuiltin(id: string = DEMONSTRATIONS[0].id): Promise<void> {
  store.patch("model", { demonstration: id });
  return load(id, "loading", async () => ({
    files: await builtinModel(demonstration(id), document.baseURI),
    source: `built-in ${id}`,
  }));
}

/** Loads a model from files or a folder on disk. */
export function loadFiles(files: readonly File[]): Promise<void> {
  return load("the chosen files", "loading", async () => {
    const found = findModel(files);
    store.patch("model", { wanted: found.name });
    return { files: found.files, source: "files from disk" };
  });
}

/** Fetches a model by its id from the hub named in the page's head, and loads it. */
export function loadHub(id: string): Promise<void> {
  return load(id.trim(), "downloading", async () => {
    const hub = hubAddress();
    const job = download({ hub, id: checkedId(id) }, showProgress, noteRequest);
    current = job;
    const files = await job.files.finally(() => (current = null));
    store.patch("model", { phase: "loading", progress: null });
    return { files, source: `${hub}/${id.trim()}` };
  });
}

/** Loads a model saved in this browser. */
export function loadStored(model: StoredModel): Promise<void> {
  return load(model.name, "loading", async () => ({
    files: { "model.safetensors": await storedFile(model.id) },
    source: "saved in this browser",
    quantized: true,
  }));
}

/** Changes the precision of weights; the loaded model is read again, unless its file is quantized. */
export function chooseWeights(weights: Precision): Promise<void> {
  store.patch("model", { weights });
  const { report, wanted } = store.state.model;
  const from = loaded;
  if (from === null || report === null || report.quantized || report.precision === weights) return Promise.resolve();
  return load(wanted, "loading", () => Promise.resolve(from));
}

/** The files of the loaded model. */
export function loadedFiles(): Record<string, Blob> | null {
  return loaded?.files ?? null;
}

/** Stops a download. */
export function cancelDownload(): void {
  current?.cancel();
}

/** Changes the device. */
export async function setDevice(choice: DeviceChoice): Promise<void> {
  store.patch("engine", { choice, phase: "restarting" });
  await engine.setDevice(choice).catch(() => undefined);
}

/** Changes the number of CPU workers that embed. */
export async function setWorkers(workers: number): Promise<void> {
  store.patch("engine", { workers });
  await engine.setWorkers(workers).catch(() => undefined);
}

/** The hub's address: a laboratory may point the page to its own mirror. */
export function hubAddress(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="crossgrain-hub"]');
  return (meta?.content ?? "https://huggingface.co").replace(/\/+$/, "");
}

/** Files of a model, where they come from, and whether they are known to be quantized. */
interface Found {
  files: Record<string, Blob>;
  source: string;
  quantized?: boolean;
}
/** A loaded model, and what loads it again. */
interface Loaded extends Found {
  request: LoadRequest & { name: string };
}
type Source = () => Promise<Found>;

async function load(wanted: string, phase: "downloading" | "loading", find: Source): Promise<void> {
  current?.cancel();
  attempt += 1;
  const mine = attempt;
  store.patch("model", { phase, wanted, progress: null, error: null });
  try {
    const { files, source, quantized } = await find();
    if (mine !== attempt) return;
    // The engine drops the model before only now; until here, a failure leaves that model in use.
    const before = loaded;
    store.patch("model", { report: null });
    releaseRows();
    loaded = null;
    const { weights, wanted: name } = store.state.model;
    // A quantized file keeps its own precision, and others are read as f32 by default.
    const request = { name, source, ...(quantized === true || weights === "f32" ? {} : { weights }) };
    const report = await engine.loadModel(files, request, showProgress).catch(async (thrown: unknown) => {
      if (mine === attempt && before !== null) await restore(before, mine);
      throw thrown;
    });
    if (mine !== attempt) return;
    loaded = { files, source, request };
    store.patch("model", { phase: "ready", report, progress: null });
    await readAgain();
  } catch (thrown) {
    if (mine === attempt) store.patch("model", { phase: "failed", error: toError(thrown), progress: null });
  }
}

/** Loads the model that was in use before another was refused. */
async function restore(before: Loaded, mine: number): Promise<void> {
  const report = await engine.loadModel(before.files, before.request).catch(() => null);
  if (report === null || mine !== attempt) return;
  loaded = before;
  store.patch("model", { report, wanted: before.request.name });
}

function showProgress(progress: Progress): void {
  store.patch("model", { progress });
}
