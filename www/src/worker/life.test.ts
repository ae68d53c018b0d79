import { afterEach, expect, test, vi } from "vitest";
import { fakeNavigator } from "../store/fake-storage";
import { ENDED, lifeName, showLife, watchLife } from "./life";

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A worker and the channel through which it speaks. */
class Speaker extends EventTarget {
  say(data: unknown): void {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/** Runs the worker's side in this thread. */
function show(worker: Speaker, name: string): void {
  vi.stubGlobal("self", { name, postMessage: (sign: unknown) => worker.say(sign) });
  showLife();
}

test("names differ", () => expect(new Set([lifeName(), lifeName(), lifeName()]).size).toBe(3));

test("a worker that ends gives up its lock, and its owner learns it once", async () => {
  const { navigator, held } = fakeNavigator();
  // A lock that its holder gives up when the worker ends.
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const request = (name: string, work: () => unknown): Promise<unknown> =>
    (navigator as { locks: LockManager }).locks.request(name, () => Promise.race([work(), ended]) as Promise<unknown>);
  vi.stubGlobal("navigator", { locks: { request } });
  const worker = new Speaker();
  const name = lifeName();
  const seen: string[] = [];
  watchLife(worker as unknown as Worker, name, true, (reason) => seen.push(reason));
  show(worker, name);
  await vi.waitFor(() => expect(held.has(name)).toBe(true));
  expect(seen).toEqual([]);
  end();
  await vi.waitFor(() => expect(seen).toEqual([ENDED]));
});

test("without locks the end of a channel says it", async () => {
  vi.stubGlobal("navigator", {});
  const worker = new Speaker();
  const name = lifeName();
  const seen: string[] = [];
  watchLife(worker as unknown as Worker, name, true, (reason) => seen.push(reason));
  const { port1, port2 } = new MessageChannel();
  worker.say({ alive: "somebody else" });
  worker.say({ alive: name, port: port2 });
  expect(seen).toEqual([]);
  port1.close();
  await vi.waitFor(() => expect(seen).toEqual([ENDED]));
});

test("a worker that never begins is reported after ten seconds, one that waits for the network is not", () => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", {});
  const seen: string[] = [];
  watchLife(new Speaker() as unknown as Worker, lifeName(), true, (reason) => seen.push(`contained: ${reason}`));
  watchLife(new Speaker() as unknown as Worker, lifeName(), false, (reason) => seen.push(`importing: ${reason}`));
  const begun = new Speaker();
  const name = lifeName();
  watchLife(begun as unknown as Worker, name, true, (reason) => seen.push(`begun: ${reason}`));
  begun.say({ alive: name });
  vi.advanceTimersByTime(9_000);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(seen).toEqual(["contained: it did not start in 10 s"]);
});

test("a worker of somebody else is left alone", () => {
  const say = vi.fn();
  vi.stubGlobal("self", { name: "theirs", postMessage: say });
  showLife();
  expect(say).not.toHaveBeenCalled();
});
