/** The page's one engine, with its phase and its requests written into the state. */
import { AnalysisClient, defaultDevice } from "./analysis/client";
import { initialState, store } from "./state";
import type { RequestEntry } from "./requests";
import { WorkerPool } from "./pool";

/** The compute workers of this page. */
export const engine = new WorkerPool("auto", 1, {
  onPhase: (phase, device, error) => {
    store.patch("engine", { phase, error, ...(device === null ? {} : { device }) });
    // A new worker gets the model and the sequences again, but the rows of the old worker are lost.
    if (phase !== "ready") forgetResults();
  },
  onRequest: noteRequest,
});

/** The analysis worker of this page. */
export const analyses = new AnalysisClient(() => defaultDevice(store.state.engine.device));

/** Adds one request to the list that the privacy panel shows. */
export function noteRequest(request: RequestEntry): void {
  store.set("requests", [...store.state.requests, request]);
}

/** Drops everything that was computed from the current model and sequences. */
export function forgetResults(): void {
  const empty = initialState();
  if (store.state.run.report === null && store.state.map.drawn === null) return;
  store.patch("run", {
    report: null,
    methods: null,
    shown: null,
    ...(store.state.run.phase === "done" ? { phase: "idle" as const } : {}),
  });
  const { colourBy, options } = store.state.map;
  store.set("map", { ...empty.map, colourBy, options });
  store.set("jobs", { ...empty.jobs, codons: store.state.jobs.codons });
  store.set("exported", empty.exported);
}
