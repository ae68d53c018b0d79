/** Uniform cases: `batch` proteins of `length` residues each, made from a seed, all different. */
import { ours, theirs } from "./sides.mjs";

const PAIRS = {
  "wasm-f32": [{ label: "f32", ours: ours("cpu", "f32"), theirs: [theirs("wasm", "f32")] }],
  "wasm-int8": [{ label: "int8/q8", ours: ours("cpu", "int8"), theirs: [theirs("wasm", "q8")] }],
  webgpu: [
    { label: "f32", ours: ours("webgpu", "f32"), theirs: [theirs("webgpu", "f32")] },
    { label: "int8/best", ours: ours("webgpu", "int8"), theirs: [theirs("webgpu", "f32"), theirs("webgpu", "q8")] },
  ],
};

/** Races every pair of a group over lengths and batch sizes, one sequence at a time first. */
export async function cases(race, group) {
  const { lengths, batches } = race.settings;
  await race.reset();
  for (const pair of PAIRS[group]) {
    const sides = [pair.ours, ...pair.theirs];
    const closed = await openAll(race, sides);
    if (closed !== null) {
      race.leaveOut(group, pair.label, closed);
      continue;
    }
    for (const batch of batches) {
      for (const length of lengths) {
        const name = `${pair.label} L=${length} B=${batch}`;
        await race.compete({ group, name, ...pair, work: { uniform: { length, batch } }, residues: length * batch });
      }
    }
  }
}

/** Opens all sides; answers why one cannot, or null. */
export async function openAll(race, sides) {
  for (const side of sides) {
    try {
      const about = await race.side(side);
      if (about !== null) console.log(`  ${side.name}: ${about}`);
    } catch (thrown) {
      return `${side.name}: ${String(thrown.message).split("\n")[0].replace(/^page\.evaluate: /, "")}`;
    }
  }
  return null;
}
