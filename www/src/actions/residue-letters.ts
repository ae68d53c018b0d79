/** Letters of residues as columns: what a probe of residues is compared with. */
import type { StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { engine } from "../engine";
import type { LetterEncoding } from "../protocol";
import { store } from "../state";

const ENCODINGS: readonly (readonly [LetterEncoding, string])[] = [
  ["oneHot", "own letter (one-hot)"],
  ["blosum62", "own letter (BLOSUM62)"],
];

/** A row per residue of the run; none unless its sequences are open and each residue has a vector. */
export async function residueLetters(run: StoredRun): Promise<{ name: string; table: Table }[]> {
  const { report } = store.state.sequences;
  const { ids, rows } = run.report;
  if (report === null || report.kind === "domains" || report.ids.length !== ids.length || report.ids.some((id, at) => id !== ids[at])) return [];
  const found: { name: string; table: Table }[] = [];
  for (const [encoding, name] of ENCODINGS) {
    if (encoding === "blosum62" && report.kind !== "protein") continue;
    const { numbers, columns } = await engine.ask("encodeLetters", { encoding, perResidue: true });
    if (numbers.length !== rows * columns) return [];
    found.push({ name, table: new Table(numbers, rows, columns) });
  }
  return found;
}
