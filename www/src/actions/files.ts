/**
 * Files of any kind in any order: each is taken for what it looks like, and can be said to be something else. A model
 * is loaded first, because it decides how sequences are read; labels come last, because they need records.
 */
import { CrossgrainError, toError } from "../error";
import { classify } from "../files/classify";
import { sequenceSet, type SequenceSet } from "../files/format";
import { peek } from "../files/peek";
import { parseRecord, recordOf } from "../files/record";
import { ROLES, type UserFile, type Role } from "../files/role";
import type { Granularity } from "../protocol";
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
    return { key: made, file, role: classify(file.name, start), set: sequenceSet(start), phase: "waiting", error: null };
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
  if (role === "sequences") await TAKE.sequences(of(role), before.set);
  else await take([role]);
}

/** Opens another set of sequences of the same drop. */
export async function openSet(key: number): Promise<void> {
  const one = store.state.files.find((file) => file.key === key);
  if (one?.phase !== "aside" || store.state.run.phase === "running") return;
  await readSet(of("sequences"), one.set);
}

/** Reads the files of one set; those of others are set aside. */
async function readSet(files: readonly UserFile[], wanted: SequenceSet): Promise<void> {
  const chosen = files.filter(({ set }) => set === wanted);
  mark(files.filter(({ set }) => set !== wanted), { phase: "aside", error: null });
  mark(chosen, { phase: "waiting", error: null });
  await readFiles(chosen.map(({ file }) => file));
  end(chosen, store.state.sequences.error);
}

/** Which of several sets is opened first, by what the model reads. */
const FIRST: Record<Granularity, readonly SequenceSet[]> = {
  protein: ["fasta", "genbank", "nucleotide FASTA", "table", "domtblout", "other"],
  nucleotide: ["nucleotide FASTA", "fasta", "genbank", "table", "domtblout", "other"],
  domain: ["genbank", "table", "domtblout", "fasta", "nucleotide FASTA", "other"],
};

function preferred(files: readonly UserFile[]): SequenceSet {
  const order = FIRST[store.state.model.report?.granularity ?? "protein"];
  return order.find((wanted) => files.some(({ set }) => set === wanted)) ?? "other";
}

async function take(roles: readonly Role[]): Promise<void> {
  for (const role of roles) {
    const files = of(role).filter(({ phase }) => role === "sequences" || role === "model" || phase === "waiting");
    if (files.length > 0) await TAKE[role](files);
  }
}

const TAKE: Record<Role, (files: readonly UserFile[], set?: SequenceSet) => Promise<void>> = {
  model: async (files) => {
    store.patch("model", { source: "files" });
    await loadFiles(files.map(({ file }) => file));
    end(files, store.state.model.error);
  },
  sequences: async (files, set = preferred(files)) => {
    if (store.state.run.phase === "running") return end(files, busy());
    await readSet(files, set);
  },
  vectors: async (files) => {
    let last: number | null = null;
    const records = (await Promise.all(of("methods").map(async ({ file }) => parseRecord(await file.text())))).filter((one) => one !== null);
    for (const one of files) {
      const beside = await recordOf(one.file, records).catch(() => null);
      const id = await importTable(one.file, beside?.record ?? null);
      end([one], store.state.imported);
      last = id ?? last;
    }
    if (last !== null) await showRun(last);
  },
  methods: async (files) => {
    const vectors = of("vectors").map(({ file }) => file);
    for (const one of files) {
      const record = parseRecord(await one.file.text());
      const about = record === null ? [] : await Promise.all(vectors.map((file) => recordOf(file, [record]).catch(() => null)));
      end([one], about.some((found) => found !== null) ? null : withoutVectors(one.file.name));
    }
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

function withoutVectors(file: string): CrossgrainError {
  return new CrossgrainError({
    code: "table.other_methods",
    message: "none of the files beside it holds the rows that this record is about",
    where: { file },
    hint: "drop the record together with its rows, as they were saved",
  });
}

function busy(): CrossgrainError {
  return new CrossgrainError({
    code: "sequences.busy",
    message: "sequences are being embedded, so no others are read now",
    hint: "wait for the run to end, or cancel it, then drop the files again",
  });
}
