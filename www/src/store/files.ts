/** Model files chosen or dropped by the user: which of them make up a model. Nothing is read here. */
import { CrossgrainError } from "../error";

/** Most files looked at in a dropped folder. */
const MOST_FILES = 500;

/** A model found among files. */
export interface FoundModel {
  name: string;
  files: Record<string, Blob>;
}

/** Files of a model other than its weights. */
const SMALL = ["config.json", "vocab.txt", "tokenizer.json", "adapter_config.json"];
const INDEX = /\.(safetensors|bin)\.index\.json$/;
const WEIGHTS = /\.(safetensors|bin|pt|pth|ckpt)$/;
/** Weights of an adapter, which change those of the model beside them. */
const ADAPTER = /^adapter_model\.(safetensors|bin)$/;

/**
 * The model among `files`, by their base names: weights as safetensors or PyTorch, whole or in shards with their index,
 * and `config.json`, `vocab.txt`, `tokenizer.json`, `adapter_config.json` if present. The engine decides which of them it needs.
 *
 * Codes: `model.missing_file`.
 */
export function findModel(files: readonly File[]): FoundModel {
  const wanted = files.filter(({ name }) => SMALL.includes(name) || INDEX.test(name) || WEIGHTS.test(name));
  const all = wanted.filter(({ name }) => WEIGHTS.test(name));
  if (all.length === 0) throw missing(files);
  const weights = all.filter(({ name }) => !ADAPTER.test(name));
  const plain = (weights.length === 1 ? weights[0] : undefined)?.name.replace(WEIGHTS, "");
  const generic = plain === undefined || ["model", "pytorch_model"].includes(plain);
  const folder = wanted.map(folderOf).find((name) => name !== undefined);
  return {
    name: folder ?? (generic ? "model" : plain),
    files: Object.fromEntries(wanted.map((file) => [file.name, file])),
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

function missing(files: readonly File[]): CrossgrainError {
  const names = files.map((file) => file.name).join(", ");
  const seen = files.length === 0 ? "nothing was chosen" : `found: ${names.slice(0, 200)}`;
  return new CrossgrainError({
    code: "model.missing_file",
    message: `no weights among the chosen files (${seen})`,
    hint: "choose the model's files, for example config.json, model.safetensors and vocab.txt, or the folder with them",
  });
}
