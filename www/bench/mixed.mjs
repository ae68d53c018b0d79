/** 280 real proteins of 55 to 786 residues: against as many of one length, and against onnxruntime-web one by one. */
import { openAll } from "./cases.mjs";
import { proteins } from "./proteins.mjs";
import { ours, theirs } from "./sides.mjs";

/** The group. */
export async function mixed(race) {
  await race.reset();
  const real = proteins(race.settings.every);
  const residues = real.reduce((sum, { length }) => sum + length, 0);
  const length = Math.round(residues / real.length);
  const work = { sequences: real };
  for (const [weights, precision] of [["f32", "f32"], ["int8", "q8"]]) {
    const engine = ours("cpu", weights);
    const rival = theirs("wasm", precision);
    const closed = await openAll(race, [engine, rival]);
    if (closed !== null) {
      race.leaveOut("mixed", weights, closed);
      continue;
    }
    const uniform = { ...engine, work: { uniform: { length, batch: real.length } }, residues: length * real.length };
    await race.compete({
      group: "mixed",
      name: `${weights} mixed/uniform lengths, ours`,
      ours: { ...engine, label: "mixed" },
      theirs: [{ ...uniform, label: `uniform (${length})` }],
      work,
      residues,
    });
    await race.compete({ group: "mixed", name: `${weights}/${precision} ${real.length} proteins`, ours: engine, theirs: [rival], work, residues });
  }
}
