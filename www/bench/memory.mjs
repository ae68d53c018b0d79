/** The most wasm memory that loading a checkpoint of the shape of ESM-2 150M takes, and a short embedding after it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAll } from "./cases.mjs";
import { ours } from "./sides.mjs";
import { SHAPE_150M, linearNumbers, writeCheckpoint } from "./checkpoint.mjs";

const MIB = 1024 * 1024;

/** The group. */
export async function memory(race) {
  const folder = mkdtempSync(join(tmpdir(), "crossgrain-bench-"));
  race.server.addFolder("/more/", folder);
  try {
    const total = writeCheckpoint(folder, SHAPE_150M, 150);
    const linear = linearNumbers(SHAPE_150M);
    for (const weights of ["int8", "int4"]) {
      await race.reset();
      const side = { ...ours("cpu", weights), folder: "/more", model: "150M shape" };
      const closed = await openAll(race, [side]);
      if (closed !== null) {
        race.leaveOut("memory", weights, closed);
        continue;
      }
      const page = await race.page();
      const loaded = await page.evaluate((name) => window.sides.memory(name), side.name);
      await race.turn(side, { uniform: { length: 256, batch: 1 } });
      const after = await page.evaluate((name) => window.sides.memory(name), side.name);
      // What the weights themselves need: linear layers quantized, the rest in f32.
      const own = linear * (weights === "int8" ? 1 : 0.5625) + (total - linear) * 4;
      race.note("memory", weights, { loaded, after, weights: own, numbers: total }, [
        `150M shape as ${weights}: ${mib(loaded)} MiB of wasm memory after loading, ${mib(after)} after one protein of 256; ` +
          `the weights are about ${mib(own)}, so ${mib(loaded - own)} more`,
      ]);
    }
  } finally {
    await race.reset();
    rmSync(folder, { recursive: true, force: true });
  }
}

function mib(bytes) {
  return (bytes / MIB).toFixed(0);
}
