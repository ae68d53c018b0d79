/** A time limit for silence, which every sign of life extends. */

/** Ends a request that says nothing for too long. */
export class Silence {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #most: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  silent = false;

  constructor(outer: AbortSignal, most: number) {
    this.#outer = outer;
    this.#most = most;
    if (outer.aborted) this.#stop();
    outer.addEventListener("abort", this.#stop, { once: true });
    this.hear();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something has come. */
  hear(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.silent = true;
      this.#stop();
    }, this.#most);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#stop);
  }

  readonly #stop = (): void => this.#controller.abort();
}
