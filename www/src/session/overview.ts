/** What a session says of itself: which files hold what, and what was on show. Everything else stands in those files. */
import type { KeptSession, State } from "../state";
import type { SessionFolder } from "../store/sessions";
import { parse } from "./codec";
import type { KeptView } from "./view";

/** The name of its file. */
export const OVERVIEW = "session.json";

/** What is open, and how it was read. */
export interface KeptInput extends Pick<State["sequences"], "name" | "kind" | "code" | "translated"> {
  files: readonly Blob[];
}

/** A file of the user: under which name it is kept, and its own. */
export type KeptFile = readonly [kept: string, name: string];

/** What a session says of itself. */
export interface Overview {
  title: string;
  saved: number;
  runs: readonly string[];
  /** Runs that have not ended; absent in older visits. */
  unfinished?: KeptSession["unfinished"];
  labels: readonly KeptFile[];
  view: KeptView | null;
  input: { files: readonly KeptFile[]; reading: Omit<KeptInput, "files">; number: number; pasted: boolean } | null;
  demonstration: string | null;
}

/** The overview of an opened folder; null if there is none that can be read. */
export async function overviewIn(opened: SessionFolder): Promise<Overview | null> {
  const text = await (await opened.read(OVERVIEW))?.text();
  const found = text === undefined ? null : (parse(text) as Partial<Overview> | null);
  return found !== null && Array.isArray(found.runs) && Array.isArray(found.labels) ? (found as Overview) : null;
}
