/** What quantizing costs: our int8 and int4 and onnxruntime-web's q8 against our f32, on the same residues. */
import { openAll } from "./cases.mjs";
import { proteins } from "./proteins.mjs";
import { DEMO_MODEL, RACE_MODEL, ours, theirs } from "./sides.mjs";

/** Each so many-th of the 280 proteins. */
const EVERY = 5;

/** The group. */
export async function fidelity(race) {
  const work = { sequences: proteins(EVERY) };
  for (const model of [RACE_MODEL, DEMO_MODEL]) {
    await race.reset();
    const reference = ours("cpu", "f32", { model });
    const rivals = model === RACE_MODEL ? [theirs("wasm", "f32"), theirs("wasm", "q8")] : [];
    await race.side(reference);
    for (const side of [ours("cpu", "f16", { model }), ours("cpu", "int8", { model }), ours("cpu", "int4", { model }), ...rivals]) {
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
}

function six(value) {
  return value.toFixed(6);
}
