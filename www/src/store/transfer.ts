/**
 * One file from a hub, however often the connection breaks: what has come stays on the disk, the next request asks for
 * the rest (`Range`, with `If-Range` where the hub names a version), and waits in between grow from one to eight seconds
 * or are as long as the hub asks for (`Retry-After`). A silent or creeping connection counts as broken. A file that is
 * larger than it can be is refused while it arrives.
 */
import { CrossgrainError } from "../error";
import { duration } from "../format";
import type { OnProgress } from "../progress";
import type { OnRequest } from "../requests";
import type { Receiver } from "./incoming";
import { Silence } from "./silence";
import { busy, cancelled, expands, retryAfter, timeout, truncated, unreachable, webPage, wrongRange } from "./transfer-errors";

/** How long a download waits, and how often it tries. */
export interface Patience {
  /** Milliseconds without an answer, or without a byte, after which a connection counts as broken. */
  silentMs: number;
  /** In this time at least `slowBytes` must arrive. */
  slowMs: number;
  slowBytes: number;
  /** Waits after failures in a row; any byte that arrives begins them again. */
  waitsMs: readonly number[];
  /** Longest wait that a hub may ask for. */
  longestWaitMs: number;
}

export const PATIENCE: Patience = {
  silentMs: 30_000,
  slowMs: 60_000,
  slowBytes: 64 * 1024,
  waitsMs: [1000, 2000, 4000, 8000],
  longestWaitMs: 120_000,
};

/** Receives the reports of a download, and stops it. */
export interface HubWatcher {
  onProgress: OnProgress;
  onRequest: OnRequest;
  signal: AbortSignal;
}

/** A file to fetch. */
export interface Wanted {
  url: string;
  /** Its name. */
  file: string;
  /** Whether the address always gives the same bytes, as that of a commit does. */
  pinned: boolean;
  /** Most bytes it may have. */
  mostBytes: number;
  /** The error of a larger one. */
  tooLarge: () => CrossgrainError;
  /** The error of a status that no further try can change; null if the file may be missing and is. */
  refusal: (status: number) => CrossgrainError | null;
}

/** At most ten progress reports a second. */
const PROGRESS_MS = 100;
/** A compressed answer may grow this much; weights hardly shrink. */
const EXPANSION = 20;
/** A hub that breaks off after every few bytes is given up. */
const MOST_TRIES = 200;

/** A failure that another try may repair. */
class Broken extends Error {
  constructor(
    readonly error: CrossgrainError,
    readonly retryAfterMs: number | null = null,
  ) {
    super(error.message);
  }
}

/** What the part on the disk does not fit; the file is asked for from its beginning. */
class Restart extends Error {}

/**
 * Fetches a file into `receiver`, which may hold its beginning already. Answers whether there is such a file.
 *
 * Codes: `hub.network`, `hub.timeout`, `hub.truncated`, `hub.wrong_range`, `hub.expands_too_far`,
 * `hub.html_instead_of_weights`, `hub.cancelled`, those of `wanted`.
 */
export async function transfer(wanted: Wanted, receiver: Receiver, watcher: HubWatcher, patience = PATIENCE): Promise<boolean> {
  let failures = 0;
  let restarts = 0;
  let ifRange = true;
  for (let tries = 1; ; tries += 1) {
    const before = receiver.bytes;
    try {
      return await attempt(wanted, receiver, watcher, patience, ifRange);
    } catch (thrown) {
      if (watcher.signal.aborted) throw cancelled();
      if (thrown instanceof Restart) {
        restarts += 1;
        receiver.restart();
        if (restarts <= 2) continue;
        throw wrongRange(wanted.file);
      }
      if (!(thrown instanceof Broken)) throw thrown;
      failures = receiver.bytes > before ? 1 : failures + 1;
      // A hub that does not allow the header answers the browser's question before the request with a refusal.
      if (receiver.bytes > 0 && thrown.error.code === "hub.network" && thrown.retryAfterMs === null) ifRange = !ifRange;
      const wait = Math.max(patience.waitsMs[failures - 1] ?? Infinity, thrown.retryAfterMs ?? 0);
      if (wait === Infinity || (thrown.retryAfterMs ?? 0) > patience.longestWaitMs || tries >= MOST_TRIES) throw thrown.error;
      const note = `${thrown.error.message}; the next try is in ${duration(wait / 1000)}`;
      watcher.onProgress({ stage: "downloading", done: receiver.bytes, total: receiver.total, unit: "bytes", note });
      await sleep(wait, watcher.signal);
    }
  }
}

