/** One analysis at a time per card: its progress, its answer or its error end in the state; none throws. */
import type { Watching } from "../analysis/analyst";
import type { Answers, Work } from "../analysis/state";
import { toError } from "../error";
import { store } from "../state";

type Part = keyof Answers;

const running = new Map<Part, AbortController>();

/** Runs `job`; a job of the same part that is still running is cancelled first. */
export async function work<P extends Part>(part: P, job: (watching: Watching) => Promise<Answers[P]>): Promise<void> {
  running.get(part)?.abort();
  const controller = new AbortController();
  running.set(part, controller);
  const mine = (): boolean => running.get(part) === controller;
  put(part, { phase: "running", progress: null, error: null });
  try {
    const { run } = store.state;
    const answer = await job({
      signal: controller.signal,
      onProgress: (progress) => mine() && put(part, { progress }),
    });
    // Another run may have replaced the rows that this is about.
    if (mine() && (part === "codons" || store.state.run === run)) put(part, { phase: "done", answer, progress: null });
  } catch (thrown) {
    if (!mine()) return;
    if (controller.signal.aborted) put(part, { phase: "cancelled", progress: null });
    else put(part, { phase: "failed", error: toError(thrown), progress: null });
  } finally {
    if (mine()) running.delete(part);
  }
}

/** Stops an analysis. */
export function cancelWork(part: Part): void {
  running.get(part)?.abort();
}

/** Stops an analysis and forgets its answer. */
export function forgetWork(part: Part): void {
  cancelWork(part);
  running.delete(part);
  put(part, { phase: "idle", answer: null, error: null, progress: null });
}

function put<P extends Part>(part: P, fields: Partial<Work<Answers[P]>>): void {
  store.patch("works", { [part]: { ...store.state.works[part], ...fields } });
}
