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

/** The cells of a line, by whichever separator it has. */
export function split(line: string): string[] {
  const mark = ["\t", ",", ";"].find((one) => line.includes(one)) ?? "\t";
  return line.split(mark).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"));
}
