/** What a dropped or chosen file can be taken for. */
import type { CrossgrainError } from "../error";

/** What a file is used as. */
export type Role = "sequences" | "labels" | "vectors" | "model";

/** The roles, in the order in which files are taken in: a model decides how sequences are read, labels need records. */
export const ROLES: readonly (readonly [Role, string])[] = [
  ["model", "model"],
  ["sequences", "sequences"],
  ["vectors", "saved vectors"],
  ["labels", "labels"],
];

/** One file of the last drop. */
export interface IntakeFile {
  key: number;
  file: File;
  role: Role;
  phase: "waiting" | "taken" | "failed";
  error: CrossgrainError | null;
}
