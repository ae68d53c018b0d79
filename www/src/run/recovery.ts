/**
 * What a run does after a failure. A worker that trapped, ran out of memory or was ended by the browser, and a GPU that
 * was lost, are started again, and the run goes on with what is not finished. What fails again is tried in halves, for which the
 * memory may suffice. A GPU that is lost twice gives way to the CPU. A single sequence that fails there too is
 * left out while the others are computed. Refusals of the input end the run.
 */
import type { CrossgrainError } from "../error";
import type { DeviceKind } from "../protocol";

/** Failures that another try may survive. */
const SURVIVABLE = ["device.failed", "engine.trap", "engine.out_of_memory", "engine.worker_ended", "engine.worker_failed"];
/** Losses of a GPU in one run after which the CPU goes on. */
const LOSSES_MAX = 2;
/** Tries of the same records. */
const TRIES_MAX = 3;

/** Sequences that are left out before the run is given up: then it is not the sequences. */
const LEFT_MAX = 3;

/** What comes next: the same again, the same in two halves, the rest on the CPU, or the rest without this sequence. */
export type Step = "again" | "halves" | "cpu" | "leave";

/** What was tried: how often, this time included, how many records it were, and on what. */
export interface Tried {
  tries: number;
  records: number;
  on: DeviceKind;
}

/** An interruption that a run survived. */
export interface Interruption {
  code: string;
  /** What happened and what was done, in one sentence. */
  sentence: string;
}

/** The failures of one run so far. */
export class Recovery {
  #losses = 0;
  #left = 0;

  /** What to do after this failure; null if the run ends with it. */
  after({ code }: CrossgrainError, { tries, records, on }: Tried): Step | null {
    if (!SURVIVABLE.includes(code)) return null;
    if (code === "device.failed" && on === "webgpu") {
      this.#losses += 1;
      return this.#losses >= LOSSES_MAX ? "cpu" : "again";
    }
    if (tries < 2) return "again";
    if (records > 1) return "halves";
    if (tries < TRIES_MAX) return "again";
    if (on === "webgpu") return "cpu";
    this.#left += 1;
    return this.#left < LEFT_MAX ? "leave" : null;
  }
}

const HAPPENED: Record<string, string> = {
  "device.failed": "The GPU stopped",
  "engine.out_of_memory": "The memory did not suffice",
  "engine.worker_ended": "The browser ended a worker of the engine",
};

/** An interruption in words. `finished` of `total` sequences had their rows. */
export function interruption({ code }: CrossgrainError, step: Step, finished: string, cpu: boolean): Interruption {
  const what = HAPPENED[code] ?? "The engine stopped unexpectedly";
  const then =
    step === "cpu" || cpu
      ? "the CPU computed the rest, and its numbers may differ from those of the GPU by up to 6e-4"
      : step === "halves"
        ? "it was started again, and the run went on in smaller steps"
        : step === "leave"
          ? "one sequence was left out, and the run went on"
          : "it was started again, and the run went on";
  return { code, sentence: `${what} after ${finished}: ${then}. No finished vector was lost.` };
}
