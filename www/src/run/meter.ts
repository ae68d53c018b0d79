/** Adds up the progress of chunks that are computed at the same time. */
import type { OnProgress, Progress } from "../progress";

/** Milliseconds between two reports of progress. */
const INTERVAL_MS = 100;

/** Progress of one chunk. */
export interface ChunkMeter {
  report: (report: Pick<Progress, "done" | "total">) => void;
  /** What was done of it is lost. */
  lost: () => void;
}

/** The progress of a run of `total` residues; `before` of them were finished when it began. */
export class Meter {
  readonly #start = performance.now();
  readonly #before: number;
  readonly #total: number;
  readonly #onProgress: OnProgress | undefined;
  #done: number;
  #last = 0;

  constructor(total: number, before: number, onProgress: OnProgress | undefined) {
    this.#total = total;
    this.#before = before;
    this.#done = before;
    this.#onProgress = onProgress;
  }

  /** The meter of a chunk of this number of residues. */
  chunk(residues: number): ChunkMeter {
    let share = 0;
    let over = false;
    const move = (now: number): void => {
      this.#done += (now - share) * residues;
      share = now;
      this.#emit();
    };
    return {
      report: ({ done, total }) => {
        // A report may arrive after the one that ended its chunk.
        if (!over) move(Math.max(share, total > 0 ? Math.min(1, done / total) : 0));
      },
      lost: () => {
        over = true;
        move(0);
      },
    };
  }

  #emit(): void {
    const now = performance.now();
    const done = Math.min(this.#total, Math.round(this.#done));
    if (this.#onProgress === undefined || (done < this.#total && now - this.#last < INTERVAL_MS)) return;
    this.#last = now;
    const residuesPerSecond = Math.max(0, ((done - this.#before) * 1000) / Math.max(1, now - this.#start));
    const secondsLeft = (this.#total - done) / Math.max(1e-3, residuesPerSecond);
    // Before anything was computed there is no pace yet.
    const pace = residuesPerSecond > 0 || done === this.#total ? { residuesPerSecond, secondsLeft } : {};
    this.#onProgress({ stage: "embedding", done, total: this.#total, unit: "residues", ...pace });
  }
}
