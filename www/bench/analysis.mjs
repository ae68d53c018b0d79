/**
 * `node www/bench/analysis.mjs [options]`: races our analyses, as wasm with SIMD128 in one thread, against what a page
 * would take from npm, and natively against NumPy and scikit-learn. All sides in turn, in one run; printed are ratios
 * theirs / ours (above 1: ours is faster), the median of the rounds.
 *
 *     --only knn,umap,tsne,native
 *     --rounds N           turns of each side after a warm-up (5)
 *     --rows N             rows of the neighbour search (10000)
 *     --map-rows 2000,5000 rows of the maps
 *
 * `native` needs python3 with venv: NumPy and scikit-learn go into target/bench-python.
 */
import { existsSync, readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Failure, main, root, run, step } from "../build/step.mjs";
import { spread } from "./table.mjs";

const HERE = join(root, "www", "bench", "analysis");
const TARGET = join(root, "target", "bench-analysis");
const COLS = 320;
const K = 15;

const OPTIONS = {
  only: { type: "string", default: "knn,umap,tsne,native" },
  rounds: { type: "string", default: "5" },
  rows: { type: "string", default: "10000" },
  "map-rows": { type: "string", default: "2000,5000" },
};

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: OPTIONS });
  const [only, rounds] = [values.only.split(","), Number(values.rounds)];
  const sizes = values["map-rows"].split(",").map(Number);
  if (![rounds, Number(values.rows), ...sizes].every((number) => Number.isInteger(number) && number > 0))
    throw new Failure("--rounds, --rows and --map-rows take whole numbers above 0.");
  console.log(`${cpus()[0]?.model ?? "unknown processor"}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`);
  if (only.some((name) => name !== "native")) {
    const theirs = await packages();
    const ours = await wasm();
    if (only.includes("knn")) neighbours(ours, theirs, Number(values.rows), rounds);
    for (const rows of sizes) if (only.includes("umap")) umaps(ours, theirs, rows, rounds);
    for (const rows of sizes) if (only.includes("tsne")) tsnes(ours, theirs, rows, rounds);
  }
  if (only.includes("native")) await native(rounds);
});

