// The sequences of a case: made from a seed, or the letters of a FASTA file.
const AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY";

/** `{ uniform: { length, batch } }`, `{ fasta: address }` or `{ sequences }`, as a list of sequences. */
export async function sequencesOf(work) {
  if (work.sequences !== undefined) return work.sequences;
  if (work.fasta !== undefined) return fasta(await (await fetch(work.fasta)).text());
  const { length, batch } = work.uniform;
  const next = random(length * 1009 + batch);
  return Array.from({ length: batch }, () =>
    Array.from({ length }, () => AMINO_ACIDS[Math.floor(next() * AMINO_ACIDS.length)]).join(""),
  );
}

function fasta(text) {
  return text.split(/^>.*$/m).map((part) => part.replace(/\s+/g, "")).filter((letters) => letters.length > 0);
}

/** Numbers in [0, 1) from a seed: a 32-bit xorshift. */
function random(seed) {
  let state = (seed ^ 0x9e3779b9) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 2 ** 32;
  };
}
