/** The owner of the download worker: started with the first download, ended after it. */
import { proxy, wrap } from "comlink";
import { CrossgrainError, toError } from "../error";
import type { OnRequest } from "../requests";
import type { OnProgress } from "../progress";
import { onFailure } from "../worker/life";
import { startDownloadWorker } from "../worker/start";
import type { HubRequest } from "./hub";
import { beginIncoming, type Incoming } from "./incoming";
import type { HubWorker } from "./hub.worker";
import workerAddress from "./hub.worker.ts?worker&url";

/** A download that can be waited for and cancelled. */
export interface Download {
  files: Promise<Record<string, Blob>>;
  cancel(): void;
  /** Removes the files from the disk, once no model needs them. A download that failed does so by itself. */
  release(): void;
}

/** Starts fetching a model's files. */
export function download(request: Omit<HubRequest, "incoming">, onProgress: OnProgress, onRequest: OnRequest): Download {
  const worker = startDownloadWorker(workerAddress);
  const remote = wrap<HubWorker>(worker);
  let stopped = false;
  let folder: Incoming | null = null;
  const release = (): void => {
    void folder?.end();
    folder = null;
  };
  const lost = new Promise<never>((_, reject) => onFailure(worker, (message) => reject(workerLost(message))));
  const { published, hub, id } = request;
  const fetching = beginIncoming(`${id}-${published?.revision ?? "main"}-${hub}`).then((begun) => {
    folder = begun;
    const answer = remote.fetch({ ...request, incoming: begun?.key ?? null }, proxy(onProgress), proxy(onRequest));
    if (stopped) void remote.cancel();
    return answer;
  });
  const files = Promise.race([fetching, lost])
    .finally(() => worker.terminate())
    .catch((thrown: unknown) => {
      release();
      throw toError(thrown);
    });
  const cancel = (): void => {
    stopped = true;
    void remote.cancel();
  };
  return { files, cancel, release };
}

function workerLost(message: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.worker_failed",
    message: `the download stopped unexpectedly (${message || "its program could not be loaded"})`,
    hint: "load the model again; if it happens twice, reload the page",
  });
}
