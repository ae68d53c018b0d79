/**
 * The download worker: the only part of the program that may reach another origin. It knows model ids and nothing else.
 */
import { expose } from "comlink";
import { toNotice } from "../error";
import type { OnRequest } from "../requests";
import type { OnProgress } from "../progress";
import { showLife } from "../worker/life";
import { fetchModel, type HubRequest } from "./hub";

let controller: AbortController | null = null;

const hub = {
  /** The files of a model; a second call cancels the first. */
  fetch: async (request: HubRequest, onProgress: OnProgress, onRequest: OnRequest): Promise<Record<string, Blob>> => {
    controller?.abort();
    controller = new AbortController();
    try {
      return await fetchModel(request, {
        onProgress: (progress) => void onProgress(progress),
        onRequest: (entry) => void onRequest(entry),
        signal: controller.signal,
      });
    } catch (thrown) {
      throw toNotice(thrown);
    }
  },
  cancel: (): void => controller?.abort(),
};

/** The worker as its owner sees it. */
export type HubWorker = typeof hub;

expose(hub);
showLife();
