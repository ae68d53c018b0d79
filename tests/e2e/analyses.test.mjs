/**
 * The analyses of `crossgrain.js` on the example set, number by number: neighbours recomputed here, similarities and
 * maps by what they must be, codons by hand. Same seed, same numbers; a cancel ends the wait at once.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { join } from "node:path";
import { launch, open } from "./browser.mjs";
import { root, serve } from "./serve.mjs";

const PLAIN = `<!doctype html><title>plain</title><link rel="icon" href="data:,">`;
const K = 10;

let server, browser, page, record, rows, families;

before(async () => {
  server = await serve({ extra: { "plain.html": PLAIN } });
  browser = await launch({ webgpu: false });
  ({ page, record } = await open(browser, server.origin));
  await page.goto(`${server.origin}/extra/plain.html`);
  const text = await readFile(join(root, "www", "public", "examples", "venom-families.fasta"), "utf8");
  const records = text.split(">").slice(1).map((entry) => {
    const [header, ...lines] = entry.split("\n");
    return { id: header.split(" ")[0], family: header.match(/family=(\S+)/)[1], sequence: lines.join("") };
  });
  families = records.map(({ family }) => family);
  rows = await page.evaluate(async (records) => {
    const module = await import("/crossgrain.js");
    const cg = await module.Crossgrain.create({ device: "cpu" });
    const model = await cg.loadModel({ builtin: "esm2-demo" });
    const out = await model.embed(records.map(({ id, sequence }) => ({ id, sequence })), { layers: "all" });
    Object.assign(globalThis, { module, cg, records, layers: Object.keys(out.layers).map((layer) => module.Analyses.matrix(out, Number(layer))) });
    globalThis.labels = records.map(({ family }) => family);
    return Array.from({ length: out.rows }, (_, row) => Array.from(out.layers[6].subarray(row * out.dims, (row + 1) * out.dims)));
  }, records);
});

after(async () => {
  await browser?.close();
  await server?.close();
});

/** Linear CKA of two matrices of `n` rows, biased and debiased (Song et al. 2012), from the definitions. */
function alignment(x, y, n) {
  const centred = (data) => {
    const d = data.length / n;
    const mean = Array.from({ length: d }, (_, j) => Array.from({ length: n }, (_, i) => data[i * d + j]).reduce((a, b) => a + b) / n);
    return Array.from({ length: n }, (_, i) => mean.map((m, j) => data[i * d + j] - m));
  };
  const gram = (rows) => rows.map((a) => rows.map((b) => a.reduce((sum, value, j) => sum + value * b[j], 0)));
  const [k, l] = [gram(centred(x)), gram(centred(y))];
  const sum = (a, b) => a.reduce((total, row, i) => total + row.reduce((part, value, j) => part + value * b[i][j], 0), 0);
  const bare = (a) => a.map((row, i) => row.map((value, j) => (i === j ? 0 : value)));
  const unbiased = (a, b) => {
    const [p, q] = [bare(a), bare(b)];
    const rows = (m) => m.map((row) => row.reduce((one, other) => one + other, 0));
    const [r, s] = [rows(p), rows(q)];
    const [all, others] = [r, s].map((list) => list.reduce((one, other) => one + other, 0));
    const cross = r.reduce((total, value, i) => total + value * s[i], 0);
    return sum(p, q) + (all * others) / ((n - 1) * (n - 2)) - (2 / (n - 2)) * cross;
  };
  return [sum, unbiased].map((hsic) => hsic(k, l) / Math.sqrt(hsic(k, k) * hsic(l, l)));
}

/** Squared Euclidean distance. */
const apart = (a, b) => a.reduce((sum, x, i) => sum + (x - b[i]) ** 2, 0);
/** The k nearest other rows of every row, ties by number. */
const nearest = (k) =>
  rows.map((own, i) =>
    rows
      .map((other, j) => [apart(own, other), j])
      .filter(([, j]) => j !== i)
      .sort(([a, i], [b, j]) => a - b || i - j)
      .slice(0, k)
      .map(([, j]) => j),
  );

