/** The labelled sets as they lie in `data` of the folder that CROSSGRAIN_DATA names, and the files that the command reads. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export const DATA = join(process.env.CROSSGRAIN_DATA ?? "", "data");

/** Whether a set is there. */
export const present = (file) => existsSync(join(DATA, file));

/** Rows of a TSV file, plain or gzip, by column. */
export function table(file) {
  const bytes = readFileSync(join(DATA, file));
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const [head, ...lines] = text.split("\n").filter((line) => line !== "");
  const names = head.split("\t");
  return lines.map((line) => Object.fromEntries(line.split("\t").map((word, i) => [names[i], word])));
}

/** At most `most` of the rows, spread evenly over the file. */
export function some(rows, most) {
  const step = Math.max(1, rows.length / most);
  return Array.from({ length: Math.min(rows.length, most) }, (_, i) => rows[Math.floor(i * step)]);
}

/** Writes sequences; rows are `[id, letters]`. */
export function fasta(path, rows) {
  writeFileSync(path, rows.map(([id, letters]) => `>${id}\n${letters}\n`).join(""));
}

/** Writes a label table or a list of domains; rows are lists of words, the id first. */
export function tsv(path, rows) {
  writeFileSync(path, rows.map((row) => `${row.join("\t")}\n`).join(""));
}

/** Share of G and C. */
export const gc = (letters) => [...letters].filter((letter) => "GCgc".includes(letter)).length / letters.length;