/** The maps we race against, installed for this bench alone. */
async function packages() {
  if (!existsSync(join(HERE, "node_modules", "umap-js")))
    await step("umap-js and DruidJS", () => run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", HERE]));
  const { UMAP } = await import(join(HERE, "node_modules", "umap-js", "dist", "index.js"));
  const druid = await import(join(HERE, "node_modules", "@saehrimnir", "druidjs", "dist", "druid.js"));
  return { UMAP, druid };
}

/** Our analyses, built with SIMD. */
async function wasm() {
  const env = { RUSTFLAGS: "-C target-feature=+simd128", CARGO_TARGET_DIR: TARGET };
  const manifest = join(HERE, "Cargo.toml");
  await step("wasm", () => run("cargo", ["build", "--release", "--target", "wasm32-unknown-unknown", "--manifest-path", manifest], { env }));
  const bytes = readFileSync(join(TARGET, "wasm32-unknown-unknown", "release", "crossgrain_analysis_bench.wasm"));
  const { instance } = await WebAssembly.instantiate(bytes);
  return instance.exports;
}

async function native(rounds) {
  const folder = join(TARGET, "..", "bench-python");
  const python = join(folder, "bin", "python");
  if (!existsSync(python)) await step("python", () => run("python3", ["-m", "venv", folder]));
  await step("numpy and scikit-learn", () => run(python, ["-m", "pip", "install", "-q", "--disable-pip-version-check", "numpy", "scikit-learn"]));
  await run("cargo", ["bench", "-p", "crossgrain-core", "--bench", "analysis", "--", String(rounds)], { env: { PYTHON: python } });
}

/** Clusters with noise in `COLS` columns: what embeddings of families look like. */
function rowsLikeEmbeddings(rows) {
  let state = 12345;
  const uniform = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const centres = Array.from({ length: 20 }, () => Float32Array.from({ length: COLS }, normal));
  const numbers = new Float32Array(rows * COLS);
  for (let i = 0; i < numbers.length; i += 1) numbers[i] = centres[Math.floor(i / COLS) % 20][i % COLS] * 0.6 + normal() * 0.5;
  return numbers;
}

function lists(numbers) {
  return Array.from({ length: numbers.length / COLS }, (_, i) => Array.from(numbers.subarray(i * COLS, (i + 1) * COLS)));
}

function hand(ours, numbers) {
  const at = ours.room(numbers.length);
  new Float32Array(ours.memory.buffer, at, numbers.length).set(numbers);
}

/** What somebody without a library writes: all distances of a row, the nearest kept in order. */
function plainLoop(numbers, rows, k) {
  const indices = new Uint32Array(rows * k);
  for (let i = 0; i < rows; i += 1) {
    const near = new Float64Array(k).fill(Infinity);
    const own = i * k;
    for (let j = 0; j < rows; j += 1) {
      if (i === j) continue;
      let sum = 0;
      for (let c = 0; c < COLS; c += 1) {
        const apart = numbers[i * COLS + c] - numbers[j * COLS + c];
        sum += apart * apart;
      }
      if (sum >= near[k - 1]) continue;
      let at = k - 1;
      for (; at > 0 && near[at - 1] > sum; at -= 1) {
        near[at] = near[at - 1];
        indices[own + at] = indices[own + at - 1];
      }
      near[at] = sum;
      indices[own + at] = j;
    }
  }
  return indices;
}

function neighbours(ours, { UMAP }, rows, rounds) {
  const numbers = rowsLikeEmbeddings(rows);
  const table = lists(numbers);
  hand(ours, numbers);
  let [found, expected] = [null, null];
  race(`${K} neighbours of ${rows} rows of ${COLS}`, rounds, {
    "ours, exact": () => (found = ours.neighbours(rows, COLS, K, false)),
    "a plain loop, exact": () => (expected = plainLoop(numbers, rows, K)),
    "umap-js, approximate": () => new UMAP({ nNeighbors: K + 1, random: random() }).nearestNeighbors(table),
  });
  const same = new Uint32Array(ours.memory.buffer, found, rows * K).reduce((sum, index, i) => sum + (index === expected[i]), 0);
  console.log(`  ours and the plain loop agree on ${((100 * same) / (rows * K)).toFixed(3)} % of the neighbours`);
}

function umaps(ours, { UMAP, druid }, rows, rounds) {
  const numbers = rowsLikeEmbeddings(rows);
  const table = lists(numbers);
  hand(ours, numbers);
  const epochs = {};
  race(`UMAP of ${rows} rows of ${COLS}, neighbours included, each side's own number of epochs`, rounds, {
    ours: () => {
      ours.neighbours(rows, COLS, K - 1, false);
      epochs.ours = [ours.umap(rows, COLS, 0.1, 0), timed(() => { while (ours.step()); })];
    },
    "umap-js": () => {
      const map = new UMAP({ nNeighbors: K, minDist: 0.1, random: random() });
      const count = map.initializeFit(table);
      epochs["umap-js"] = [count, timed(() => { for (let i = 0; i < count; i += 1) map.step(); })];
    },
    druidjs: () => {
      const map = new druid.UMAP(table, { n_neighbors: K, min_dist: 0.1, seed: 42 });
      map.init();
      epochs.druidjs = [350, timed(() => { for (let i = 0; i < 350; i += 1) map.next(); })];
    },
  }, epochs);
}

function tsnes(ours, { druid }, rows, rounds) {
  const numbers = rowsLikeEmbeddings(rows);
  const table = lists(numbers);
  hand(ours, numbers);
  const epochs = {};
  race(`t-SNE of ${rows} rows of ${COLS}, perplexity 30, neighbours included, 50 iterations`, rounds, {
    ours: () => {
      ours.neighbours(rows, COLS, 90, false);
      epochs.ours = [ours.tsne(rows, COLS, 30, 50), timed(() => { while (ours.step()); })];
    },
    druidjs: () => {
      const map = new druid.TSNE(table, { perplexity: 30, seed: 42 });
      map.init();
      epochs.druidjs = [50, timed(() => { for (let i = 0; i < 50; i += 1) map.next(); })];
    },
  }, epochs);
}

/** umap-js draws from Math.random unless it is given something else. */
function random() {
  let state = 42;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
}

function timed(work) {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

/** Every side once per round, the first side being ours; a warm-up before. `epochs` holds [count, seconds] of each. */
function race(name, rounds, sides, epochs) {
  console.log(`\n${name}`);
  const [first, ...others] = Object.keys(sides);
  const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  const perEpoch = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [side, work] of Object.entries(sides)) {
      const seconds = timed(work);
      if (round === 0) continue;
      times[side].push(seconds);
      if (epochs) perEpoch[side].push(epochs[side][1] / epochs[side][0]);
    }
  }
  const ratio = (side, figures) => {
    const { median, min, max } = spread(figures[side].map((value, i) => value / figures[first][i]));
    return `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
  };
  console.log(`  ${first}: ${spread(times[first]).median.toFixed(2)} s${epochs ? `, ${epochs[first][0]} epochs of ${(1000 * spread(perEpoch[first]).median).toFixed(2)} ms` : ""}`);
  for (const side of others) {
    const each = epochs ? `; per epoch ${ratio(side, perEpoch)}, ${epochs[side][0]} epochs of ${(1000 * spread(perEpoch[side]).median).toFixed(2)} ms` : "";
    console.log(`  ${side} / ${first}: ${ratio(side, times)}, ${rounds} rounds, ${spread(times[side]).median.toFixed(2)} s${each}`);
  }
}
