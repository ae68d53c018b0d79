/** Wraps every call of a worker: errors as plain notices, listeners as plain functions, arrays that move. */
import { transfer } from "comlink";
import { toNotice } from "../error";
import type { OnProgress } from "../progress";

/** Runs a call of the engine; what it throws leaves the worker as a plain notice. */
export async function guarded<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw toNotice(thrown);
  }
}

/** Comlink turns a listener into a message port; the engine wants a plain function. */
export function forward(progress: OnProgress | null): OnProgress | undefined {
  return progress === null ? undefined : (report) => void progress(report);
}

/** An answer whose typed arrays move to the page instead of being copied. */
export function moved<T extends object>(answer: T): T {
  return transfer(answer, buffersOf(Object.values(answer)));
}

/** The buffers of typed arrays and of lists of them. */
function buffersOf(values: readonly unknown[]): ArrayBufferLike[] {
  return values.flatMap((value) => {
    if (ArrayBuffer.isView(value)) return [value.buffer];
    return Array.isArray(value) && ArrayBuffer.isView(value[0]) ? buffersOf(value) : [];
  });
}

/** The error of a call before the engine was started. */
export function notOpen(): never {
  throw { code: "engine.not_open", message: "the engine is not open", where: {}, hint: "reload the page" };
}
