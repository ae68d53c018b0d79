/**
 * Rust to wasm to what the page imports: `crossgrain` (the engine, for the worker) and `crossgrain_plot` (the
 * pictures, for the page), each with JavaScript and types, under www/src/wasm/.
 *
 *     node www/build/wasm.mjs [--profile wasm|ship] [--only engine|plot]
 */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { bindgen, setup } from "./setup.mjs";
import { Failure, answer, main, node, root, run, step } from "./step.mjs";

const TARGET = "wasm32-unknown-unknown";
const MODULES = {
  engine: { packageName: "crossgrain-wasm", file: "crossgrain_wasm" },
  plot: { packageName: "crossgrain-plot", file: "crossgrain_plot" },
};

/** Builds the modules with a cargo profile. `ship` is also squeezed by wasm-opt. */
export async function buildWasm({ profile = "wasm", only = Object.keys(MODULES) } = {}) {
  for (const name of only) {
    await step(`wasm: ${name} (cargo profile ${profile})`, async () => {
      // One cargo run each: together they would share features, and a change to one would rebuild the other's GPU stack.
      await run("cargo", ["build", "--target", TARGET, "--profile", profile, "-p", MODULES[name].packageName]);
      const folder = JSON.parse(answer("cargo", ["metadata", "--no-deps", "--format-version", "1"])).target_directory;
      await bind(name, join(folder, TARGET, profile, `${MODULES[name].file}.wasm`), profile);
    });
  }
}

/** Makes one module's JavaScript and types, unless they were made from this very file. */
async function bind(name, input, profile) {
  const out = join(root, "www", "src", "wasm", name);
  const program = bindgen();
  if (program === null) throw new Failure("wasm-bindgen is missing: run `node www/build/setup.mjs`.");
  const { mtimeMs, size } = statSync(input);
  const stamp = JSON.stringify({ profile, mtimeMs, size, bindgen: answer(program, ["--version"]) });
  const stampFile = join(out, ".made-from.json");
  if (content(stampFile) === stamp) return;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out, { recursive: true });
  await run(program, ["--target", "web", "--out-dir", out, input]);
  if (profile === "ship") await squeeze(join(out, `${MODULES[name].file}_bg.wasm`));
  writeFileSync(stampFile, stamp);
}

/** Optimises a file in place with binaryen, for the features that rustc and the engine's flags allow it to use. */
async function squeeze(file) {
  const features = ["simd", "bulk-memory", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "multivalue"];
  const before = statSync(file).size;
  await node([
    join(root, "node_modules", "binaryen", "bin", "wasm-opt"),
    ...["-Os", "--strip-debug", "--strip-producers", "--strip-target-features"],
    ...features.map((feature) => `--enable-${feature}`),
    ...[file, "-o", file],
  ]);
  console.log(`wasm-opt: ${file.slice(root.length + 1)} ${before} → ${statSync(file).size} bytes`);
}

function content(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: { profile: { type: "string" }, only: { type: "string", multiple: true } } });
  const unknown = values.only?.find((name) => !(name in MODULES));
  if (unknown) throw new Failure(`There is no module ${unknown}; there are ${Object.keys(MODULES).join(", ")}.`);
  await setup();
  await buildWasm(values);
});
