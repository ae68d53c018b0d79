/** Progress of a long call, and the options to follow and stop a call. */
import type { ProgressEvent, Stage } from "./protocol";

/** Progress of the engine, or of a download. */
export interface Progress extends Omit<ProgressEvent, "stage"> {
  /** What is being done. */
  stage: Stage | "downloading";
  /** Why it waits, in one sentence. */
  note?: string;
}

/** Receives progress. */
export type OnProgress = (progress: Progress) => void;

/** How a call is followed and stopped. */
export interface RequestOptions {
  /** Receives the progress of the call, at most ten times a second. */
  onProgress?: OnProgress | undefined;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal | undefined;
}
