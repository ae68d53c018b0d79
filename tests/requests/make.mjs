/** Makes the tables of this folder: `node tests/requests/make.mjs`. The numbers are fixed; nothing is drawn at random. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));
const GROUPS = 3;

/** A number between 0 and 1 that looks like noise, the same on every machine: only integers are multiplied. */
function noise(row, column) {
  let state = (row * 7919 + column * 104729 + 12345) >>> 0;
  for (let i = 0; i < 3; i++) state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x297a2d39) >>> 0;
  return state / 2 ** 32;
}

/** Rows of `GROUPS` overlapping clouds. */
function clouds(rows, columns, shift) {
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return noise(row + shift, column) * 2 + (column === row % GROUPS ? 1.5 : 0);
  });
}

/** A NumPy file of f32, C order. */
function npy(name, data, rows, columns) {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows}, ${columns}), }`;
  const header = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from("NUMPY"), 1, 0, header.length & 255, header.length >> 8]);
  writeFileSync(`${folder}${name}`, Buffer.concat([start, Buffer.from(header, "latin1"), Buffer.from(data.buffer)]));
}

npy("rows.npy", clouds(60, 8, 0), 60, 8);
npy("other.npy", clouds(60, 6, 1000), 60, 6);
npy("queries.npy", clouds(9, 8, 2000), 9, 8);
npy("residues.npy", clouds(30, 4, 3000), 30, 4);
npy("map.npy", clouds(60, 2, 4000), 60, 2);
