/** What the page says about finished analyses: as a record for programs, as sentences for a paper. */
import { percent } from "../format";
import { shownRun, spaceName } from "../metadata";
import type { State } from "../state";
import { controlOf } from "./control";
import type { DrawnMap } from "./state";

/** Every finished analysis with its parameters and seeds. */
export function analysesRecord(state: State): { analyses?: Record<string, unknown> } {
  const { map, jobs } = state;
  const { purity, likeness, probe, cka, ckaTest, mutants, codons, neighbours, clusters } = jobs;
  const found: Record<string, unknown> = {};
  if (map.drawn !== null) {
    const { method, layer, parameters, quality, rows } = map.drawn;
    found["map"] = { method, layer, sequences: rows, parameters, quality };
  }
  if (neighbours.answer !== null) found["neighbours"] = pick(neighbours.answer, ["layer", "k", "metric"]);
  if (purity.answer !== null)
    found["purity"] = pick(purity.answer, ["column", "layer", "k", "metric", "rows", "mean", "p", "shuffled", "seed", "beside", "control"]);
  if (likeness.answer !== null)
    found["numbersOfNeighbours"] = pick(likeness.answer, ["column", "layer", "k", "metric", "rows", "spearman", "r2", "p", "shuffled", "beside", "control"]);
  if (probe.answer !== null)
    found["probe"] = pick(probe.answer, ["column", "layers", "task", "rows", "residues", "model", "folds", "seeds", "units", "within", "intervals", "intervalOf", "halves", "draws", "shuffles", "comparisons"]);
  if (cka.answer !== null) {
    const { a, b, kernel, n } = cka.answer;
    const tested = ckaTest.answer === null ? {} : pick(ckaTest.answer, ["shuffles", "draws", "seed"]);
    found["cka"] = { estimate: "debiased", kernel, first: a.name, second: b.name, sequences: n, ...tested };
  }
  if (mutants.answer !== null)
    found["neighbourhood"] = { ...pick(mutants.answer, ["layer", "metric", "count"]), k: mutants.answer.answers.map(({ k }) => k) };
  if (clusters.answer !== null) found["clusters"] = pick(clusters.answer, ["identity", "word", "count", "largest", "singletons"]);
  const control = controlOf(state.runs, shownRun(state))?.control;
  if (control !== undefined) found["control"] = { shuffled: control.letters, seed: control.seed, map: map.control === null ? null : pick(map.control, ["quality", "silhouette"]) };
  if (codons.answer !== null) found["codons"] = pick(codons.answer, ["table", "grouped"]);
  return Object.keys(found).length === 0 ? {} : { analyses: found };
}

/** The same in words. */
export function paragraph(state: State): string {
  const { map, jobs } = state;
  const { purity, likeness, probe, cka, clusters } = jobs;
  const said: string[] = [];
  const { report } = state.run;
  const vectors = (layer: number): string => {
    const name = report === null ? `layer ${layer}` : spaceName(report, layer);
    return name.startsWith("the ") ? name.slice(4) : `vectors of ${name}`;
  };
  if (map.drawn !== null) said.push(ofMap(map.drawn, vectors(map.drawn.layer)));
  if (purity.answer !== null) {
    const { k, layer, metric, column, shuffled, seed } = purity.answer;
    said.push(
      `Label purity is the mean share of the ${k} nearest neighbours (${metric} distance, ${vectors(layer)}) with the same ${column}, compared with ${shuffled.shuffles} shuffles of the labels (seed ${seed}).`,
    );
  }
  if (likeness.answer !== null) {
    const { k, layer, metric, column, shuffled } = likeness.answer;
    said.push(
      `Spearman’s correlation was taken between each ${column} and the mean ${column} of the ${k} nearest neighbours (${metric} distance, ${vectors(layer)}), and compared with ${shuffled.shuffles} shuffles of the numbers.`,
    );
  }
  if (probe.answer !== null) {
    const { model, folds, seeds, column, intervals, intervalOf, halves, draws, shuffles, comparisons, units, within } = probe.answer;
    const linear = probe.answer.task === "numbers" ? "A ridge regression" : "A logistic regression";
    const name = { mlp: "A multilayer perceptron", forest: "A random forest", linear }[model.kind];
    said.push(
      `${name} was trained to predict ${column} in a cross-validation of ${folds.count} folds (${folds.clusters === null ? folds.kind : `${folds.clusters.count} clusters of sequences with an estimated identity from ${folds.clusters.identity} kept together`}; ${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")})${model.kind === "forest" ? "" : ", columns standardised with the training rows"}. The 95\u202f% intervals are of ${intervalOf} (${intervals === "halfSamples" ? `${halves} pairs of half-samples` : `${draws} bootstrap draws`}). The p-value of a score is from ${shuffles} permutations of the labels between ${units.count} independent units${comparisons > 0 ? `; ${comparisons === 1 ? "one comparison of feature sets was made" : `p-values of ${comparisons} comparisons of feature sets were corrected by Holm's method`}` : ""}.${within === null ? "" : ` Scores inside groups are ${within.of}.`}`,
    );
  }
  if (cka.answer !== null) {
    const { kernel, n } = cka.answer;
    said.push(
      `Layers were compared by debiased centred kernel alignment (${kernel === "rbf" ? "Gaussian kernel of the median distance" : "linear kernel"}) over ${n} sequences.`,
    );
  }
  if (clusters.answer !== null)
    said.push(`Sequences were linked from an estimated identity of ${percent(clusters.answer.identity)} on, and linked sequences taken for one cluster (${clusters.answer.count} clusters).`);
  const control = controlOf(state.runs, shownRun(state))?.control;
  if (control !== undefined)
    said.push(`As a control, the ${control.letters} of each sequence were shuffled (seed ${control.seed}), embedded by the same model with the same settings, and analysed in the same way.`);
  return said.join(" ");
}

function ofMap({ method, rows, parameters, quality }: DrawnMap, vectors: string): string {
  const { seed, metric, neighbours, minDist, epochs, perplexity, iterations } = parameters;
  const how = {
    pca: "the first two principal components",
    umap: `UMAP (${neighbours} neighbours, minimum distance ${minDist}, ${metric} distance, ${epochs} epochs, start from principal components, seed ${seed})`,
    tsne: `t-SNE (perplexity ${(perplexity ?? 0).toFixed(1)}, ${metric} distance, ${iterations} iterations, start from principal components, seed ${seed})`,
  }[method];
  const kept =
    quality === null
      ? ""
      : `; trustworthiness ${quality.trustworthiness.toFixed(3)}, continuity ${quality.continuity.toFixed(3)}, ${percent(quality.overlap)} of the ${quality.k} nearest neighbours kept${quality.sampled ? ` (estimated from ${quality.rows} random rows)` : ""}`;
  return `The map shows ${rows} sequences by ${how} of the ${vectors}${kept}.`;
}

function pick<T extends object, K extends keyof T>(from: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(names.map((name) => [name, from[name]])) as Pick<T, K>;
}
