/** What a file is taken for, by its name and its first characters. The readers decide whether that was right. */
import { sequenceFormat, split } from "./format";
import { looksLikeRecord } from "./record";
import type { Role } from "./role";

const MODEL_FILES = /^(config\.json|vocab\.txt|tokenizer(_config)?\.json|special_tokens_map\.json)$|\.(index\.json|pt|pth|bin)$/i;
/** Names of columns that hold one number of a vector: `d0`, `dim_12`, `x3`, `7`. */
const DIMENSION = /^(?:d|dim|dims|v|x|e|emb|embedding|feature|f|pc)?[_. ]?\d+$/i;
const NUMBER = /^[-+]?(?:\d+[.,]?\d*|[.,]\d+)(?:e[-+]?\d+)?$/i;
const FRACTION = /[.,]\d|\de[-+]?\d/i;
/** Fewest columns of numbers that are taken for a vector under names that do not say so. */
const FEWEST_DIMENSIONS = 16;
/** The same for fractions from the first line on: labels have a header, or are words or whole numbers. */
const FEWEST_FRACTIONS = 3;

/** Ids among the texts at the start of a safetensors file; a text may hold braces and quotes. */
const OWN_IDS = /"__metadata__"\s*:\s*\{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*"(?:[^"\\]|\\.)*"\s*,\s*)*"ids"\s*:\s*"\[/;

/** What a file is taken for. `start` is its beginning as text. */
export function classify(name: string, start: string): Role {
  if (/\.npy$/i.test(name) || start.startsWith("\u0093NUMPY") || start.startsWith("\ufffdNUMPY")) return "vectors";
  if (/\.safetensors$/i.test(name)) return tensors(start);
  if (MODEL_FILES.test(name)) return "model";
  if (looksLikeRecord(start)) return "methods";
  const format = sequenceFormat(start);
  if (format !== "table") return "sequences";
  const lines = start.split(/\r?\n|\r/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  const cells = lines.slice(0, 12).map(split);
  if (isDomainList(cells) || isDomainTable(name, cells)) return "sequences";
  // Numbers with decimal commas stand between semicolons, which a line with commas does not show.
  const semicolons = lines.slice(0, 12).map((line) => line.split(";"));
  return isVectors(cells) || isFractions(cells) || isFractions(semicolons) ? "vectors" : "labels";
}

/** The tensors of a safetensors file by the names in its header: `layer_6` is ours, a table of rows; the rest are weights. */
function tensors(start: string): Role {
  // Many ids push the names of the tensors beyond what is looked at.
  if (OWN_IDS.test(start)) return "vectors";
  const names = [...start.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*\{\s*"(?:dtype|shape|data_offsets)"/g)].map(([, name]) => name ?? "");
  const ours = names.length > 0 && names.every((name) => /^(?:\d+\/)?(?:layer_\d+|logits|contacts)$/.test(name));
  const rows = names.length > 0 && names.length <= 2 && names.every((name) => !name.includes(".") && !/weight|bias/i.test(name));
  return ours || rows ? "vectors" : "model";
}

/**
 * Two columns, the second a list of domains: accessions of Pfam (`BGC0000001<TAB>PF00668;PF00501`), or names in a table
 * without a header (`c1<TAB>Condensation;PP-binding`). With a header, names between semicolons are several labels each.
 */
function isDomainList(cells: readonly string[][]): boolean {
  if (!cells.every((row) => row.length === 2)) return false;
  const lists = cells.map((row) => row[1] ?? "");
  const accessions = lists.filter((list) => /^(?:\S*;)*PF\d{5}/.test(list)).length;
  if (accessions > 0 && accessions >= lists.length - 1 && lists.slice(1).every((list) => /PF\d{5}/.test(list))) return true;
  const several = lists.filter((list) => /^\S+;\S+$/.test(list)).length;
  return /^\S+;\S+$/.test(lists[0] ?? "") && 2 * several >= lists.length && lists.every((list) => /^\S+$/.test(list));
}

/** Columns by which tables of GECCO, DeepBGC and BiG-SCAPE are known. */
const DOMAIN_COLUMNS = ["pfam_id", "pfam_ids", "hmm"];
/** A row of InterProScan: a protein, the MD5 of its sequence, its length. */
const INTERPRO = /^[0-9a-f]{32}$/i;

/** A table of domains with their places, as tools write it. */
function isDomainTable(name: string, [first = []]: readonly string[][]): boolean {
  return /\.pfd$/i.test(name) || first.some((cell) => DOMAIN_COLUMNS.includes(cell.toLowerCase())) || (first.length >= 11 && INTERPRO.test(first[1] ?? ""));
}

function isVectors([header = [], ...rows]: readonly string[][]): boolean {
  const named = header.slice(1).filter((cell) => DIMENSION.test(cell)).length;
  if (named >= 2 && named === header.length - 1) return true;
  const numbers = (row: readonly string[]): boolean =>
    row.length > FEWEST_DIMENSIONS && row.slice(1).every((cell) => NUMBER.test(cell));
  return rows.length > 0 && rows.slice(0, 3).every(numbers);
}

/** Rows of fractions without a header, with or without an id in front: `numpy.savetxt`, the vectors of a projector. */
function isFractions(rows: readonly string[][]): boolean {
  const cells = rows.flatMap((row) => row.slice(1));
  const columns = rows[0]?.length ?? 0;
  return (
    columns > FEWEST_FRACTIONS &&
    rows.every((row) => row.length === columns) &&
    cells.every((cell) => NUMBER.test(cell)) &&
    2 * cells.filter((cell) => FRACTION.test(cell)).length >= cells.length
  );
}
