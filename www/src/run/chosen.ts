/** What is chosen for a run besides model and sequences. */
import type { LayerWord, Pool } from "../protocol";

/** Options of a run, as the page offers them. */
export interface ChosenOptions {
  layers: LayerWord;
  pool: Pool | "positions" | "positions-in-order";
  /** The table of chosen positions, as it was read. */
  positions: { name: string; text: string } | null;
  /** Residues shared by neighbouring windows; null for the engine's default. */
  overlap: number | null;
}
