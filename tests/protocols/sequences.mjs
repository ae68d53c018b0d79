/** Protocols on coding sequences and their proteins: species, melting point. */
import { fasta, gc, some, table, tsv } from "./data.mjs";

/** Which of seven species a coding sequence is from. */
export function species(bench, most) {
  const rows = some(table("cds_species/cds_species.tsv.gz").filter((row) => row.qc === "ok"), most);
  fasta(bench.path("cds.fasta"), rows.map((row) => [row.id, row.cds]));
  fasta(bench.path("protein.fasta"), rows.map((row) => [row.id, row.protein.replace(/\*$/, "")]));
  tsv(bench.path("labels.tsv"), [["id", "species"], ...rows.map((row) => [row.id, row.species])]);
  bench.run("codon-frequencies", "cds.fasta", "--out", "codons.safetensors");
  bench.run("kmers", "protein.fasta", "--out", "composition.safetensors");
  bench.embed("nt-3mer-demo", "cds.fasta", "nt.safetensors");
  bench.embed("esm2-demo", "protein.fasta", "esm.safetensors");
  const tables = [
    ["codon frequencies", "codons.safetensors"],
    ["amino-acid composition", "composition.safetensors"],
    ["nt-3mer-demo on the CDS", "nt.safetensors"],
    ["esm2-demo on the protein", "esm.safetensors"],
    ["both demos side by side", "nt.safetensors+esm.safetensors"],
  ];
  const figures = ["macro_auroc", "accuracy", "weighted_f1"];
  bench.probe("species", tables, figures, ["--labels", "labels.tsv", "--column", "species"]);
}

/** Melting point, with GC content and species appended to the features. */
export function meltingPoint(bench, most) {
  const pairs = table("meltome_cds/meltome_cds_pairs.tsv.gz");
  const rows = some(pairs.filter((row) => row.qc === "ok" && row.tm_lysate !== ""), most);
  const id = (row) => `${row.species.replace(" ", "_")}-${row.accession}`;
  fasta(bench.path("cds.fasta"), rows.map((row) => [id(row), row.cds]));
  fasta(bench.path("protein.fasta"), rows.map((row) => [id(row), row.protein.replace(/\*$/, "")]));
  const labels = rows.map((row) => [id(row), row.tm_lysate, gc(row.cds).toFixed(5), row.species]);
  tsv(bench.path("labels.tsv"), [["id", "tm", "gc", "species"], ...labels]);
  tsv(bench.path("none.tsv"), [["id", "zero"], ...rows.map((row) => [id(row), "0"])]);
  bench.run("kmers", "protein.fasta", "--out", "composition.safetensors");
  bench.run("codon-frequencies", "cds.fasta", "--out", "codons.safetensors");
  bench.embed("nt-3mer-demo", "cds.fasta", "nt.safetensors");
  bench.embed("esm2-demo", "protein.fasta", "esm.safetensors");
  const words = ["--labels", "labels.tsv", "--column", "tm", "--task", "numbers", "--alpha", "100"];
  for (const [with_, more] of [
    ["", []],
    [" + GC", ["--with-numbers", "gc"]],
    [" + species", ["--with-classes", "species"]],
    [" + GC + species", ["--with-numbers", "gc", "--with-classes", "species"]],
  ]) {
    const alone = with_ === "" ? [] : [[`nothing${with_}`, "none.tsv"]];
    const tables = [
      ...alone,
      [`amino-acid composition${with_}`, "composition.safetensors"],
      [`codon frequencies${with_}`, "codons.safetensors"],
      [`esm2-demo${with_}`, "esm.safetensors"],
      [`nt-3mer-demo${with_}`, "nt.safetensors"],
    ];
    bench.probe("melting point", tables, ["r2", "spearman"], [...words, ...more]);
  }
}
