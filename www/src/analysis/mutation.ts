/** A single mutation in a text: `A123V` is an alanine at position 123 that became a valine. */

/** Position and new amino acid of a mutation. */
export interface Mutation {
  position: number;
  aminoAcid: string;
}

const PATTERN = /(?:^|[^A-Za-z0-9])([ACDEFGHIKLMNPQRSTVWY])(\d{1,6})([ACDEFGHIKLMNPQRSTVWY])(?![A-Za-z0-9])/;

/** The first mutation in `text`, or null. */
export function mutationOf(text: string): Mutation | null {
  const [, from, position, to] = PATTERN.exec(text) ?? [];
  if (from === undefined || position === undefined || to === undefined || from === to) return null;
  return { position: Number(position), aminoAcid: to };
}