test("CKA: a layer is itself, unrelated numbers are not, too few rows are refused", async (context) => {
  const seen = await page.evaluate(async () => {
    const matrix = await cg.analyses.cka({ x: layers });
    const tested = await cg.analyses.ckaTest({ x: layers[0], y: layers[6], shuffles: 199, draws: 200, seed: 7 });
    const again = await cg.analyses.ckaTest({ x: layers[0], y: layers[6], shuffles: 199, draws: 200, seed: 7 });
    let state = 1;
    const next = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
    const noise = { data: Float32Array.from({ length: 120 * 400 }, next), rows: 120, cols: 400 };
    const other = await cg.analyses.cka({ x: [layers[6]], y: [noise] });
    const few = await cg.analyses.cka({ x: [{ matrix: layers[6], rows: [0, 1, 2] }] }).catch(({ code }) => code);
    const numbers = [layers[0], layers[6]].map(({ data }) => Array.from(data));
    return { matrix, numbers, tested, same: JSON.stringify(tested) === JSON.stringify(again), other, few };
  });
  const { matrix, tested, other } = seen;
  const [biased, debiased] = alignment(...seen.numbers, 120);
  assert.ok(Math.abs(matrix.biased[6] - biased) < 1e-5 && Math.abs(matrix.debiased[6] - debiased) < 1e-5, `${biased} ${debiased}`);
  assert.deepEqual([matrix.rows, matrix.cols, matrix.n, matrix.undefined.length], [7, 7, 120, 0]);
  for (let i = 0; i < 7; i += 1) {
    assert.ok(Math.abs(matrix.debiased[8 * i] - 1) < 1e-6 && Math.abs(matrix.biased[8 * i] - 1) < 1e-6);
    for (let j = 0; j < 7; j += 1) assert.ok(Math.abs(matrix.debiased[7 * i + j] - matrix.debiased[7 * j + i]) < 1e-9);
  }
  context.diagnostic(`layer 0 with 6: ${tested.value.toFixed(4)}, ${tested.interval.map((end) => end.toFixed(4))}, p ${tested.p}`);
  assert.ok(Math.abs(tested.value - matrix.debiased[6]) < 1e-4);
  assert.ok(tested.interval[0] < tested.value && tested.value < tested.interval[1] && tested.p <= 0.01);
  assert.ok(seen.same, "the same seed must give the same test");
  assert.ok(Math.abs(other.debiased[0]) < 0.05 && other.biased[0] > 0.1, JSON.stringify(other));
  assert.equal(seen.few, "cka.too_few_rows");
});

test("neighbours, purity and overlap are those of a plain search", async () => {
  const seen = await page.evaluate(async (k) => {
    const table = layers[6];
    const found = await cg.analyses.neighbours({ table, k });
    const outside = await cg.analyses.neighbours({ table, queries: { matrix: table, rows: [3, 5] }, k: 1 });
    const purity = await cg.analyses.purity({ table, labels, k, shuffles: 199, seed: 3 });
    const shared = await cg.analyses.overlap({ a: table, b: layers[1], k });
    const same = await cg.analyses.overlap({ a: table, b: table, k });
    const predicted = await cg.analyses.predict({ table, queries: { matrix: table, rows: [0] }, labels, k: 1 });
    const codes = [
      await cg.analyses.neighbours({ table, k: 120 }).catch(({ code }) => code),
      await cg.analyses.neighbours({ table, k: 3, metrik: "cosine" }).catch(({ code }) => code),
      await cg.analyses.purity({ table, labels: ["a"], k }).catch(({ code }) => code),
      await cg.analyses.neighbours({ table, k: 3 }, { sginal: null }).catch(({ code }) => code),
    ];
    return { indices: [...found.indices], outside: [...outside.indices], distance: outside.distances[0], purity, shared, same: same.shared, predicted, codes };
  }, K);
  const expected = nearest(K);
  assert.deepEqual(seen.indices, expected.flat());
  assert.deepEqual([seen.outside, seen.distance], [[3, 5], 0]);
  const pure = expected.flatMap((found, row) => found.map((other) => Number(families[other] === families[row])));
  assert.ok(Math.abs(seen.purity.mean - pure.reduce((a, b) => a + b) / pure.length) < 1e-9);
  assert.ok(seen.purity.mean > seen.purity.shuffled.high && seen.purity.p <= 0.01, JSON.stringify(seen.purity));
  assert.equal(seen.purity.classes.length, new Set(families).size);
  assert.equal(seen.same, 1);
  assert.ok(seen.shared.shared > seen.shared.chance && seen.shared.shared < 1);
  assert.deepEqual(seen.predicted.labels, [families[0]]);
  assert.deepEqual(seen.codes, ["knn.neighbours", "options.unknown_field", "analysis.labels", "options.unknown_field"]);
});

