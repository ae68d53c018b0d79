/** Readers of the exported files, as short as the formats allow, and the comparison of two matrices. */
import assert from "node:assert/strict";

/** A NumPy file of `<f4` in C order: `{ shape, data }`. */
export function readNpy(bytes) {
  assert.equal(bytes.subarray(0, 6).toString("latin1"), "\x93NUMPY");
  assert.deepEqual([...bytes.subarray(6, 8)], [1, 0], "version 1.0");
  const end = 10 + bytes.readUInt16LE(8);
  assert.equal(end % 64, 0, "the numbers must begin at a multiple of 64");
  const header = bytes.subarray(10, end).toString("latin1");
  assert.match(header, /'descr': '<f4'/);
  assert.match(header, /'fortran_order': False/);
  const shape = header.match(/'shape': \(([^)]*)\)/)[1].split(",").filter((part) => part.trim()).map(Number);
  return { shape, data: floats(bytes.subarray(end)) };
}

/** The f32 tensors of a safetensors file: `{ metadata, tensors: { name: { dtype, shape, data } } }`. */
export function readSafetensors(bytes) {
  const end = 8 + Number(bytes.readBigUInt64LE(0));
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(bytes.subarray(8, end).toString("utf8"));
  const numbers = Object.entries(entries).filter(([, { dtype }]) => dtype === "F32");
  const tensors = numbers.map(([name, { dtype, shape, data_offsets: [from, to] }]) => [
    name,
    { dtype, shape, data: floats(bytes.subarray(end + from, end + to)) },
  ]);
  return { metadata, tensors: Object.fromEntries(tensors) };
}

/** A CSV file without quoted line breaks: `{ header, rows }`. */
export function readCsv(bytes) {
  const lines = bytes.toString("utf8").trimEnd().split(/\r?\n/);
  const [header, ...rows] = lines.map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1).map(([, cell]) =>
      cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell,
    ),
  );
  return { header, rows };
}

/** The largest difference of two equally long lists of numbers; NaN counts as infinite. */
export function largestDifference(one, other) {
  assert.equal(one.length, other.length);
  let largest = 0;
  for (let i = 0; i < one.length; i += 1) {
    const difference = Math.abs(one[i] - other[i]);
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** Little-endian f32 wherever they lie in a buffer. */
function floats(bytes) {
  return new Float32Array(new Uint8Array(bytes).buffer);
}
