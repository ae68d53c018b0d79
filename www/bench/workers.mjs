/** Two CPU workers against one, on the same sequences. */
import { openAll } from "./cases.mjs";
import { ours } from "./sides.mjs";

/** Enough sequences that both have work to the end. */
const WORK = { uniform: { length: 256, batch: 48 } };

/** The group. */
export async function workers(race) {
  await race.reset();
  for (const weights of ["f32", "int8"]) {
    const [one, two] = [ours("cpu", weights), ours("cpu", weights, { workers: 2 })];
    const closed = await openAll(race, [one, two]);
    if (closed !== null) {
      race.leaveOut("workers", weights, closed);
      continue;
    }
    const residues = WORK.uniform.length * WORK.uniform.batch;
    await race.compete({ group: "workers", name: `${weights} 2 workers/1 worker`, ours: two, theirs: [one], work: WORK, residues });
  }
}
