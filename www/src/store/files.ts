/** Model files chosen or dropped by the user: which of them make up a model. Nothing is read here. */
import { CrossgrainError } from "../error";

/** Most files looked at in a dropped folder. */
const MOST_FILES = 500;

/** A model found among files. */
export interface FoundModel {
  name: string;
  files: Record<string, Blob>;
}

/**
 * The model among `files`, by their base names: `config.json`, the only (or so named) `*.safetensors`, and `vocab.txt`
 * where present.
 *
 * Codes: `model.missing_file`, `model.ambiguous_files`.
 */
export function findModel(files: readonly File[]): FoundModel {
  const named = (name: string): File | undefined => files.find((file) => file.name === name);
  const config = named("config.json");
  if (config === undefined) throw missing("config.json", files);
  const tensors = files.filter((file) => file.name.endsWith(".safetensors"));
  const weights = named("model.safetensors") ?? tensors[0];
  if (weights === undefined) throw missing("model.safetensors", files);
  if (weights.name !== "model.safetensors" && tensors.length > 1) {
    throw new CrossgrainError({
      code: "model.ambiguous_files",
      message: `several weight files and none is called model.safetensors: ${tensors
        .map((file) => file.name)
        .join(", ")
        .slice(0, 200)}`,
      hint: "choose one config.json and one .safetensors file; models split into several weight files cannot be loaded yet",
    });
  }
  const vocabulary = named("vocab.txt");
  return {
    name: folderOf(config) ?? weights.name.replace(/\.safetensors$/, ""),
    files: {
      "config.json": config,
      "model.safetensors": weights,
      ...(vocabulary === undefined ? {} : { "vocab.txt": vocabulary }),
    },
  };
}

/** The files of a drop, with those of one dropped folder. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  const entries = Array.from(transfer.items, (item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return Array.from(transfer.files);
  const files: File[] = [];
  for (const entry of entries) await collect(entry, files, 3);
  return files;
}

async function collect(entry: FileSystemEntry, into: File[], depth: number): Promise<void> {
  if (into.length >= MOST_FILES || depth === 0) return;
  if (entry.isFile) {
    into.push(await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)));
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const next = (): Promise<FileSystemEntry[]> => new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  // A directory reader hands out its entries in batches until one is empty.
  for (let batch = await next(); batch.length > 0 && into.length < MOST_FILES; batch = await next()) {
    for (const child of batch) await collect(child, into, depth - 1);
  }
}

function folderOf(file: File): string | undefined {
  return file.webkitRelativePath.split("/").at(-2);
}

function missing(name: string, files: readonly File[]): CrossgrainError {
  const pickle = files.some((file) => /\.(bin|pt|pth|ckpt)$/.test(file.name));
  const seen =
    files.length === 0
      ? "nothing was chosen"
      : `found: ${files
          .map((file) => file.name)
          .join(", ")
          .slice(0, 200)}`;
  return new CrossgrainError({
    code: "model.missing_file",
    message: `no ${name} among the chosen files (${seen})`,
    where: { file: name },
    hint:
      pickle && name === "model.safetensors"
        ? "PyTorch files are not read here, because they can carry programs; use the safetensors file of the same model"
        : "choose config.json, model.safetensors and, if there is one, vocab.txt, or the folder that holds them",
  });
}
