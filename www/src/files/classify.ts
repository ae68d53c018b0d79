/** What a file is taken for, by its name and its first characters. The readers decide whether that was right. */
import { sequenceFormat, split } from "./format";
import type { Role } from "./role";

const MODEL_FILES = /^(config\.json|vocab\.txt|tokenizer(_config)?\.json|special_tokens_map\.json)$|\.(index\.json|pt|pth|bin)$/i;
/** Names of columns that hold one number of a vector: `d0`, `dim_12`, `x3`, `7`. */
const DIMENSION = /^(?:d|dim|dims|v|x|e|emb|embedding|feature|f|pc)?[_. ]?\d+$/i;
const NUMBER = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i;
/** Fewest columns of numbers that are taken for a vector without names that say so. */
const FEWEST_DIMENSIONS = 16;

/** What a file is taken for. `start` is its beginning as text. */
export function classify(name: string, start: string): Role {
  if (/\.npy$/i.test(name) || start.startsWith("\u0093NUMPY") || start.startsWith("\ufffdNUMPY")) return "vectors";
  if (/\.safetensors$/i.test(name)) return tensors(start);
  if (MODEL_FILES.test(name)) return "model";
  const format = sequenceFormat(start);
  if (format !== "table") return "sequences";
  const lines = start.split(/\r?\n|\r/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const cells = lines.slice(0, 12).map(split);
  if (isDomainList(cells)) return "sequences";
  return isVectors(cells) ? "vectors" : "labels";
}

/** The tensors of a safetensors file by the names in its header: `layer_6` is ours, a table of rows; the rest are weights. */
function tensors(start: string): Role {
  const names = [...start.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*\{\s*"(?:dtype|shape|data_offsets)"/g)].map(([, name]) => name ?? "");
  const ours = names.length > 0 && names.every((name) => /^(?:\d+\/)?(?:layer_\d+|logits|contacts)$/.test(name));
  const rows = names.length > 0 && names.length <= 2 && names.every((name) => !name.includes(".") && !/weight|bias/i.test(name));
  return ours || rows ? "vectors" : "model";
}

/** `BGC0000001<TAB>PF00668;PF00501`: two columns, the second a list of domains. */
function isDomainList(cells: readonly string[][]): boolean {
  const rows = cells.filter((row) => row.length === 2 && /^(?:\S*;)*PF\d{5}/.test(row[1] ?? ""));
  return rows.length > 0 && cells.every((row, at) => row.length === 2 && (at === 0 || rows.includes(row)));
}

function isVectors([header = [], ...rows]: readonly string[][]): boolean {
  const named = header.slice(1).filter((cell) => DIMENSION.test(cell)).length;
  if (named >= 2 && named === header.length - 1) return true;
  const numbers = (row: readonly string[]): boolean =>
    row.length > FEWEST_DIMENSIONS && row.slice(1).every((cell) => NUMBER.test(cell));
  return rows.length > 0 && rows.slice(0, 3).every(numbers);
}
