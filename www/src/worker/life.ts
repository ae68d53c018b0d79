/**
 * How the owner of a worker learns that it has ended without a word: by `self.close()`, or because the browser took it
 * away. A worker has no event for that, and one that computes answers no ping, so silence proves nothing. Instead each
 * worker holds a lock of its own name as long as it lives, and its owner waits for that lock: a browser gives it up with the
 * worker, however busy that was. A page without a secure connection has no locks: there the far end of a message
 * channel closes with the worker, in browsers that report it.
 */

/** What is reported of a worker that ended. */
export const ENDED = "the browser ended the worker";
/** What is reported of a worker that never began. */
const SILENT = "it did not start in 10 s";

const NAME = "crossgrain-worker-";
/** A worker that has said nothing after this time is taken for dead. Slow devices need a second. */
const START_MS = 10_000;
/** Time is counted in short steps, so that a computer that slept does not count its sleep. */
const STEP_MS = 250;

/** What a worker says first. */
interface Sign {
  alive: string;
  port: MessagePort;
}

let workers = 0;
/** Who wants to know of the end of a worker. An error event of our own would not do: WebKit gives an ended worker none. */
const owners = new WeakMap<Worker, (message: string) => void>();

/** Calls `listener` when a worker fails outside its answers: by an error event, or because it has ended. */
export function onFailure(worker: Worker, listener: (message: string) => void): void {
  worker.addEventListener("error", (event) => {
    event.preventDefault();
    listener(event.message);
  });
  owners.set(worker, listener);
}

/** Reports the end of a worker to its owner. */
export function reportEnd(worker: Worker, message: string): void {
  owners.get(worker)?.(message);
}

/** A name that no other worker of this origin has. */
export function lifeName(): string {
  workers += 1;
  const random = crypto.getRandomValues(new Uint32Array(2)).join("-");
  return `${NAME}${random}-${workers}`;
}

/**
 * Calls `onEnd` once, when the worker called `name` has ended or, if it should begin `atOnce`, does not. It may have been
 * ended by its owner.
 */
export function watchLife(
  worker: Worker,
  name: string,
  atOnce: boolean,
  onEnd: (reason: string) => void,
): void {
  let ended = false;
  const end = (reason: string): void => {
    if (ended) return;
    ended = true;
    onEnd(reason);
  };
  let waited = 0;
  const clock = setInterval(() => {
    waited += STEP_MS;
    if (!atOnce || waited < START_MS) return;
    clearInterval(clock);
    end(SILENT);
  }, STEP_MS);
  // In Node, which runs the unit tests, a timer keeps the process alive.
  (clock as unknown as { unref?: () => void }).unref?.();
  const hear = ({ data }: MessageEvent<Partial<Sign> | null>): void => {
    if (data?.alive !== name) return;
    worker.removeEventListener("message", hear);
    clearInterval(clock);
    data.port?.addEventListener("close", () => end(ENDED));
    data.port?.start();
    const locks = navigator.locks as LockManager | undefined;
    void locks?.request(name, () => end(ENDED)).catch(() => undefined);
  };
  worker.addEventListener("message", hear);
}

/** Kept for as long as the worker lives: a port that is swept up closes its other end. */
let far: MessagePort | null = null;

/** Takes this worker's lock and says so; called once by the script of every worker. */
export function showLife(): void {
  const name = self.name;
  if (!name.startsWith(NAME)) return;
  const { port1, port2 } = new MessageChannel();
  far = port1;
  far.start();
  const say = (): void => (self as unknown as Worker).postMessage({ alive: name, port: port2 } satisfies Sign, [port2]);
  const locks = navigator.locks as LockManager | undefined;
  if (locks === undefined) return say();
  const hold = (): Promise<never> => {
    say();
    return new Promise(() => undefined);
  };
  void locks.request(name, hold).catch(say);
}
