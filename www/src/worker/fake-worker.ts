/**
 * A worker for unit tests: the calls that it is given answer through comlink and a real message channel, in this
 * thread. It can break as a browser's worker does, and it notes when it was ended.
 */
import { expose } from "comlink";

/** The answers of a fake worker, by the names of the calls. */
export type Calls = Record<string, (...args: never[]) => unknown>;

/** What the code under test takes for a `Worker`. */
export class FakeWorker {
  terminated = false;
  readonly #near: MessagePort;
  readonly #far: MessagePort;
  readonly #onError: ((event: ErrorEvent) => void)[] = [];

  constructor(calls: Calls) {
    const { port1, port2 } = new MessageChannel();
    [this.#near, this.#far] = [port1, port2];
    expose(calls, port2);
    port1.start();
  }

  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.#near.postMessage(message, transfer);
  }

  addEventListener(type: string, listener: (event: never) => void): void {
    if (type === "error") this.#onError.push(listener as (event: ErrorEvent) => void);
    else this.#near.addEventListener(type as "message", listener as (event: MessageEvent) => void);
  }

  removeEventListener(type: string, listener: (event: never) => void): void {
    this.#near.removeEventListener(type as "message", listener as (event: MessageEvent) => void);
  }

  /** Something in the worker throws, with nobody there to catch it. */
  crash(message: string): void {
    for (const listener of this.#onError) listener({ message, preventDefault: () => undefined } as ErrorEvent);
  }

  terminate(): void {
    this.terminated = true;
    this.#near.close();
    this.#far.close();
  }
}