test("probes beat shuffled labels and say how sure they are", async (context) => {
  const seen = await page.evaluate(async () => {
    const stages = new Set();
    const features = [
      { name: "layer 6", of: [layers[6]] },
      { name: "layers 0 and 6", of: [layers[0], layers[6]] },
    ];
    const question = { features, labels, draws: 300, seeds: [1, 2] };
    const linear = await cg.analyses.probe(question, { onProgress: ({ stage }) => stages.add(stage) });
    const again = await cg.analyses.probe(question);
    const mlp = await cg.analyses.probe({ ...question, features: features.slice(0, 1), seeds: [1], draws: 100, model: { kind: "mlp", hidden: [32], epochs: 60 } });
    const lengths = records.map(({ sequence }) => String(sequence.length));
    const numbers = await cg.analyses.probe({ ...question, labels: lengths, draws: 100 });
    const several = await cg.analyses.probe({ ...question, labels: labels.map((one, i) => (i % 3 ? one : `${one};every third`)), draws: 100, seeds: [1] });
    const codes = [
      await cg.analyses.probe({ ...question, labels: labels.map(() => "one") }).catch(({ code }) => code),
      await cg.analyses.probe({ ...question, folds: { kind: "grouped" } }).catch(({ code }) => code),
      await cg.analyses.probe({ ...question, folds: { count: 500 } }).catch(({ code }) => code),
    ];
    return { linear, same: JSON.stringify(linear) === JSON.stringify(again), mlp, numbers, several, stages: [...stages], codes };
  });
  const [auroc] = seen.linear.tables[0].scores;
  context.diagnostic(`macro AUROC ${auroc.value.toFixed(3)} [${auroc.interval.low.toFixed(3)}, ${auroc.interval.high.toFixed(3)}], shuffled ${auroc.permuted.mean.toFixed(3)}`);
  assert.deepEqual([seen.linear.task, seen.linear.rows, auroc.metric], ["classes", 120, "macro_auroc"]);
  assert.ok(auroc.interval.low > auroc.permuted.mean && auroc.interval.low <= auroc.value && auroc.value <= auroc.interval.high + 0.02);
  assert.ok(auroc.overSeeds !== null && seen.linear.tables[1].minusFirst.p <= 1);
  assert.equal(seen.linear.confusion.flat().reduce((a, b) => a + b), 120);
  assert.ok(seen.same, "the same seeds must give the same scores");
  assert.ok(seen.mlp.tables[0].scores[0].value > seen.mlp.tables[0].scores[0].permuted.mean);
  assert.deepEqual([seen.numbers.task, seen.several.task], ["numbers", "labels"]);
  assert.equal(seen.numbers.tables[0].scores[0].metric, "spearman");
  assert.ok(seen.stages.includes("training"), String(seen.stages));
  assert.deepEqual(seen.codes, ["probe.one_class", "folds.no_groups", "folds.count"]);
});

test("maps keep neighbours, and a seed fixes every point", async (context) => {
  const seen = await page.evaluate(async () => {
    const table = layers[6];
    const made = {};
    for (const method of ["pca", "umap", "tsne"]) {
      const question = { table, method, seed: 5, labels };
      const [first, second] = [await cg.analyses.map(question), await cg.analyses.map(question)];
      const same = first.points.every((value, index) => value === second.points[index]);
      made[method] = { ...first, points: first.points.length, same };
    }
    const [one, two] = [await cg.analyses.map({ table, method: "umap", seed: 1 }), await cg.analyses.map({ table, method: "umap", seed: 2 })];
    const differs = one.points.some((value, index) => value !== two.points[index]);
    const points = (map) => ({ data: map.points, rows: 120, cols: 2 });
    const aligned = await cg.analyses.align({ map: points(one), target: points(two) });
    const itself = await cg.analyses.align({ map: points(one), target: points(one) });
    const part = await cg.analyses.map({ table: { matrix: table, rows: [0, 2, 4, 6, 8, 10, 12, 14] }, method: "umap" });
    const few = await cg.analyses.map({ table: { matrix: table, rows: [0, 1] }, method: "umap" }).catch(({ code }) => code);
    return { made, differs, disparity: aligned.disparity, itself: itself.disparity, part: [part.points.length, part.points.every(Number.isFinite)], few };
  });
  for (const [method, map] of Object.entries(seen.made)) {
    context.diagnostic(`${method}: trustworthiness ${map.quality.trustworthiness.toFixed(3)}, silhouette ${map.silhouette.map.toFixed(3)} of ${map.silhouette.space.toFixed(3)}`);
    assert.ok(map.same && map.points === 240, method);
    assert.ok(map.quality.trustworthiness >= (method === "pca" ? 0.7 : 0.9), method);
  }
  assert.ok(seen.differs && seen.disparity > 0 && seen.disparity < 1);
  assert.ok(seen.itself < 1e-6);
  assert.deepEqual(seen.part, [16, true]);
  assert.equal(seen.few, "map.too_few_rows");
});

