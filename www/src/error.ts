/**
 * The error type of the page and the module: a stable code, a sentence, a location and a hint, as the engine reports
 * them. Errors cross worker borders as plain {@link Notice} objects, because structured cloning keeps only an
 * `Error`'s message.
 */
import type { Notice } from "./protocol";

/** An error that says what happened, where, and what to do. */
export class CrossgrainError extends Error {
  override readonly name = "CrossgrainError";
  readonly code: string;
  readonly where: Notice["where"];
  readonly hint: string;

  constructor(notice: { code: string; message: string; where?: Notice["where"]; hint: string }) {
    super(notice.message);
    this.code = notice.code;
    this.where = notice.where ?? {};
    this.hint = notice.hint;
  }
}

/** The error as a plain object, for the trip across a worker border. */
export function toNotice(thrown: unknown): Notice {
  if (isNotice(thrown)) {
    return { code: thrown.code, message: thrown.message, where: thrown.where ?? {}, hint: thrown.hint };
  }
  if (isTrap(thrown)) {
    return {
      code: "engine.trap",
      message: `the engine stopped unexpectedly (${thrown.message})`,
      where: {},
      hint: "the engine has been restarted; try again, with fewer or shorter sequences if it happens twice",
    };
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return {
    code: "page.unexpected",
    message,
    where: {},
    hint: "reload the page; if it happens again, please report it",
  };
}

/** The error back from its plain form; anything else is wrapped. */
export function toError(thrown: unknown): CrossgrainError {
  return thrown instanceof CrossgrainError ? thrown : new CrossgrainError(toNotice(thrown));
}

function isNotice(thrown: unknown): thrown is Notice {
  if (typeof thrown !== "object" || thrown === null) return false;
  const candidate = thrown as Partial<Notice>;
  return (
    typeof candidate.code === "string" && typeof candidate.message === "string" && typeof candidate.hint === "string"
  );
}

/** A wasm instance that trapped, overflowed its stack or was poisoned by either must never be called again. */
function isTrap(thrown: unknown): thrown is Error {
  return thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError;
}
