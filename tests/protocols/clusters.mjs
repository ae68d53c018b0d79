/** Protocols on gene clusters as lists of Pfam domains: product class, halogenation. */
import { table, some, tsv } from "./data.mjs";

/** Features of some clusters: the demonstration model, random vectors, skip-gram vectors learnt from all clusters. */
function features(bench, rows) {
  const list = (row) => [row.bgc_id, row.pfam_ids.split(/[ |]+/).filter(Boolean).join(";")];
  tsv(bench.path("all.tsv"), clusters().map(list));
  tsv(bench.path("clusters.tsv"), rows.map(list));
  bench.embed("bigcarp-demo", "clusters.tsv", "bigcarp.safetensors");
  bench.run("random-vectors", "clusters.tsv", "--out", "random.safetensors");
  bench.run("skip-gram", "clusters.tsv", "--learn-from", "all.tsv", "--out", "skip.safetensors");
}

const clusters = () => table("mibig_bgc/bgc_pfam_ordered_ccbync.tsv.gz").filter((row) => row.pfam_ids !== "");

const MODEL = ["bigcarp-demo, mean over domains", "bigcarp.safetensors"];
const RANDOM = ["random vector per domain", "random.safetensors"];
// The file also holds the vector of each domain.
const SKIP = ["skip-gram (Pfam2vec's method)", "skip.safetensors#numbers"];

/** Product class, several labels per cluster: the perceptron of the paper, and skip-gram with a forest. */
export function productClass(bench, most) {
  const rows = some(clusters(), most);
  features(bench, rows);
  const labels = rows.map((row) => [row.bgc_id, row.classes, row.fold5 === "0" ? "0" : ""]);
  tsv(bench.path("labels.tsv"), [["id", "classes", "fold"], ...labels]);
  const words = ["--labels", "labels.tsv", "--column", "classes", "--task", "labels"];
  const figures = ["macro_auroc", "micro_f1"];
  bench.probe("product class, perceptron", [RANDOM, SKIP, MODEL], figures, [...words, "--model", "product-class"]);
  bench.probe("product class, forest", [RANDOM, SKIP, MODEL], figures, [...words, "--model", "forest"]);
  // The demonstration model has seen the classes of all folds but 0: only there is its score its own.
  const held = ["--folds", "given", "--groups", "fold"];
  bench.probe("product class, forest, fold 0 tested", [RANDOM, SKIP, MODEL], figures, [...words, ...held, "--model", "forest"]);
}

/** Halogenation of clusters with PF04820: one left out at a time, pairs compared on the same folds and halves. */
export function halogenation(bench) {
  const known = table("mibig_bgc/halogen_pf04820.tsv").filter((row) => row.has_halogen !== "");
  const halogen = new Map(known.map((row) => [row.bgc_id, row.has_halogen === "1" ? "yes" : "no"]));
  const rows = clusters().filter((row) => halogen.has(row.bgc_id));
  features(bench, rows);
  tsv(bench.path("labels.tsv"), [["id", "halogen"], ...rows.map((row) => [row.bgc_id, halogen.get(row.bgc_id)])]);
  const tables = [RANDOM, SKIP, MODEL, ["random + bigcarp-demo", "random.safetensors+bigcarp.safetensors"]];
  const words = ["--labels", "labels.tsv", "--column", "halogen", "--folds", "leave-one-out"];
  bench.probe("halogenation, perceptron", tables, ["macro_auroc"], [...words, "--model", "halogenation"]);
  bench.probe("halogenation, logistic", tables, ["macro_auroc"], [...words, "--c", "0.01"]);
}
