/** Clusters of similar sequences: a column to colour by, and groups that folds can keep together. */
import { isOpen } from "../analysis/control";
import { engine } from "../engine";
import { CrossgrainError } from "../error";
import { CLUSTERS } from "../grouping";
import { shownRun } from "../metadata";
import type { SequenceClustersResponse } from "../protocol";
import { listener, type Call } from "../rpc";
import { store, type State } from "../state";
import { runJob } from "./jobs";
import { colourBy } from "./map";

/** Why the shown records cannot be clustered now, in a sentence; null when they can. */
export function clusterObstacle(state: State): string | null {
  const run = shownRun(state);
  const { sequences, engine: worker } = state;
  if (sequences.report === null || run === null) return "There are no sequences on show.";
  // Joined runs and vectors from a file may be of the open sequences: then their names fit.
  const fits = run.settings === null ? names(state, run.ids) : isOpen(sequences, run.settings);
  if (!fits) return "The letters of these sequences are needed: open their file again, read in the same way.";
  return worker.phase === "ready" ? null : "The engine is starting.";
}

function names({ sequences }: State, ids: readonly string[]): boolean {
  const known = new Set(sequences.report?.ids);
  return ids.some((id) => known.has(id) || known.has(id.replace(/\/\d+$/, "")));
}

type EngineRemote = Parameters<Call<unknown>>[0];

/** Finds the clusters and colours by them. */
export function findClusters(identity: number | null): Promise<void> {
  return runJob("clusters", async ({ signal, onProgress }) => {
    const ids = store.state.sequences.report?.ids ?? [];
    signal?.addEventListener("abort", () => void engine.cancel(), { once: true });
    const ask = (worker: EngineRemote): Promise<SequenceClustersResponse> =>
      worker.ask("sequenceClusters", { identity }, listener(onProgress)) as Promise<SequenceClustersResponse>;
    const answer = await engine.call(ask);
    if (answer.clusters.length !== ids.length || store.state.sequences.report?.ids !== ids) {
      throw new CrossgrainError({
        code: "clusters.other_sequences",
        message: "other sequences were opened meanwhile",
        hint: "find the clusters again",
      });
    }
    store.set("clusters", { ids, values: Array.from(answer.clusters, (cluster) => `cluster ${cluster}`), identity: answer.identity });
    colourBy(CLUSTERS);
    return answer;
  });
}
