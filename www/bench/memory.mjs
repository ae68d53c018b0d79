/** The most wasm memory that loading large checkpoints takes, and a short embedding after it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAll } from "./cases.mjs";
import { ours } from "./sides.mjs";
import { SHAPE_150M, SHAPE_650M, linearNumbers, writeCheckpoint } from "./checkpoint.mjs";

const MIB = 1024 * 1024;
const CASES = [
  ["150M shape", SHAPE_150M, ["int8", "int4"]],
  ["650M shape", SHAPE_650M, ["int8"]],
];

/** The group. */
export async function memory(race) {
  for (const [model, shape, precisions] of CASES) {
    const folder = mkdtempSync(join(tmpdir(), "crossgrain-bench-"));
    race.server.addFolder("/more/", folder);
    try {
      const numbers = writeCheckpoint(folder, shape, 150);
      for (const weights of precisions) await measure(race, { model, shape, weights, numbers });
    } finally {
      await race.reset();
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function measure(race, { model, shape, weights, numbers }) {
  await race.reset();
  const side = { ...ours("cpu", weights, { model }), folder: "/more" };
  const start = performance.now();
  const closed = await openAll(race, [side]);
  if (closed !== null) return race.leaveOut("memory", `${model} ${weights}`, closed);
  const seconds = (performance.now() - start) / 1000;
  const page = await race.page();
  const loaded = await page.evaluate((name) => window.sides.memory(name), side.name);
  await race.turn(side, { uniform: { length: 256, batch: 1 } });
  const after = await page.evaluate((name) => window.sides.memory(name), side.name);
  // What the weights themselves need: linear layers quantized, the rest in f32.
  const linear = linearNumbers(shape);
  const own = linear * (weights === "int8" ? 1 : 0.5625) + (numbers - linear) * 4;
  race.note("memory", `${model} ${weights}`, { loaded, after, weights: own, numbers, seconds }, [
    `${model} as ${weights}: ${mib(loaded)} MiB of wasm memory after loading in ${seconds.toFixed(1)} s, ${mib(after)} after one ` +
      `protein of 256; the weights are about ${mib(own)}, so ${mib(after - own)} more at most`,
  ]);
}

function mib(bytes) {
  return (bytes / MIB).toFixed(0);
}
