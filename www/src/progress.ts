/** How far a long call has come, and how a caller follows and stops it. */
import type { ProgressEvent, Stage } from "./protocol";

/** Progress of the engine, or of a download. */
export interface Progress extends Omit<ProgressEvent, "stage"> {
  /** What is being done. */
  stage: Stage | "downloading";
}

/** Receives progress. */
export type OnProgress = (progress: Progress) => void;

/** How a call is followed and stopped. */
export interface RequestOptions {
  /** Is told how far the call has come, at most ten times a second. */
  onProgress?: OnProgress | undefined;
  /** Rejects the call with its reason, an `AbortError` by default. */
  signal?: AbortSignal | undefined;
}
