/** Published checkpoints on the hub that can be loaded: their size as stored, and what their authors allow. */

/** A published checkpoint. */
export interface Published {
  id: string;
  label: string;
  /** Bytes of the weights as stored. */
  bytes: number;
  licence: string;
}

const NC = "CC BY-NC-SA 4.0: not for commercial use, results under the same terms";
const million = (numbers: number): number => numbers * 4e6;

/** By granularity and size. */
export const PUBLISHED: readonly Published[] = [
  { id: "facebook/esm2_t6_8M_UR50D", label: "ESM-2, 8 M", bytes: 31_384_292, licence: "MIT" },
  { id: "facebook/esm2_t12_35M_UR50D", label: "ESM-2, 35 M", bytes: million(33.5), licence: "MIT" },
  { id: "facebook/esm2_t30_150M_UR50D", label: "ESM-2, 150 M", bytes: million(148.1), licence: "MIT" },
  { id: "facebook/esm2_t33_650M_UR50D", label: "ESM-2, 650 M", bytes: million(651), licence: "MIT" },
  { id: "facebook/esm1b_t33_650M_UR50S", label: "ESM-1b, 650 M", bytes: million(652.4), licence: "MIT" },
  {
    id: "InstaDeepAI/nucleotide-transformer-v2-50m-multi-species",
    label: "Nucleotide Transformer v2, 50 M",
    bytes: 223_642_688,
    licence: NC,
  },
  {
    id: "InstaDeepAI/nucleotide-transformer-v2-50m-3mer-multi-species",
    label: "Nucleotide Transformer v2, 3-mers, 50 M",
    bytes: 207_152_202,
    licence: NC,
  },
  {
    id: "InstaDeepAI/nucleotide-transformer-v2-100m-multi-species",
    label: "Nucleotide Transformer v2, 100 M",
    bytes: million(97.9),
    licence: NC,
  },
  {
    id: "InstaDeepAI/nucleotide-transformer-v2-250m-multi-species",
    label: "Nucleotide Transformer v2, 250 M",
    bytes: million(235.1),
    licence: NC,
  },
  { id: "zhihan1996/DNABERT-2-117M", label: "DNABERT-2, 117 M", bytes: 468_354_983, licence: "Apache-2.0" },
];

/** What is known of a model before anything is downloaded; of others by the same authors at least the licence. */
export function known(id: string): { bytes?: number; licence: string } | null {
  const name = id.trim().toLowerCase();
  const listed = PUBLISHED.find((one) => one.id.toLowerCase() === name);
  if (listed !== undefined) return listed;
  return name.startsWith("instadeepai/") ? { licence: NC } : null;
}
