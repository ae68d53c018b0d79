/** What the user can do about the model and the device. Every action ends in the state; none throws. */
import { engine, noteRequest, releaseRows } from "../engine";
import { toError } from "../error";
import { loadIdentified } from "../identity";
import type { Progress } from "../progress";
import type { DeviceChoice, Precision } from "../protocol";
import { store, type ModelSource } from "../state";
import { download, type Download } from "../store/downloads";
import { findModel } from "../store/files";
import { DEMONSTRATIONS, demonstration } from "../store/demonstrations";
import { builtinModel } from "../store/site";
import { checkSizes } from "../store/sizes";
import { known } from "../store/published";
import { storedFile, type StoredModel } from "../store/stored";
import { readAgain } from "./sequences";
import { checkedId } from "../store/hub";

let attempt = 0;
let current: Download | null = null;
/** The files of the loaded model, for saving it and for other weights. */
let loaded: Found | null = null;
/** Saving reads the files of a model; they stay until then. */
let reading: Promise<unknown> = Promise.resolve();

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
    const published = known(id);
    const job = download({ hub, id: checkedId(id), published }, showProgress, noteRequest);
    current = job;
    const files = await job.files.finally(() => {
      if (current === job) current = null;
    });
    const revision = published?.revision ?? null;
    const source = `${hub}/${id.trim()}${revision === null ? "" : `, revision ${revision}`}`;
    return { files, source, fromHub: true, release: job.release };
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

/** Keeps the files of the loaded model on the disk until `work` has ended, also if another model takes its place. */
export function whileReading<T>(work: Promise<T>): Promise<T> {
  reading = Promise.allSettled([reading, work]);
  return work;
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
  /** They came from the hub under the name that was asked for. */
  fromHub?: boolean;
  /** Gives up what the files take on the disk. */
  release?: () => void;
}
type Source = () => Promise<Found>;

async function load(wanted: string, phase: "downloading" | "loading", find: Source): Promise<void> {
  current?.cancel();
  attempt += 1;
  const mine = attempt;
  store.patch("model", { phase, wanted, progress: null, error: null });
  let found: Found | null = null;
  try {
    found = await find();
    const { files, source, quantized = false, fromHub = false } = found;
    if (mine !== attempt) return release(found);
    store.patch("model", { phase: "loading", progress: null });
    checkSizes(files);
    const { weights, wanted: name } = store.state.model;
    // A quantized file keeps its own precision, and others are read as f32 by default.
    const request = { name, source, ...(quantized || weights === "f32" ? {} : { weights }) };
    // Until the new model is ready, the one before stays in use.
    const { report, identity } = await loadIdentified(engine, files, request, fromHub, showProgress);
    const before = loaded;
    loaded = found;
    if (before !== found) release(before);
    releaseRows();
    store.patch("model", { report, identity, ...(mine === attempt ? { phase: "ready" as const, progress: null } : {}) });
    if (mine === attempt) await readAgain();
  } catch (thrown) {
    if (found !== loaded) release(found);
    if (mine === attempt) store.patch("model", { phase: "failed", error: toError(thrown), progress: null });
  }
}

/** Removes downloaded files that no model needs any more. */
function release(found: Found | null): void {
  const { release } = found ?? {};
  if (release !== undefined) void reading.then(release);
}

function showProgress(progress: Progress): void {
  store.patch("model", { progress });
}
