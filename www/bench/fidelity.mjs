/**
 * What quantizing costs: our int8 and int4 and onnxruntime-web's q8 against our f32, on the same residues. What the page
 * cannot say, how much the predictions at masked residues change, comes from `crossgrain bench --fidelity`.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Failure, root } from "../build/step.mjs";
import { openAll } from "./cases.mjs";
import { proteins } from "./proteins.mjs";
import { DEMO_MODEL, RACE_MODEL, ours, theirs } from "./sides.mjs";

/** Each so many-th of the 280 proteins. */
const EVERY = 5;
const PRECISIONS = ["f16", "int8", "int4"];

/** The group. */
export async function fidelity(race) {
  const work = { sequences: proteins(EVERY) };
  for (const model of [RACE_MODEL, DEMO_MODEL]) {
    await race.reset();
    const reference = ours("cpu", "f32", { model });
    const rivals = model === RACE_MODEL ? [theirs("wasm", "f32"), theirs("wasm", "q8")] : [];
    await race.side(reference);
    for (const side of [...PRECISIONS.map((weights) => ours("cpu", weights, { model })), ...rivals]) {
      const closed = await openAll(race, [side]);
      if (closed !== null) {
        race.leaveOut("fidelity", `${model} ${side.name}`, closed);
        continue;
      }
      const page = await race.page();
      const found = await page.evaluate(([name, reference, work]) => window.sides.compare(name, reference, work), [
        side.name,
        reference.name,
        work,
      ]);
      const { pooledCosine: pooled, residueCosine: residue, sameNeighbours, largestDifference } = found;
      race.note("fidelity", `${model} ${side.name}`, found, [
        `${model}, ${side.name}: pooled cosine ≥ ${six(pooled.min)}; per residue ≥ ${six(residue.min)}, mean ${six(residue.mean)}; ` +
          `10 nearest the same ${(sameNeighbours * 100).toFixed(1)} %; largest difference ${largestDifference.toExponential(1)}`,
      ]);
    }
  }
  predictions(race);
}

/** The same natively, for the divergence of masked predictions. */
function predictions(race) {
  const folders = { [RACE_MODEL]: join(race.settings.weights, RACE_MODEL), [DEMO_MODEL]: join(root, "models", DEMO_MODEL) };
  for (const [model, folder] of Object.entries(folders)) {
    for (const weights of PRECISIONS) {
      const { fidelity } = native(["--model", folder, "--device", "cpu", "--weights", weights]);
      const { positions, divergence, sameFirst } = fidelity.predictions;
      race.note("fidelity", `${model} ${weights} predictions`, fidelity, [
        `${model}, ours cpu ${weights}, natively: ${positions} masked residues, divergence from f32 ` +
          `${divergence.mean.toExponential(1)} nats, at most ${divergence.max.toExponential(1)}; ` +
          `same first choice ${(sameFirst * 100).toFixed(1)} %`,
      ]);
    }
  }
}

function native(args) {
  const proteins = join(root, "tests", "e2e", "data", "sample_280_protein.fasta");
  const fixed = ["--lengths", "64", "--batches", "1", "--rounds", "1", "--json", "--fidelity", proteins, "--records", String(280 / EVERY)];
  const command = ["run", "--quiet", "-p", "crossgrain-cli", "--", "bench", ...fixed, ...args];
  const { status, stdout } = spawnSync("cargo", command, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (status !== 0) throw new Failure("crossgrain bench failed; its message stands above");
  return JSON.parse(stdout);
}

function six(value) {
  return value.toFixed(6);
}
