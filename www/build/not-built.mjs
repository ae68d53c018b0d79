/**
 * Types for wasm modules that were not built yet, so that `npm run quick` can check the rest of the page's types without
 * a build of many minutes: whatever the page imports from such a module may be anything. A module that was built is
 * found first and has its own types; `npm run check` and `npm test` build both before they check.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./step.mjs";

const source = join(root, "www", "src");
const file = join(source, "wasm", "not-built.d.ts");
const IMPORT = /(?:import|export)\s+(?:type\s+)?(?:\w+,?\s*)?(?:\{([^}]*)\}\s*)?from\s+"[./]*\/(wasm\/\w+\/\w+\.js)"/g;

/** Writes the types of the modules that are missing, or removes them when none is; answers the missing ones. */
export function declareMissing() {
  const files = readdirSync(source, { recursive: true }).filter((name) => name.endsWith(".ts") && !name.startsWith("wasm"));
  const found = imported(files.map((name) => readFileSync(join(source, name), "utf8")));
  const missing = [...found].filter(([module]) => !existsSync(join(source, module)));
  if (missing.length === 0) rmSync(file, { force: true });
  else {
    mkdirSync(join(source, "wasm"), { recursive: true });
    writeFileSync(file, missing.map(([module, names]) => declaration(module, names)).join(""));
  }
  return missing.map(([module]) => module);
}

/** What texts import from wasm modules: a set of names per module. */
export function imported(texts) {
  const found = new Map();
  for (const text of texts) {
    for (const [, names = "", module] of text.matchAll(IMPORT)) {
      const known = found.get(module) ?? new Set();
      for (const name of names.split(",")) known.add(name.replace(/^\s*(?:type\s+)?/, "").split(/\s+as\s+/)[0].trim());
      known.delete("");
      found.set(module, known);
    }
  }
  return found;
}

/** A module in which each name is a value and a type that may be anything. */
export function declaration(module, names) {
  const lines = [...names].sort().map((name) => `  export const ${name}: any;\n  export type ${name} = any;\n`);
  return `declare module "*/${module}" {\n  const start: any;\n  export default start;\n${lines.join("")}}\n`;
}
