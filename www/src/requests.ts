/**
 * The list of every request made since the page was opened, for the privacy panel. Each scope (page, engine worker,
 * download worker) reports what its own browser timeline shows: addresses and sizes, never contents.
 */

/** One request. */
export interface RequestEntry {
  /** Which part of the program asked. */
  scope: "page" | "engine" | "downloads";
  url: string;
  /** Where a redirect ended, if it was another address. */
  finalUrl?: string;
  /** What asked for it: script, fetch, link … */
  kind: string;
  /** Milliseconds since 1970. */
  at: number;
  /** Bytes received; null if the browser does not say. */
  bytes: number | null;
}
/** Receives requests as they end. */
export type OnRequest = (request: RequestEntry) => void;

/** Reports every request of this scope from its start until `stop` is called. */
export function watchRequests(scope: RequestEntry["scope"], report: OnRequest): () => void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) report(describe(scope, entry as PerformanceResourceTiming));
  });
  observer.observe({ type: "resource", buffered: true });
  return () => observer.disconnect();
}

function describe(scope: RequestEntry["scope"], entry: PerformanceResourceTiming): RequestEntry {
  return {
    scope,
    url: entry.name,
    kind: entry.initiatorType || "other",
    at: performance.timeOrigin + entry.startTime,
    // Another origin hides its sizes unless it opts in; 0 then means unknown.
    bytes: entry.encodedBodySize > 0 ? entry.encodedBodySize : null,
  };
}
