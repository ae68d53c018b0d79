/** The location of a problem as text. */
import { count, cut } from "../format";
import type { Notice } from "../protocol";

/** `proteins.fasta, line 12, record P12345`; empty when nothing is known. */
export function locationText(where: Notice["where"]): string {
  const parts: string[] = [];
  if (where.file !== undefined) parts.push(cut(where.file, 80));
  if (where.line !== undefined) parts.push(`line ${count(where.line)}`);
  if (where.record !== undefined) parts.push(`record ${cut(where.record, 80)}`);
  return parts.join(", ");
}
