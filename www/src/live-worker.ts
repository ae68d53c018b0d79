/** One compute worker while it lives: its calls, each raced against its end, and its end. */
import { releaseProxy, wrap, type Remote } from "comlink";
import { CrossgrainError, toError } from "./error";
import type { EngineWorker } from "./worker/engine.worker";
import { ENDED, onFailure } from "./worker/life";
import { startConfinedWorker } from "./worker/start";

/** One call of a worker. */
export type Call<T> = (worker: Remote<EngineWorker>) => Promise<T>;

/** A call under way. */
export interface InFlight {
  /** Ends the call with this error; the worker is not touched. */
  abandon(reason: CrossgrainError): void;
}

/** A worker with its calls. */
export class LiveWorker {
  readonly remote: Remote<EngineWorker>;
  readonly #worker: Worker;
  /** The call under way; null between calls. */
  inFlight: InFlight | null = null;
  /** Whether its first call has succeeded. */
  started = false;
  #over = false;
  #failed: CrossgrainError | null = null;

  /** Starts a worker; `onFail` is called once if it fails between two calls. A call under way is rejected instead. */
  constructor(script: string, onFail: (error: CrossgrainError) => void) {
    this.#worker = startConfinedWorker(script);
    onFailure(this.#worker, (message) => {
      if (this.#over) return;
      const error = failure(message, this.started);
      this.#failed = error;
      if (this.inFlight === null) onFail(error);
      else this.inFlight.abandon(error);
    });
    this.remote = wrap<EngineWorker>(this.#worker);
  }

  /** One call, raced against the end of the worker. */
  async guard<T>(call: Call<T>): Promise<T> {
    if (this.#failed !== null) throw this.#failed;
    let inFlight: InFlight | null = null;
    const lost = new Promise<never>((_, abandon) => (inFlight = { abandon }));
    this.inFlight = inFlight;
    try {
      return await Promise.race([call(this.remote), lost]);
    } catch (thrown) {
      throw toError(thrown);
    } finally {
      if (this.inFlight === inFlight) this.inFlight = null;
    }
  }

  /** Ends the worker. A call under way is left to its owner. */
  end(): void {
    if (this.#over) return;
    this.#over = true;
    this.remote[releaseProxy]();
    this.#worker.terminate();
  }
}

/** The error of a worker that failed outside its answers: its script did not load, it threw, or it has ended. */
function failure(message: string, started: boolean): CrossgrainError {
  if (!started)
    return new CrossgrainError({
      code: "engine.worker_failed",
      message: `the engine did not start (${message || "its program could not be loaded"})`,
      hint: "reload the page; the site may be incomplete or blocked by a browser extension",
    });
  if (message === ENDED)
    return new CrossgrainError({
      code: "engine.worker_ended",
      message: "the browser ended a worker of the engine",
      hint: "the engine has been restarted with the same model and sequences; start again, and close other tabs if it happens twice",
    });
  return new CrossgrainError({
    code: "engine.trap",
    message: `the engine stopped unexpectedly (${message})`,
    hint: "the engine has been restarted; try again, with fewer or shorter sequences if it happens twice",
  });
}