test("codons by hand; the published protocol for mutants", async () => {
  const seen = await page.evaluate(async () => {
    const given = [{ id: "a", sequence: "ATGTTTTTCTTTTAA" }, { id: "b", sequence: "ATGT" }];
    const usage = await cg.analyses.codons({ sequences: given });
    const uniform = await cg.analyses.sampleCodons({ sequences: given, how: "uniform", seed: 1 });
    const { mutants } = await cg.analyses.mutants({ sequences: [{ id: "m", sequence: "ATGTTT" }], baseChanges: 1 });
    const { records: [back] } = await cg.analyses.backTranslate({ sequences: [{ id: "p", sequence: "MF" }], usage: [["TTC", 3], ["TTT", 1], ["ATG", 1]] });
    const none = await cg.analyses.codons({ sequences: given.slice(1) }).catch(({ code }) => code);
    const positions = Array.from({ length: 120 }, (_, i) => (i % 12) + 1);
    const aminoAcids = Array.from({ length: 120 }, (_, i) => "ACDEF"[i % 5]);
    const { answers, heat } = await cg.analyses.neighbourhood({ table: layers[6], positions, aminoAcids, ks: [10] });
    const protocol = { ...answers[0], heat: heat.length };
    return { usage, uniform, mutants: mutants.length, stop: mutants.filter(({ consequence }) => consequence === "nonsense").length, back, none, protocol };
  });
  const [group] = seen.usage.groups;
  const at = (codon) => seen.usage.codons.indexOf(codon);
  assert.deepEqual([group.codons, group.counts[at("TTT")], group.counts[at("TTC")]], [5, 2, 1]);
  assert.ok(Math.abs(group.rscu[at("TTT")] - 4 / 3) < 1e-12 && group.rscu[at("GCT")] === null);
  assert.ok(Math.abs(group.gc - 2 / 15) < 1e-12 && Math.abs(group.gc3 - 2 / 5) < 1e-12);
  assert.deepEqual([seen.usage.refused[0].code, seen.usage.refused[0].where.record, seen.none], ["codon.frame", "b", "codon.none"]);
  assert.equal(seen.uniform.records[0].sequence.length, 15);
  assert.deepEqual([seen.mutants, seen.back.sequence], [18, "ATGTTC"]);
  assert.equal(seen.protocol.heat, 400);
  assert.ok(Math.abs(seen.protocol.accuracy - seen.protocol.chance) < 0.1, "made-up mutants are at chance");
});

test("a cancelled answer ends at once, and the next question is answered", async (context) => {
  const seen = await page.evaluate(async () => {
    const table = { data: Float32Array.from({ length: 6000 * 64 }, (_, i) => Math.sin(i * i)), rows: 6000, cols: 64 };
    const controller = new AbortController();
    let asked = 0;
    setTimeout(() => ((asked = performance.now()), controller.abort()), 1500);
    const ended = await cg.analyses.map({ table, method: "tsne" }, { signal: controller.signal }).then(() => "done", ({ name }) => name);
    const waited = performance.now() - asked;
    const next = await cg.analyses.neighbours({ table: layers[6], k: 1 });
    return { ended, waited, next: next.k };
  });
  context.diagnostic(`ended ${Math.round(seen.waited)} ms after the abort`);
  assert.deepEqual([seen.ended, seen.next], ["AbortError", 1]);
  assert.ok(seen.waited < 1000);
  assert.deepEqual(record, { consoleErrors: [], pageErrors: [], failedRequests: [], badAnswers: [], otherOrigins: [] });
});
