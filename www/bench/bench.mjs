/**
 * `npm run bench [-- options]`: races our engine and onnxruntime-web in one Chromium run, turn by turn, and prints
 * ratios: times on a shared machine drift, ratios of neighbouring turns do not.
 *
 *     --weights DIR        the weights of the race (default: bench in the folder of CROSSGRAIN_DATA): README.md says what lies there
 *     --only A,B           groups, of those in groups.mjs
 *     --lengths 64,256     of the uniform cases; --batches 1,8 likewise
 *     --every N            of the 280 real proteins, each so many-th (1)
 *     --rounds N           turns of each side after a warm-up (5)
 *     --case-seconds N     a case gets fewer rounds, or is left out, rather than take longer (240)
 *     --minutes N          groups and cases that start later than this are left out (60)
 *     --profile wasm|ship  how the engine is built (wasm); --no-build takes www/dist as it is
 *     --json FILE          everything that was measured
 */
import { existsSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "../build/chromium.mjs";
import { setup } from "../build/setup.mjs";
import { buildSite } from "../build/site.mjs";
import { Failure, answer, main, root, run, step } from "../build/step.mjs";
import { buildWasm } from "../build/wasm.mjs";
import { groups } from "./groups.mjs";
import { Race } from "./race.mjs";
import { serve } from "./serve.mjs";

const OPTIONS = {
  weights: { type: "string", default: join(process.env.CROSSGRAIN_DATA ?? root, "bench") },
  only: { type: "string" },
  lengths: { type: "string", default: "256,64,1000" },
  batches: { type: "string", default: "1,8" },
  every: { type: "string", default: "1" },
  rounds: { type: "string", default: "5" },
  "case-seconds": { type: "string", default: "240" },
  minutes: { type: "string", default: "60" },
  profile: { type: "string", default: "wasm" },
  "no-build": { type: "boolean", default: false },
  json: { type: "string" },
};

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: OPTIONS });
  const settings = checked(values);
  await prepare(settings);
  const { launch } = await import("../../tests/e2e/browser.mjs");
  const server = await serve({ weights: settings.weights });
  const browser = await launch({ webgpu: true });
  const race = new Race({ browser, server, settings });
  const started = new Date().toISOString();
  try {
    for (const name of settings.only) {
      if (race.late()) race.leaveOut(name, "all cases", `more than ${settings.minutes} minutes had passed`);
      else await step(name, () => groups[name](race)).catch((thrown) => race.fail(name, thrown));
    }
  } finally {
    await browser.close().catch(() => undefined);
    await server.close();
  }
  const report = {
    started,
    machine: { processor: cpus()[0]?.model ?? "unknown", cores: cpus().length, load: loadavg()[0] },
    browser: browser.version(),
    commit: answer("git", ["rev-parse", "--short", "HEAD"]),
    profile: settings.profile,
    rounds: settings.rounds,
    results: race.results,
    leftOut: race.leftOut,
  };
  print(race);
  if (values.json) writeFileSync(resolve(values.json), `${JSON.stringify(report, null, 2)}\n`);
});

/** The options as numbers and names. */
function checked(values) {
  const only = values.only?.split(",") ?? Object.keys(groups);
  const unknown = only.find((name) => !(name in groups));
  if (unknown !== undefined) throw new Failure(`There is no group ${unknown}; there are ${Object.keys(groups).join(", ")}.`);
  const number = (name, text, least) => {
    const value = Number(text);
    if (!(Number.isFinite(value) && value >= least)) throw new Failure(`--${name} ${text}: expected a number of at least ${least}.`);
    return value;
  };
  const list = (name) => values[name].split(",").map((text) => number(name, text, 1));
  return {
    only,
    weights: resolve(values.weights),
    lengths: list("lengths"),
    batches: list("batches"),
    every: Math.round(number("every", values.every, 1)),
    rounds: number("rounds", values.rounds, 1),
    caseSeconds: number("case-seconds", values["case-seconds"], 1),
    minutes: number("minutes", values.minutes, 0),
    profile: values.profile,
    build: !values["no-build"],
  };
}

/** Weights, the engine we race against, a browser, and our own engine and page. */
async function prepare({ weights, profile, build }) {
  const model = join(weights, "esm2_8m_shape");
  for (const file of ["config.json", "vocab.txt", "model.safetensors", "model.onnx", "model_quantized.onnx"]) {
    if (existsSync(join(model, file))) continue;
    throw new Failure(`The weights of the race are not there (${join(model, file)}): name their folder with --weights DIR or set CROSSGRAIN_DATA; www/bench/README.md says what it holds.`);
  }
  await setup();
  if (!existsSync(join(root, "www", "bench", "node_modules", "onnxruntime-web"))) {
    const folder = join(root, "www", "bench");
    await step("onnxruntime-web", () => run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", folder]));
  }
  process.env.CHROME_PATH = await chromium();
  if (!build) return;
  await buildWasm({ profile });
  await step("page", buildSite);
}

/** What was measured and what was not, for people. */
function print(race) {
  for (const table of race.tables()) console.log(`\n${table}`);
  if (race.leftOut.length > 0) console.log("\nleft out");
  for (const { group, name, reason } of race.leftOut) console.log(`  ${group} ${name}: ${reason}`);
}
