import { expect, test } from "vitest";
import type { CodonsResponse } from "../protocol";
import { areCoding } from "./coding";

/** Counts of some codons in `sequences` sequences. */
function counted(sequences: number, counts: Record<string, number>, refused = 0): CodonsResponse {
  const codons = [...new Set(["ATG", "AAA", "TAA", "TAG", "TGA", ...Object.keys(counts)])];
  const numbers = codons.map((codon) => counts[codon] ?? 0);
  const all = { name: "", sequences, codons: numbers.reduce((a, b) => a + b, 0), gc: null, gc3: null, counts: numbers, perThousand: [], rscu: [] };
  return { table: 1, codons, aminoAcids: "", groups: [], all, warnings: [], refused: Array.from({ length: refused }, () => ({}) as never), refusedOmitted: 0 };
}

test.each<[string, CodonsResponse, number, boolean]>([
  ["genes with their stops", counted(3, { ATG: 3, AAA: 300, TAA: 2, TGA: 1 }), 3, true],
  ["genes whose stops were cut off", counted(3, { ATG: 3, AAA: 300 }), 3, true],
  ["genes of a code that reads TGA as tryptophan", counted(3, { ATG: 3, AAA: 300, TAA: 3, TGA: 40 }), 3, true],
  ["stretches of a genome", counted(3, { ATG: 9, AAA: 300, TAA: 8, TAG: 4 }), 3, false],
  ["genes, a few out of frame", counted(95, { AAA: 900, TAA: 95 }, 5), 100, true],
  ["letters that mostly cannot be read in frame", counted(50, { AAA: 900 }, 50), 100, false],
  ["nothing", counted(0, {}), 0, false],
])("%s", (_, answer, records, expected) => {
  expect(areCoding(answer, records)).toBe(expected);
});
