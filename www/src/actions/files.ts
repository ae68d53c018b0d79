/**
 * Files of any kind in any order: each is taken for what it looks like, and can be said to be something else. A model
 * is loaded first, because it decides how sequences are read; labels come last, because they need records.
 */
import { CrossgrainError, toError } from "../error";
import { classify } from "../files/classify";
import { sequenceFormat, type SequenceFormat } from "../files/format";
import { peek } from "../files/peek";
import { ROLES, type UserFile, type Role } from "../files/role";
import { store } from "../state";
import { showRun } from "./join";
import { addLabels, removeLabels } from "./labels";
import { loadFiles } from "./model";
import { readFiles } from "./sequences";
import { importTable } from "./tables";

let made = 0;

/** Takes files in. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const found = await Promise.all(files.map(async (file): Promise<UserFile> => {
    const start = await peek(file).catch(() => "");
    made += 1;
    return { key: made, file, role: classify(file.name, start), format: sequenceFormat(start), phase: "waiting", error: null };
  }));
  store.set("files", found);
  await take(ROLES.map(([role]) => role));
}

/** Takes a file for something else, and reads it and those it was read with again. */
export async function setRole(key: number, role: Role): Promise<void> {
  const before = store.state.files.find((one) => one.key === key);
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
  if (again) await take(["sequences"]);
  // What is said to be sequences is opened, whatever the others are.
  if (role === "sequences") await TAKE.sequences(of(role), before.format);
  else await take([role]);
}

/** Opens the sequences of another format that were in the same drop. */
export async function openSet(key: number): Promise<void> {
  const one = store.state.files.find((file) => file.key === key);
  if (one?.phase !== "aside" || store.state.run.phase === "running") return;
  await readSet(of("sequences"), one.format);
}

/** Reads the files of one format as one set; those of other formats are set aside. */
async function readSet(files: readonly UserFile[], format: SequenceFormat): Promise<void> {
  const set = files.filter((one) => one.format === format);
  mark(files.filter((one) => one.format !== format), { phase: "aside", error: null });
  mark(set, { phase: "waiting", error: null });
  await readFiles(set.map(({ file }) => file));
  end(set, store.state.sequences.error);
}

/** Which of several formats is opened first: gene clusters for a model of domains, otherwise plain sequences. */
function preferred(files: readonly UserFile[]): SequenceFormat {
  const domains: readonly SequenceFormat[] = ["genbank", "table", "domtblout", "fasta", "other"];
  const letters: readonly SequenceFormat[] = ["fasta", "genbank", "table", "domtblout", "other"];
  const order = store.state.model.report?.granularity === "domain" ? domains : letters;
  return order.find((format) => files.some((one) => one.format === format)) ?? "other";
}

async function take(roles: readonly Role[]): Promise<void> {
  for (const role of roles) {
    const files = of(role).filter(({ phase }) => role === "sequences" || role === "model" || phase === "waiting");
    if (files.length > 0) await TAKE[role](files);
  }
}

const TAKE: Record<Role, (files: readonly UserFile[], format?: SequenceFormat) => Promise<void>> = {
  model: async (files) => {
    store.patch("model", { source: "files" });
    await loadFiles(files.map(({ file }) => file));
    end(files, store.state.model.error);
  },
  sequences: async (files, format = preferred(files)) => {
    if (store.state.run.phase === "running") return end(files, busy());
    await readSet(files, format);
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

function of(role: Role): UserFile[] {
  return store.state.files.filter((one) => one.role === role);
}

function end(files: readonly UserFile[], error: CrossgrainError | null): void {
  mark(files, { phase: error === null ? "taken" : "failed", error: error === null ? null : toError(error) });
}

function mark(files: readonly UserFile[], fields: Partial<UserFile>): void {
  const keys = files.map(({ key }) => key);
  store.set("files", store.state.files.map((one) => (keys.includes(one.key) ? { ...one, ...fields } : one)));
}

function busy(): CrossgrainError {
  return new CrossgrainError({
    code: "sequences.busy",
    message: "sequences are being embedded, so no others are read now",
    hint: "wait for the run to end, or cancel it, then drop the files again",
  });
}
