/** One analysis at a time per card: its progress, its answer or its error end in the state; none throws. */
import type { Answers, Job, RunReport } from "../analysis/state";
import { toError } from "../error";
import type { RequestOptions } from "../progress";
import { store } from "../state";

type Part = keyof Answers;

const running = new Map<Part, AbortController>();

/**
 * Runs a job; a job of the same part that is still running is cancelled first. A job that answers nothing leaves the
 * part as it was before.
 */
export async function runJob<P extends Part>(
  part: P,
  job: (options: RequestOptions) => Promise<Answers[P] | undefined>,
): Promise<void> {
  running.get(part)?.abort();
  const controller = new AbortController();
  running.set(part, controller);
  const mine = (): boolean => running.get(part) === controller;
  put(part, { phase: "running", progress: null, error: null });
  try {
    const { report } = store.state.run;
    const answer = await job({
      signal: controller.signal,
      onProgress: (progress) => mine() && put(part, { progress }),
    });
    if (!mine()) return;
    if (answer === undefined) put(part, { phase: "idle", answer: null, progress: null });
    // Another run may have replaced the rows of this job.
    else if (part === "codons" || store.state.run.report === report) put(part, { phase: "done", answer, progress: null });
  } catch (thrown) {
    if (!mine()) return;
    if (controller.signal.aborted) put(part, { phase: "cancelled", progress: null });
    else put(part, { phase: "failed", error: toError(thrown), progress: null });
  } finally {
    if (mine()) running.delete(part);
  }
}

/** The last question of each part, and the rows that it was about. */
const questions = new Map<Part, { report: RunReport | null; ask: () => Promise<void> }>();

/** Keeps a question, so that it can be asked again once there is more to stand beside its answer. */
export function askedNow(part: Part, ask: () => Promise<void>): void {
  questions.set(part, { report: store.state.run.report, ask });
}

/** Asks the kept questions about these rows again that have an answer on show. */
export async function askAgain(report: RunReport): Promise<void> {
  for (const [part, question] of questions)
    if (question.report === report && store.state.run.report === report && store.state.jobs[part].answer !== null) await question.ask();
}

/** Stops an analysis. */
export function cancelJob(part: Part): void {
  running.get(part)?.abort();
}

/** Stops an analysis and forgets its answer. */
export function forgetJob(part: Part): void {
  cancelJob(part);
  running.delete(part);
  put(part, { phase: "idle", answer: null, error: null, progress: null });
}

function put<P extends Part>(part: P, fields: Partial<Job<Answers[P]>>): void {
  store.patch("jobs", { [part]: { ...store.state.jobs[part], ...fields } });
}
