/** The owner of the download worker: started with the first download, ended after it. */
import { proxy, wrap } from "comlink";
import { toError } from "../error";
import type { OnRequest } from "../requests";
import type { OnProgress } from "../session";
import { startDownloadWorker } from "../worker/start";
import type { HubRequest } from "./hub";
import type { HubWorker } from "./hub.worker";
import workerAddress from "./hub.worker.ts?worker&url";

/** A download that can be waited for and cancelled. */
export interface Download {
  files: Promise<Record<string, Blob>>;
  cancel(): void;
}

/** Starts fetching a model's files. */
export function download(request: HubRequest, onProgress: OnProgress, onRequest: OnRequest): Download {
  const worker = startDownloadWorker(workerAddress);
  const remote = wrap<HubWorker>(worker);
  const files = remote
    .fetch(request, proxy(onProgress), proxy(onRequest))
    .catch((thrown: unknown) => {
      throw toError(thrown);
    })
    .finally(() => worker.terminate());
  return { files, cancel: () => void remote.cancel() };
}
