/** What a download of one file ends with, in words. */
import { CrossgrainError } from "../error";
import { count, duration } from "../format";

/** The wait in milliseconds that an answer asks for, as seconds or as a date; null for none. */
export function retryAfter(headers: Headers): number | null {
  const text = headers.get("Retry-After");
  if (text === null) return null;
  const milliseconds = /^\d+$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : null;
}

/** A web page came instead of a file. */
export function webPage(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.html_instead_of_weights",
    message: `a web page came instead of ${file}`,
    where: { file },
    hint: "a login page of the network or a proxy may be in the way; open the hub in a new tab to see",
  });
}

const AGAIN = "load the model again: it goes on where it stopped, if the hub allows it";

/** No answer came at all. */
export function unreachable(file: string, thrown: unknown): CrossgrainError {
  return new CrossgrainError({
    code: "hub.network",
    message: `the model hub could not be reached for ${file} (${thrown instanceof Error ? thrown.message : "network error"})`,
    where: { file },
    hint: "check the connection; without one, the demonstration model and model files from disk still work",
  });
}

/** The hub refuses for now. */
export function busy(status: number, file: string, headers: Headers): CrossgrainError {
  const wait = retryAfter(headers);
  return new CrossgrainError({
    code: "hub.network",
    message: `the hub answered with status ${status} for ${file}${wait === null ? "" : ` and asks to wait ${duration(wait / 1000)}`}`,
    where: { file },
    hint: `the hub may be overloaded or out of order; ${wait === null ? "try again in a few minutes" : "try again after that time"}`,
  });
}

/** Silence, or next to it. */
export function timeout(file: string, silentMs: number): CrossgrainError {
  return new CrossgrainError({
    code: "hub.timeout",
    message: `nothing, or next to nothing, came of ${file} for ${duration(silentMs / 1000)}`,
    where: { file },
    hint: `the connection or the hub is too slow at the moment; ${AGAIN}`,
  });
}

/** The connection broke before the end. */
export function truncated(file: string, received: number, announced: number): CrossgrainError {
  return new CrossgrainError({
    code: "hub.truncated",
    message: `${file} arrived incomplete: ${count(received)} of ${announced > 0 ? count(announced) : "an unknown number of"} bytes`,
    where: { file },
    hint: `the connection broke during the download; ${AGAIN}`,
  });
}

/** Another part came than was asked for, twice. */
export function wrongRange(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "hub.wrong_range",
    message: `the hub sent another part of ${file} than was asked for`,
    where: { file },
    hint: "a proxy may be in the way; load the model again, or get its files in another way and open them from disk",
  });
}

/** A compressed answer grows beyond measure. */
export function expands(file: string, announced: number, most: number): CrossgrainError {
  return new CrossgrainError({
    code: "hub.expands_too_far",
    message: `${file} was announced with ${count(announced)} bytes and is more than ${most} times as large`,
    where: { file },
    hint: "weights do not shrink like that: the file is not what its name says",
  });
}

/** The user stopped the download. */
export function cancelled(): CrossgrainError {
  return new CrossgrainError({
    code: "hub.cancelled",
    message: "the download was cancelled",
    hint: AGAIN,
  });
}
