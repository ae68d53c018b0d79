/**
 * Files of any kind in any order: each is taken for what it looks like, and can be said to be something else. A model
 * is loaded first, because it decides how sequences are read; labels come last, because they need records.
 */
import { CrossgrainError, toError } from "../error";
import { classify } from "../intake/classify";
import { peek } from "../intake/peek";
import { ROLES, type IntakeFile, type Role } from "../intake/role";
import { store } from "../state";
import { showRun } from "./join";
import { addLabels, removeLabels } from "./labels";
import { loadFiles } from "./model";
import { readFiles } from "./sequences";
import { importTable } from "./tables";

let made = 0;

/** Takes files in. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const found = await Promise.all(files.map(async (file): Promise<IntakeFile> => {
    const start = await peek(file).catch(() => "");
    made += 1;
    return { key: made, file, role: classify(file.name, start), phase: "waiting", error: null };
  }));
  store.set("intake", found);
  await take(ROLES.map(([role]) => role));
}

/** Takes a file for something else, and reads it and those it was read with again. */
export async function setRole(key: number, role: Role): Promise<void> {
  const before = store.state.intake.find((one) => one.key === key);
  if (before === undefined || before.role === role) return;
  mark([before], { role, phase: "waiting", error: null });
  if (before.role === "labels") {
    const table = store.state.labels.tables.find(({ file }) => file === before.file);
    if (table !== undefined) await removeLabels(table.key);
    store.patch("labels", { error: null });
  }
  if (before.role === "vectors") store.set("imported", null);
  if (before.role === "model") store.patch("model", { error: null });
  // The other sequence files of the drop are a set of their own now.
  const again = before.role === "sequences" && of("sequences").length > 0;
  await take(again ? ["sequences", role] : [role]);
}

async function take(roles: readonly Role[]): Promise<void> {
  for (const role of roles) {
    const files = of(role).filter(({ phase }) => role === "sequences" || role === "model" || phase === "waiting");
    if (files.length > 0) await TAKE[role](files);
  }
}

const TAKE: Record<Role, (files: readonly IntakeFile[]) => Promise<void>> = {
  model: async (files) => {
    store.patch("model", { source: "files" });
    await loadFiles(files.map(({ file }) => file));
    end(files, store.state.model.error);
  },
  sequences: async (files) => {
    if (store.state.run.phase === "running") return end(files, busy());
    await readFiles(files.map(({ file }) => file));
    end(files, store.state.sequences.error);
  },
  vectors: async (files) => {
    let last: number | null = null;
    for (const one of files) {
      const id = await importTable(one.file);
      end([one], store.state.imported);
      last = id ?? last;
    }
    if (last !== null) await showRun(last);
  },
  labels: async (files) => {
    for (const one of files) {
      await addLabels([one.file]);
      end([one], store.state.labels.error);
    }
  },
};

function of(role: Role): IntakeFile[] {
  return store.state.intake.filter((one) => one.role === role);
}

function end(files: readonly IntakeFile[], error: CrossgrainError | null): void {
  mark(files, { phase: error === null ? "taken" : "failed", error: error === null ? null : toError(error) });
}

function mark(files: readonly IntakeFile[], fields: Partial<IntakeFile>): void {
  const keys = files.map(({ key }) => key);
  store.set("intake", store.state.intake.map((one) => (keys.includes(one.key) ? { ...one, ...fields } : one)));
}

function busy(): CrossgrainError {
  return new CrossgrainError({
    code: "sequences.busy",
    message: "sequences are being embedded, so no others are read now",
    hint: "wait for the run to end, or cancel it, then drop the files again",
  });
}
