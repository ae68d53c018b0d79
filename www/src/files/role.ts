/** What a dropped or chosen file can be taken for. */
import type { CrossgrainError } from "../error";
import type { SequenceSet } from "./format";

/** What a file is used as. */
export type Role = "sequences" | "labels" | "vectors" | "model" | "methods";

/** The roles, in the order in which files are taken in: a model decides how sequences are read, labels need records. */
export const ROLES: readonly (readonly [Role, string])[] = [
  ["model", "model"],
  ["sequences", "sequences"],
  ["vectors", "saved vectors"],
  ["methods", "a record of how saved vectors were made"],
  ["labels", "labels"],
];

/** One file of the last drop. */
export interface UserFile {
  key: number;
  file: File;
  role: Role;
  /** Should it hold sequences: files of one kind are one set. */
  set: SequenceSet;
  /** `aside`: sequences of another set than the one that is open, ready to be opened instead. */
  phase: "waiting" | "taken" | "failed" | "aside";
  error: CrossgrainError | null;
}
