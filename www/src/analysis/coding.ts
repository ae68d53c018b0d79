/**
 * Whether DNA is coding sequences in frame, by its codons: nearly all records can be read in frame, and TAA and TAG occur
 * no more often than once per record. TGA does not count, because some genetic codes read it as tryptophan.
 */
import type { CodonsResponse } from "../protocol";

/** Largest share of records that need not be readable in frame. */
const LEFT_OUT = 0.1;
/** Stops in every genetic code of the bacteria, plants, fungi and animals but a few. */
const STOPS = ["TAA", "TAG"];

/** Whether the counts of `records` sequences together are those of the right frame. */
export function areCoding({ codons, all, refused, refusedOmitted }: CodonsResponse, records: number): boolean {
  if (refused.length + refusedOmitted > LEFT_OUT * records || all.sequences === 0 || all.codons === 0) return false;
  const stops = codons.reduce((sum, codon, at) => sum + (STOPS.includes(codon) ? (all.counts[at] ?? 0) : 0), 0);
  return stops <= all.sequences;
}
