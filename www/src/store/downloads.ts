/** The owner of the download worker: started with the first download, ended after it. */
import { proxy, wrap } from "comlink";
import { toError } from "../error";
import type { OnRequest } from "../requests";
import type { OnProgress } from "../progress";
import { startDownloadWorker } from "../worker/start";
import type { HubRequest } from "./hub";
import { beginIncoming } from "./incoming";
import type { HubWorker } from "./hub.worker";
import workerAddress from "./hub.worker.ts?worker&url";

/** A download that can be waited for and cancelled. */
export interface Download {
  files: Promise<Record<string, Blob>>;
  cancel(): void;
}

/** Starts fetching a model's files. */
export function download(request: Omit<HubRequest, "incoming">, onProgress: OnProgress, onRequest: OnRequest): Download {
  const worker = startDownloadWorker(workerAddress);
  const remote = wrap<HubWorker>(worker);
  let stopped = false;
  const files = beginIncoming()
    .then((incoming) => {
      const fetching = remote.fetch({ ...request, incoming }, proxy(onProgress), proxy(onRequest));
      if (stopped) void remote.cancel();
      return fetching;
    })
    .catch((thrown: unknown) => {
      throw toError(thrown);
    })
    .finally(() => worker.terminate());
  const cancel = (): void => {
    stopped = true;
    void remote.cancel();
  };
  return { files, cancel };
}
