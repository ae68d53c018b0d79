/**
 * A queue of one: the next task starts when the last has ended, whichever way it ended. A worker answers one call at a
 * time (an asynchronous wasm method holds its object until it returns), so every call goes through here.
 */
export class Sequencer {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs `task` after everything queued before it. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const slot = this.#tail.then(task);
    this.#tail = slot.catch(() => undefined);
    return slot;
  }
}
