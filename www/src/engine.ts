/** The page's one engine, with its phase and its requests written into the state. */
import { AnalysisClient, defaultDevice } from "./analysis/client";
import { store } from "./state";
import type { RequestEntry } from "./requests";
import { WorkerPool } from "./pool";

/** The compute workers of this page. */
export const engine = new WorkerPool("auto", 1, {
  onPhase: (phase, device, error) => {
    store.patch("engine", { phase, error, ...(device === null ? {} : { device }) });
    // A new worker gets the model and the sequences again, but not the rows; the page has kept those.
    if (phase !== "ready") releaseRows();
  },
  onRequest: noteRequest,
});

/** The analysis worker of this page. */
export const analyses = new AnalysisClient(() => defaultDevice(store.state.engine.device));

/** Adds one request to the list that the privacy panel shows. */
export function noteRequest(request: RequestEntry): void {
  store.set("requests", [...store.state.requests, request]);
}

/** The engine no longer holds the rows of a run; what the page has kept of it stays. */
export function releaseRows(): void {
  if (store.state.run.held !== null) store.patch("run", { held: null });
}
