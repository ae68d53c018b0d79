/**
 * Vectors from files: `.csv` (ids in the first column) and `.safetensors` (`layer_i` `[n, d]`, ids in the metadata) as
 * saved here, and `.npy` (`<f4`, C order) for the sequences that are loaded.
 */
import { CrossgrainError } from "../error";

/** Rows of one or more layers. */
export interface Imported {
  /** `null` where the file has none: the rows are then those of the loaded sequences. */
  ids: string[] | null;
  layers: { layer: number; numbers: Float32Array<ArrayBuffer>; rows: number; cols: number }[];
}

/** Largest file that is read whole. */
const LARGEST = 512 * 1024 * 1024;

/** Reads a file; codes: `import.too_large`, `import.format`, `import.numbers`. */
export async function readTable(file: File): Promise<Imported> {
  if (file.size > LARGEST) throw refuse("import.too_large", file, "the file is larger than 512 MB", "give fewer layers");
  if (/\.csv$/i.test(file.name)) return checked(file, ofCsv(file, await file.text()));
  const bytes = await file.arrayBuffer();
  if (/\.npy$/i.test(file.name)) return checked(file, ofNpy(file, bytes));
  if (/\.safetensors$/i.test(file.name)) return checked(file, ofSafetensors(file, bytes));
  throw format(file, "it is neither .csv nor .npy nor .safetensors");
}

function ofCsv(file: File, text: string): Imported {
  const [header, ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const cols = (header?.split(",").length ?? 1) - 1;
  if (lines.length === 0 || cols < 1) throw format(file, "it has no header and rows of numbers");
  const ids: string[] = [];
  const numbers = new Float32Array(lines.length * cols);
  lines.forEach((line, row) => {
    const [, quoted, plain, rest] = /^(?:"((?:[^"]|"")*)"|([^,]*)),(.*)$/.exec(line) ?? [];
    const cells = rest?.split(",") ?? [];
    if (cells.length !== cols) throw format(file, `line ${row + 2} has ${cells.length} numbers, the header ${cols}`);
    ids.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
    cells.forEach((cell, col) => (numbers[row * cols + col] = cell.trim() === "" ? Number.NaN : Number(cell)));
  });
  return { ids, layers: [{ layer: 0, numbers, rows: lines.length, cols }] };
}

function ofNpy(file: File, bytes: ArrayBuffer): Imported {
  const view = new DataView(bytes);
  if (bytes.byteLength < 12 || view.getUint32(0) !== 0x934e554d) throw format(file, "it does not begin as NumPy files do");
  const long = view.getUint8(6) >= 2;
  const start = (long ? 12 : 10) + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (start > bytes.byteLength) throw format(file, "it is cut off");
  const header = new TextDecoder("latin1").decode(new Uint8Array(bytes, long ? 12 : 10, start - (long ? 12 : 10)));
  const [, rows = "", cols = ""] = /'shape': \((\d+), (\d+)\)/.exec(header) ?? [];
  if (!header.includes("'<f4'") || !header.includes("'fortran_order': False") || cols === "")
    throw format(file, "only matrices of 32-bit numbers in C order are read");
  return { ids: null, layers: [matrix(file, 0, bytes, start, Number(rows), Number(cols))] };
}

function ofSafetensors(file: File, bytes: ArrayBuffer): Imported {
  if (bytes.byteLength < 8) throw format(file, "it is cut off");
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  if (length > bytes.byteLength - 8 || length > 1024 * 1024) throw format(file, "its header is cut off");
  let header: Record<string, { dtype?: string; shape?: number[]; data_offsets?: number[] } & Record<string, unknown>>;
  let ids: string[] | null = null;
  try {
    header = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 8, length))) as typeof header;
    const said: unknown = JSON.parse(String(header["__metadata__"]?.["ids"] ?? "null"));
    if (Array.isArray(said)) ids = said.map(String);
  } catch {
    throw format(file, "its header is not JSON");
  }
  const layers = Object.entries(header).flatMap(([name, { dtype, shape, data_offsets: offsets }]) => {
    const [, layer] = /^layer_(\d+)$/.exec(name) ?? [];
    if (layer === undefined || dtype !== "F32" || shape?.length !== 2) return [];
    return [matrix(file, Number(layer), bytes, 8 + length + (offsets?.[0] ?? 0), shape[0] ?? 0, shape[1] ?? 0)];
  });
  if (layers.length === 0) throw format(file, "it holds no tensor layer_0, layer_1 … of 32-bit numbers");
  return { ids, layers: layers.sort((a, b) => a.layer - b.layer) };
}

function matrix(
  file: File,
  layer: number,
  bytes: ArrayBuffer,
  start: number,
  rows: number,
  cols: number,
): Imported["layers"][number] {
  const size = rows * cols * 4;
  if (!Number.isSafeInteger(size) || start + size > bytes.byteLength || cols === 0) throw format(file, "it is cut off");
  return { layer, numbers: new Float32Array(bytes.slice(start, start + size)), rows, cols };
}

function checked(file: File, found: Imported): Imported {
  for (const { numbers, rows, cols } of found.layers) {
    const at = numbers.findIndex((value) => !Number.isFinite(value));
    if (at >= 0) {
      const what = `row ${Math.floor(at / cols) + 1}, column ${(at % cols) + 1} is no finite number`;
      throw refuse("import.numbers", file, what, "repair the file or leave the row out");
    }
    if (found.ids !== null && found.ids.length !== rows) throw format(file, `${found.ids.length} ids for ${rows} rows`);
  }
  return found;
}

function format(file: File, what: string): CrossgrainError {
  return refuse("import.format", file, `this table cannot be read: ${what}`, "give a .csv, .npy or .safetensors file as saved here");
}

function refuse(code: string, file: File, message: string, hint: string): CrossgrainError {
  return new CrossgrainError({ code, message, where: { file: file.name }, hint });
}
