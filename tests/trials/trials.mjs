/** What is run in each trial, and what is right. A function answers one line; whatever is wrong, it throws. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";

const ESM = "models/esm2-demo";
const BIGCARP = "models/bigcarp-demo";

export const trials = {
  // A stop at the end of /translation is dropped, as in FASTA.
  "01"(trial) {
    const told = trial.embed(ESM, "cluster.gbk", "a.csv");
    trial.embed(ESM, "proteins.faa", "b.csv");
    assert.doesNotMatch(told, /cds\.translation_differs|token\.unknown/);
    return trial.same("a.csv", "b.csv");
  },
  // GECCO's domains are misc_features.
  "02"(trial) {
    trial.embed(BIGCARP, "cluster.gbk", "a.csv");
    trial.embed(BIGCARP, "expected.tsv", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // hmmsearch has the protein left and the profile right.
  "03"(trial) {
    trial.embed(BIGCARP, "no_accession.domtbl", "a.csv");
    trial.embed(BIGCARP, "expected.tsv", "b.csv");
    assert.deepEqual(trial.table("a.csv").ids, ["c1_1", "c1_2"]);
    return trial.same("a.csv", "b.csv");
  },
  // --tblout has no positions.
  "04"(trial) {
    const { status, told } = trial.run("embed", "--device", "cpu", "--model", trial.repository(BIGCARP), "--input", "hits.tblout", "--out", "a.csv");
    assert.notEqual(status, 0);
    assert.ok(!existsSync(trial.file("a.csv")));
    assert.match(told, /--tblout/);
    assert.match(told, /--domtblout/);
    return `refused: ${told.split("\n").find((line) => line.startsWith("error"))}`;
  },
  // A full stop for a stop codon.
  "06"(trial) {
    trial.embed(ESM, "gffread_dots.faa", "a.csv");
    trial.embed(ESM, "gffread_S_stars.faa", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // Frame and partiality in NCBI's headers.
  "07"(trial) {
    trial.embed(ESM, "cds_from_genomic.fna", "a.csv", "--translate", "11");
    trial.embed(ESM, "expected.faa", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // Genetic code 15.
  "08"(trial) {
    trial.embed(ESM, "genes.fna", "a.csv", "--translate", "15");
    trial.embed(ESM, "expected.faa", "b.csv");
    trial.ok("codons", "genes.fna", "--table", "15");
    return trial.same("a.csv", "b.csv");
  },
  // The table asked for counts where the file says none.
  "09"(trial) {
    trial.embed(ESM, "mycoplasma.gbk", "a.csv", "--translate", "4");
    trial.embed(ESM, "expected.faa", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // Pseudogenes are left out, and named.
  "11"(trial) {
    const told = trial.embed(ESM, "pgap.gbff", "a.csv");
    trial.embed(ESM, "expected.faa", "b.csv");
    assert.deepEqual(trial.table("a.csv").ids, ["PS_1"]);
    assert.match(told, /PS_2/);
    assert.match(told, /PS_3/);
    return trial.same("a.csv", "b.csv");
  },
  // A region across the origin.
  "12"(trial) {
    trial.embed(BIGCARP, "plasmid.gbk", "a.csv");
    trial.embed(BIGCARP, "expected.tsv", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // Names that run into the length.
  "13"(trial) {
    const told = trial.embed("models/nt-3mer-demo", "prokka.gbk", "a.csv");
    assert.deepEqual(trial.table("a.csv").ids, ["NODE_1_length_1260_cov_13.663119", "NODE_2_length_600_cov_9.250000"]);
    assert.match(told, /NODE_1/);
    assert.match(told, /NODE_2/);
    return "both names";
  },
  // Region files of one record, newest first.
  "15"(trial) {
    trial.embed(BIGCARP, "newest_first.gbk", "a.csv");
    trial.embed(BIGCARP, "expected.tsv", "b.csv");
    return trial.same("a.csv", "b.csv");
  },
  // One label of an id that stands twice.
  "17"(trial) {
    trial.embed(ESM, "dups.faa", "a.csv");
    const { status, told, out } = trial.run("purity", "a.csv", "-k", "2", "--labels", "labels.tsv", "--column", "family", "--json");
    if (status !== 0) {
      assert.match(told, /p3/);
      return "refused: p3 is named";
    }
    assert.equal(JSON.parse(out).rows, 12);
    return "purity over 12 rows";
  },
  // `sep=;`, and semicolons beside a comma in the header.
  "19"(trial) {
    const lines = [];
    for (const file of ["sep_line.csv", "comma_in_header.csv", "semicolon.csv"].filter((name) => existsSync(trial.file(name)))) {
      const answer = trial.answer("purity", "rows.csv", "-k", "3", "--labels", file, "--column", "family");
      assert.equal(answer.rows, 40);
      assert.ok(answer.mean > 0.9, `purity ${answer.mean}`);
      lines.push(`${file}: ${answer.mean.toFixed(3)} over ${answer.rows}`);
    }
    return lines.join(", ");
  },
  // Vectors with semicolons.
  "20"(trial) {
    const { told } = trial.ok("map", "points.csv", "--method", "pca", "--out", "m.csv");
    trial.ok("neighbours", "points.csv", "-k", "3");
    assert.equal(trial.table("m.csv").ids.length, 40, told);
    assert.equal(trial.table("m.csv").ids[0], "P10000");
    return "a map of 40 rows";
  },
  // Vectors without a header and ids; gzip.
  "21"(trial) {
    trial.ok("export-table", "vectors.tsv", "--format", "csv", "--out", "v.csv");
    const { rows } = trial.table("v.csv");
    assert.deepEqual([rows.length, rows[0].length], [50, 8]);
    trial.ok("neighbours", "rows.csv.gz", "-k", "3");
    trial.ok("export-table", "rows.csv.gz", "--format", "csv", "--out", "r.csv");
    const unpacked = trial.table("r.csv");
    return `50 × 8; gzip: ${unpacked.rows.length} × ${unpacked.rows[0].length}`;
  },
  // R's NA.
  "22"(trial) {
    const numbers = trial.answer("probe", "rows.csv", "--labels", "labels.csv", "--column", "Tm");
    assert.equal(numbers.rows, 37);
    assert.equal(numbers.unlabelled, 3);
    assert.equal(numbers.classes?.length ?? 0, 0);
    const classes = trial.answer("probe", "rows.csv", "--labels", "labels.csv", "--column", "type");
    assert.equal(classes.rows, 34);
    assert.deepEqual(classes.classes.map((one) => one.name ?? one).sort(), ["acid", "base"]);
    return "Tm: 37 numbers, 3 unlabelled; type: 2 classes, 34 rows";
  },
  // Strings of another length than their protein.
  "24"(trial) {
    trial.embed(ESM, "proteins.faa", "a.safetensors", "--pool", "none");
    const { status, told, out } = trial.run("probe", "a.safetensors", "--labels", "labels.tsv", "--column", "ss", "--per-residue", "--count", "3");
    const words = told + (status === 0 ? out : "");
    for (const word of ["s3", "43", "39", "s8", "48"]) assert.match(words, new RegExp(`\\b${word}\\b`));
    return status === 0 ? "s3 and s8 are told" : "refused: s3 and s8 are named with both lengths";
  },
  // Thousands of records in one file, and long names.
  "25"(trial) {
    const tiny = "tests/golden/esm2-tiny";
    trial.embed(tiny, "peptides.faa", "a.safetensors", "--pool", "none");
    trial.embed(tiny, "long_ids.faa", "b.safetensors");
    trial.ok("neighbours", "a.safetensors", "-k", "3");
    const { rows } = trial.answer("neighbours", "b.safetensors", "-k", "3");
    return `both open again (${rows} rows)`;
  },
  // Names without a prefix, a pooler, no language head.
  "26"(trial) {
    return compare(trial, [["esm-base", "tests/golden/esm2-tiny"], ["dnabert2-base", "tests/golden/dnabert2-tiny"]]);
  },
  // A head of a classifier beside the backbone.
  "27"(trial) {
    return compare(trial, [["esm-classifier", "tests/golden/esm2-tiny"], ["dnabert2-classifier", "tests/golden/dnabert2-tiny"]], /classifier|head/);
  },
  // A decoder of its own: its weights are twice those of the embedding.
  "31"(trial) {
    const golden = "tests/golden/esm2-tiny";
    trial.embed(golden, "proteins.faa", "a.safetensors", "--logits");
    trial.embed("esm-untied", "proteins.faa", "b.safetensors", "--logits");
    const bias = trial.arrays(trial.repository(`${golden}/model.safetensors`))["lm_head.bias"];
    const [tied, untied] = [trial.arrays("a.safetensors"), trial.arrays("b.safetensors")];
    let most = 0;
    const names = Object.keys(tied).filter((name) => name.endsWith("/logits"));
    assert.ok(names.length > 0);
    for (const name of names) {
      for (const [at, value] of untied[name].entries()) {
        const less = bias[at % bias.length];
        most = Math.max(most, Math.abs(value - less - 2 * (tied[name][at] - less)));
      }
    }
    assert.ok(most < 1e-4, `off by ${most}`);
    return `${names.length} records, off by ${most.toPrecision(2)}`;
  },
};

/** Checkpoints give what the golden ones give, and say what `told` expects. */
function compare(trial, pairs, told) {
  const lines = [];
  for (const [model, golden] of pairs.filter(([name]) => existsSync(trial.file(name)))) {
    const input = existsSync(trial.file(`${model}.fna`)) ? `${model}.fna` : golden.includes("dnabert2") ? "genes.fna" : "proteins.faa";
    const words = trial.embed(model, input, "a.csv");
    trial.embed(golden, input, "b.csv");
    if (told !== undefined) assert.match(words, told);
    lines.push(`${model}: ${trial.same("a.csv", "b.csv", 0)}`);
  }
  assert.ok(lines.length > 0, "no checkpoint");
  return lines.join("; ");
}
