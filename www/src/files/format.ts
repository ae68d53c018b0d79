/** The format of a sequence file, by its first lines: enough to say which files can be one set. */

/** Formats of sequence files that differ in their first line. */
export type SequenceFormat = "fasta" | "genbank" | "domtblout" | "table" | "other";

/** The format of a sequence file; `table` for rows of cells. */
export function sequenceFormat(start: string): SequenceFormat {
  const text = start.replace(/^\ufeff/, "").trimStart();
  if (/^[>;]/.test(text)) return "fasta";
  if (/^(LOCUS|ID)\s/.test(text)) return "genbank";
  if (/^#.*(?:full sequence|target name)/.test(text)) return "domtblout";
  const [first = "", second = ""] = text.split(/\r?\n|\r/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  if (/^[{[<%]/.test(first) || /[\0-\u0008\ufffd]/.test(text.slice(0, 2000))) return "other";
  const wide = split(first).length;
  return wide > 1 && (second === "" || split(second).length > 1) ? "table" : "other";
}

/** Files that can be one set: of one format, and FASTA of nucleotides apart from FASTA of proteins. */
export type SequenceSet = SequenceFormat | "nucleotide FASTA";

/** Fewest letters that say whether they are nucleotides. */
const FEWEST_LETTERS = 50;
/** Least share of A, C, G, T, U and N among nucleotides. */
const NUCLEOTIDES = 0.9;

/** The set that a file belongs to, by its beginning. */
export function sequenceSet(start: string): SequenceSet {
  const format = sequenceFormat(start);
  if (format !== "fasta") return format;
  const letters = start
    .split(/\r?\n|\r/)
    .filter((line) => !/^[>;]/.test(line))
    .join("")
    .replace(/[^A-Za-z]/g, "");
  const found = letters.replace(/[^ACGTUN]/gi, "").length;
  return letters.length >= FEWEST_LETTERS && found / letters.length >= NUCLEOTIDES ? "nucleotide FASTA" : "fasta";
}

/** The cells of a line, by whichever separator it has. */
export function split(line: string): string[] {
  const mark = ["\t", ",", ";"].find((one) => line.includes(one)) ?? "\t";
  return line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}
