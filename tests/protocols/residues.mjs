/** Protocols inside a protein: secondary structure per residue, neighbourhoods of TEM-1 mutants. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DATA, fasta, some, table, tsv } from "./data.mjs";

const LETTERS = "ACDEFGHIKLMNPQRSTVWY";
/** Residues on each side that the composition of a window counts. */
const REACH = 7;

/** Helix, strand or coil of each residue; folds never split a chain. */
export function secondaryStructure(bench, most) {
  const chains = some(table("secondary_structure/flip_sampled_subset.tsv.gz").filter((row) => row.length < 300), most);
  fasta(bench.path("chains.fasta"), chains.map((row) => [row.id, row.sequence]));
  const [labels, windows] = [[["id", "state", "chain"]], []];
  for (const { id, sequence, ss3, resolved } of chains) {
    for (let i = 0; i < sequence.length; i += 1) {
      labels.push([`${id}/${i + 1}`, resolved[i] === "1" ? ss3[i] : "", id]);
      const near = sequence.slice(Math.max(0, i - REACH), i + REACH + 1);
      const counts = [...LETTERS].map((letter) => near.split(letter).length - 1);
      const own = [...LETTERS].map((letter) => Number(letter === sequence[i]));
      windows.push(`${id}/${i + 1},${[...own, ...counts].join(",")}`);
    }
  }
  tsv(bench.path("labels.tsv"), labels);
  const head = `id,${Array.from({ length: 40 }, (_, i) => `d${i}`).join(",")}`;
  writeFileSync(bench.path("windows.csv"), `${head}\n${windows.join("\n")}\n`);
  bench.embed("esm2-demo", "chains.fasta", "esm.csv", "none");
  const tables = [["residue and composition of 15", "windows.csv"], ["esm2-demo per residue", "esm.csv"]];
  const words = ["--labels", "labels.tsv", "--column", "state", "--folds", "grouped", "--groups", "chain"];
  bench.probe("secondary structure", tables, ["accuracy", "macro_auroc"], words);
}

/** The published neighbourhoods of single mutants, one codon per new amino acid, and fitness from neighbours. */
export function neighbourhoods(bench, most) {
  const cds = letters("tem1_codon/tem1_cds.fasta");
  const protein = letters("tem1_codon/tem1_protein.fasta");
  const best = new Map();
  for (const row of table("tem1_codon/tem1_codon_fitness.tsv.gz")) {
    if (row.mutation_class !== "missense") continue;
    const key = `${row.codon_index}${row.mut_aa}`;
    if (Number(row.total_counts) > Number(best.get(key)?.total_counts ?? 0)) best.set(key, row);
  }
  // A stretch, not a sample: neighbours at the same place must be there to be found.
  const rows = [...best.entries()].slice(0, most);
  const put = (text, at, width, by) => text.slice(0, at * width) + by + text.slice((at + 1) * width);
  fasta(bench.path("cds.fasta"), rows.map(([id, row]) => [id, put(cds, row.codon_index - 1, 3, row.mut_codon)]));
  fasta(bench.path("protein.fasta"), rows.map(([id, row]) => [id, put(protein, row.codon_index - 1, 1, row.mut_aa)]));
  tsv(bench.path("labels.tsv"), [["id", "position", "to", "fitness"], ...rows.map(([id, row]) => [id, row.codon_index, row.mut_aa, row.fitness])]);
  bench.run("codon-frequencies", "cds.fasta", "--out", "codons.safetensors");
  bench.run("kmers", "protein.fasta", "--out", "composition.safetensors");
  bench.embed("nt-3mer-demo", "cds.fasta", "nt.safetensors");
  bench.embed("esm2-demo", "protein.fasta", "esm.safetensors");
  for (const [features, file] of [
    ["codon frequencies", "codons.safetensors"],
    ["amino-acid composition", "composition.safetensors"],
    ["nt-3mer-demo on the CDS", "nt.safetensors"],
    ["esm2-demo on the protein", "esm.safetensors"],
  ]) {
    const mutants = ["--positions", "position", "--amino-acids", "to"];
    const { answers } = bench.answer("neighbourhood", file, "--labels", "labels.tsv", ...mutants);
    const [{ k, accuracy, chance, medianDistance, chanceDistance }] = answers;
    const { fit } = bench.answer("predict", file, "--labels", "labels.tsv", "--numbers", "fitness");
    const line = { protocol: `TEM-1 neighbourhoods, k = ${k}`, rows: fit.rows, features, columns: bench.columns(file) };
    bench.rows.push({ ...line, figure: "amino-acid accuracy", value: accuracy, shuffled: chance });
    bench.rows.push({ ...line, figure: "median positional distance", value: medianDistance, shuffled: chanceDistance });
    bench.rows.push({ ...line, figure: "fitness from neighbours, Spearman", value: fit.spearman });
  }
}

const letters = (file) => readFileSync(join(DATA, file), "utf8").split("\n").slice(1).join("").trim();
