/** What a sequence is made of, as columns for colours: from the shares of single letters that every run keeps. */
import type { StoredRun } from "../analysis/state";

/** Shares of letters per record, and what they are called. */
export interface Composition {
  /** The ids of the run that they belong to. */
  of: readonly string[];
  columns: readonly { name: string; values: readonly string[] }[];
}

const AMINO_ACIDS = "ACDEFGHIKLMNPQRSTVWY";

/** Columns of composition, from shares of single letters, `[n, 20]` of amino acids or `[n, 4]` of A, C, G, T. */
export function composition(shares: Float32Array, letters: number): Composition["columns"] {
  const sum = (which: string, alphabet: string): ((row: number) => number) => {
    const places = [...which].map((letter) => alphabet.indexOf(letter));
    return (row) => places.reduce((total, place) => total + (shares[row * letters + place] ?? 0), 0);
  };
  const rows = Array.from({ length: shares.length / letters }, (_, row) => row);
  const column = (name: string, of: (row: number) => number) => ({ name, values: rows.map((row) => of(row).toFixed(4)) });
  if (letters === 4) return [column("GC content", sum("CG", "ACGT"))];
  if (letters !== 20) return [];
  const share = (which: string) => sum(which, AMINO_ACIDS);
  const [positive, negative] = [share("KR"), share("DE")];
  const charge = (row: number): number => positive(row) - negative(row);
  return [
    column("hydrophobic residues (AILMFVW), share", share("AILMFVW")),
    column("net charge per residue (K, R against D, E)", charge),
    column("cysteine, share", share("C")),
    column("glycine and proline, share", share("GP")),
  ];
}

/** The simple features of a run that hold shares of single letters. */
export function singleLetters(run: StoredRun | null): StoredRun["baselines"][number]["table"] | null {
  return run?.baselines.find(({ table }) => table.cols === 20 || table.cols === 4)?.table ?? null;
}
