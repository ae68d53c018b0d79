/** The demonstrations of the site: one small model per granularity, each with an example set of real data. */
import type { Granularity } from "../protocol";

/** A built-in model and the sequences to try it on. */
export interface Demonstration {
  /** Its folder under `models/`, and its name everywhere. */
  id: string;
  granularity: Granularity;
  /** In the list of models. */
  label: string;
  /** What the model is good for, and what it is not. */
  note: string;
  licence: string;
  files: readonly string[];
  /** The sequences and, for some, a table of their labels. */
  example: { file: string; label: string; labels?: string };
}

/** In the order of the list; the first is loaded at the start. */
export const DEMONSTRATIONS = [
  {
    id: "esm2-demo",
    granularity: "protein",
    label: "Proteins: residues (ESM-2)",
    note:
      "A very small model in the layout of ESM-2, trained for demonstration. It is not the published ESM-2, and its " +
      "vectors are barely better than amino-acid composition: good for trying the page, not for conclusions.",
    licence: "CC BY 4.0",
    files: ["config.json", "vocab.txt", "model.safetensors"],
    example: { file: "venom-families.fasta", label: "Example: 120 venom proteins" },
  },
  {
    id: "nt-3mer-demo",
    granularity: "nucleotide",
    label: "Genes: codons (Nucleotide Transformer)",
    note:
      "A very small model in the layout of the Nucleotide Transformer v2 that reads coding sequences codon by codon, " +
      "trained for demonstration. It is not the published model, and it tells species apart hardly better than codon " +
      "frequencies do.",
    licence: "CC BY 4.0",
    files: ["config.json", "vocab.txt", "model.safetensors"],
    example: { file: "coding-sequences.fasta", label: "Example: 105 coding sequences" },
  },
  {
    id: "bigcarp-demo",
    granularity: "domain",
    label: "Gene clusters: domains (BiGCARP)",
    note:
      "A small model in the layout of BiGCARP that reads gene clusters as lists of Pfam domains, trained on MIBiG for " +
      "demonstration. It is not the published BiGCARP.",
    licence: "CC BY-NC 4.0: not for commercial use",
    files: ["bigcarp_demo.pt"],
    example: {
      file: "streptomyces-domains.tsv",
      label: "Example: 39 stretches of a Streptomyces genome",
      labels: "streptomyces-domains-labels.tsv",
    },
  },
] as const satisfies readonly Demonstration[];

/** The id of a built-in model. */
export type DemonstrationId = (typeof DEMONSTRATIONS)[number]["id"];

/** The built-in model of this name, or the first. */
export function demonstration(id: string): Demonstration {
  return DEMONSTRATIONS.find((one) => one.id === id) ?? DEMONSTRATIONS[0];
}
