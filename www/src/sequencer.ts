/**
 * A queue of one: the next piece of work starts when the last has ended, whichever way it ended. The engine answers
 * one call at a time (an asynchronous wasm method holds its object until it returns), so every call goes through here.
 */
export class Sequencer {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `work` after everything queued before it. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#tail.then(work);
    this.#tail = turn.catch(() => undefined);
    return turn;
  }
}
