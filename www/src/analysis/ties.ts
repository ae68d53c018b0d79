/** Neighbours that are equally far: which of them counts is decided by the order of the rows. */
import { plural } from "../format";

/** A sentence about ties at the last of `k` neighbours; nothing without any. */
export function tiesNote(ties: number, k: number, noun: string): string {
  if (ties === 0) return "";
  return ` Ties: for ${plural(ties, noun)} the neighbour number ${k} is no nearer than the next; which of the two counts is decided by their order.`;
}