async function attempt(
  wanted: Wanted,
  receiver: Receiver,
  watcher: HubWatcher,
  patience: Patience,
  ifRange: boolean,
): Promise<boolean> {
  const { url, file } = wanted;
  const started = Date.now();
  const have = resumable(wanted, receiver) ? receiver.bytes : 0;
  if (have === 0) receiver.restart();
  const guard = new Silence(watcher.signal, patience.silentMs);
  let response: Response;
  try {
    response = await fetch(url, {
      signal: guard.signal,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      ...(have === 0 ? {} : { headers: rangeHeaders(have, ifRange ? receiver.etag : null) }),
    });
  } catch (thrown) {
    guard.end();
    throw guard.silent ? new Broken(timeout(file, patience.silentMs)) : new Broken(unreachable(file, thrown));
  }
  const finalUrl = response.url === url || response.url === "" ? {} : { finalUrl: response.url };
  const note = (bytes: number): void =>
    watcher.onRequest({ scope: "downloads", url, kind: "fetch", at: started, bytes, ...finalUrl });
  try {
    // Without If-Range only the version in the answer says that the rest belongs to the beginning.
    const same = wanted.pinned || (ifRange && receiver.etag !== null) || response.headers.get("ETag") === receiver.etag;
    if (response.status === 206 && have > 0 && !same) throw new Restart();
    const there = await accept(response, wanted, receiver, have);
    if (there) await receive(response, wanted, receiver, watcher, patience, guard);
    else await response.body?.cancel();
    return there;
  } catch (thrown) {
    await response.body?.cancel().catch(() => undefined);
    throw thrown;
  } finally {
    guard.end();
    note(Math.max(0, receiver.bytes - have));
  }
}

/** Checks status and headers; answers false if there is no such file and need not be. */
async function accept(response: Response, wanted: Wanted, receiver: Receiver, have: number): Promise<boolean> {
  const { status, headers } = response;
  const { file } = wanted;
  if (status === 416 && have > 0) throw new Restart();
  if (status === 408 || status === 429 || status >= 500) throw new Broken(busy(status, file, headers), retryAfter(headers));
  if (!response.ok || status === 204) {
    const error = wanted.refusal(status);
    if (error === null) return false;
    throw error;
  }
  if ((headers.get("Content-Type") ?? "").includes("text/html")) throw webPage(file);
  const length = Number(headers.get("Content-Length") ?? "0");
  const etag = strong(headers.get("ETag"));
  if (status === 206) {
    if (have === 0) throw wrongRange(file);
    // Another origin may hide this header; the length then has to do.
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("Content-Range") ?? "");
    const total = range?.[2] === undefined || range[2] === "*" ? have + length : Number(range[2]);
    const other = range !== null && Number(range[1]) !== have;
    if (other || (receiver.total > 0 && length > 0 && total !== receiver.total)) throw new Restart();
    if (etag !== null && receiver.etag !== null && etag !== receiver.etag) throw new Restart();
    return true;
  }
  if (have > 0) receiver.restart();
  if (length > wanted.mostBytes) throw wanted.tooLarge();
  await receiver.describe(wanted.url, length, etag);
  return true;
}

/** Reads the body piece by piece and compares its size with the announced one. */
async function receive(
  response: Response,
  wanted: Wanted,
  receiver: Receiver,
  watcher: HubWatcher,
  patience: Patience,
  guard: Silence,
): Promise<void> {
  const { file } = wanted;
  const resumed = response.status === 206;
  const announced = receiver.total;
  const report = (): void =>
    watcher.onProgress({ stage: "downloading", done: receiver.bytes, total: announced === 0 ? 0 : Math.max(announced, receiver.bytes), unit: "bytes" });
  report();
  let reported = Date.now();
  let pace = { at: Date.now(), bytes: receiver.bytes };
  const reader = response.body?.getReader();
  try {
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      guard.hear();
      await receiver.take(part.value);
      if (receiver.bytes > wanted.mostBytes) throw wanted.tooLarge();
      if (announced > 0 && receiver.bytes > announced * EXPANSION + 2 ** 20) throw expands(file, announced, EXPANSION);
      const now = Date.now();
      if (now - pace.at >= patience.slowMs) {
        if (receiver.bytes - pace.bytes < patience.slowBytes) throw new Broken(timeout(file, patience.silentMs));
        pace = { at: now, bytes: receiver.bytes };
      }
      if (now - reported >= PROGRESS_MS) {
        reported = now;
        report();
      }
    }
  } catch (thrown) {
    if (thrown instanceof CrossgrainError || thrown instanceof Broken || watcher.signal.aborted) throw thrown;
    throw new Broken(guard.silent ? timeout(file, patience.silentMs) : truncated(file, receiver.bytes, announced));
  } finally {
    await reader?.cancel().catch(() => undefined);
  }
  // A compressed answer announces its compressed size, which is smaller: only a shorter file is incomplete.
  if (receiver.bytes < announced) throw new Broken(truncated(file, receiver.bytes, announced));
  if (resumed && announced > 0 && receiver.bytes !== announced) throw new Restart();
  report();
}

/** Whether the beginning that is there may be continued: the address is that of a commit, or the hub named a version. */
function resumable({ pinned, url }: Wanted, receiver: Receiver): boolean {
  return receiver.bytes > 0 && receiver.source === url && (pinned || receiver.etag !== null);
}

function rangeHeaders(have: number, etag: string | null): Record<string, string> {
  return { Range: `bytes=${have}-`, ...(etag === null ? {} : { "If-Range": etag }) };
}

/** A version that names bytes and not just a meaning. */
function strong(etag: string | null): string | null {
  return etag !== null && /^"[^"]+"$/.test(etag) ? etag : null;
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
  });
}
