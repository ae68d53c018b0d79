/** The link between the store and Lit: a component names the parts of the state it reads. */
import type { ReactiveController, ReactiveControllerHost } from "lit";
import { store, type State } from "./state";

/** Redraws a component when one of the parts it reads was replaced. */
export class Watch implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #parts: readonly (keyof State)[];
  #seen: readonly unknown[] = [];
  #stop: (() => void) | null = null;

  constructor(host: ReactiveControllerHost, ...parts: (keyof State)[]) {
    this.#host = host;
    this.#parts = parts;
    host.addController(this);
  }

  hostConnected(): void {
    this.#stop = store.subscribe(() => this.#compare());
  }

  hostDisconnected(): void {
    this.#stop?.();
  }

  #compare(): void {
    const now = this.#parts.map((part) => store.state[part]);
    if (now.every((value, index) => value === this.#seen[index])) return;
    this.#seen = now;
    this.#host.requestUpdate();
  }
}
