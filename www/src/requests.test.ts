import { expect, test, vi } from "vitest";
import { watchRequests, type RequestEntry } from "./requests";

/** Stands for the browser's list of requests. */
class FakeObserver {
  static made: FakeObserver[] = [];
  observed: unknown = null;
  stopped = false;
  constructor(readonly listener: (list: { getEntries: () => unknown[] }) => void) {
    FakeObserver.made.push(this);
  }
  observe(options: unknown): void {
    this.observed = options;
  }
  disconnect(): void {
    this.stopped = true;
  }
}

test("requests are reported with scope, address, kind, time and size; earlier ones too", () => {
  vi.stubGlobal("PerformanceObserver", FakeObserver);
  const seen: RequestEntry[] = [];
  const stop = watchRequests("engine", (request) => seen.push(request));
  const [observer] = FakeObserver.made;
  expect(observer?.observed).toEqual({ type: "resource", buffered: true });
  observer?.listener({
    getEntries: () => [
      { name: "https://site/a.js", initiatorType: "script", startTime: 5, encodedBodySize: 12 },
      { name: "https://hub/b", initiatorType: "", startTime: 7, encodedBodySize: 0 },
    ],
  });
  expect(seen).toEqual([
    { scope: "engine", url: "https://site/a.js", kind: "script", at: performance.timeOrigin + 5, bytes: 12 },
    { scope: "engine", url: "https://hub/b", kind: "other", at: performance.timeOrigin + 7, bytes: null },
  ]);
  expect(observer?.stopped).toBe(false);
  stop();
  expect(observer?.stopped).toBe(true);
});
