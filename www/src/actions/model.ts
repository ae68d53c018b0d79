/** What the user can do about the model and the device. Every action ends in the state; none throws. */
import { engine, forgetResults, noteRequest } from "../engine";
import { toError } from "../error";
import type { DeviceChoice, Progress, WeightsChoice } from "../session";
import { store, type ModelSource } from "../state";
import { download, type Download } from "../store/downloads";
import { findModel } from "../store/files";
import { DEMONSTRATIONS, demonstration } from "../store/demonstrations";
import { builtinModel } from "../store/site";
import { readAgain } from "./sequences";
import { checkedId } from "../store/hub";

let attempt = 0;
let current: Download | null = null;

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
    return { files: found.files, source: "files from disk", weights: store.state.model.weights };
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
    return { files, source: `${hub}/${id.trim()}`, weights: store.state.model.weights };
  });
}

/** Stops a download. */
export function cancelDownload(): void {
  current?.cancel();
}

/** Computes elsewhere from now on. */
export async function setDevice(choice: DeviceChoice): Promise<void> {
  store.patch("engine", { choice, phase: "restarting" });
  await engine.setDevice(choice).catch(() => undefined);
}

/** Embeds with so many CPU workers from now on. */
export async function setWorkers(workers: number): Promise<void> {
  store.patch("engine", { workers });
  await engine.setWorkers(workers).catch(() => undefined);
}

/** The hub's address: a laboratory may point the page to its own mirror. */
export function hubAddress(): string {
  const meta = document.querySelector<HTMLMetaElement>('meta[name="crossgrain-hub"]');
  return (meta?.content ?? "https://huggingface.co").replace(/\/+$/, "");
}

type Source = () => Promise<{ files: Record<string, Blob>; source: string; weights?: WeightsChoice }>;

async function load(wanted: string, phase: "downloading" | "loading", find: Source): Promise<void> {
  current?.cancel();
  attempt += 1;
  const mine = attempt;
  store.patch("model", { phase, wanted, progress: null, error: null });
  try {
    const { files, ...options } = await find();
    if (mine !== attempt) return;
    // Only now does the engine let go of the model before; until here a failure leaves that one in use.
    store.patch("model", { report: null });
    forgetResults();
    const report = await engine.loadModel(files, { name: store.state.model.wanted, ...options }, showProgress);
    if (mine !== attempt) return;
    store.patch("model", { phase: "ready", report, progress: null });
    await readAgain();
  } catch (thrown) {
    if (mine === attempt) store.patch("model", { phase: "failed", error: toError(thrown), progress: null });
  }
}

function showProgress(progress: Progress): void {
  store.patch("model", { progress });
}
