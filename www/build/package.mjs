/**
 * The npm package: `npm pack` takes what `files` of package.json lists; this checks, on a built site, that it is exactly
 * the public module with all that it loads (chunks, workers, the engine's wasm) and its types.
 */
import { readFileSync, readdirSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { Failure, answer, main, root } from "./step.mjs";

const DIST = "www/dist";
/** What npm adds by itself, or the licence asks for. */
const ALWAYS = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT", "README.md", "package.json"];

/** Fails with what is packed for nothing, and with what the module would miss. */
export async function checkPackage() {
  const listed = answer("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
  if (listed === null) throw new Failure("npm pack failed: run `npm pack --dry-run`.");
  const packed = JSON.parse(listed)[0].files.map(({ path }) => path);
  const assets = readdirSync(join(root, DIST, "assets")).map((name) => `${DIST}/assets/${name}`);
  const read = (file) => readFileSync(join(root, file), "utf8");
  const declarations = readdirSync(join(root, DIST, "types"), { recursive: true }).filter((name) => name.endsWith(".d.ts"));
  const types = declarations.map((name) => `${DIST}/types/${name.split(sep).join("/")}`);
  const needed = [...ALWAYS, `${DIST}/crossgrain.d.ts`, ...types, ...reached(`${DIST}/crossgrain.js`, assets, read)];
  const { exports, types: entry } = JSON.parse(read("package.json"));
  needed.push(...[entry, exports["."].types, exports["."].default].map((file) => file.replace(/^\.\//, "")));
  const { missing, surplus } = compare(packed, needed);
  if (missing.length + surplus.length === 0) return;
  const say = (words, files) => (files.length === 0 ? [] : [`${words}: ${files.join(", ")}`]);
  throw new Failure([...say("The npm package lacks", missing), ...say("The npm package has no use for", surplus)].join("\n"));
}

/** The module and those of the `assets` that it names, or that what it names names. */
export function reached(module, assets, read) {
  const found = [module];
  for (const file of found) {
    if (!file.endsWith(".js")) continue;
    const text = read(file);
    found.push(...assets.filter((asset) => !found.includes(asset) && text.includes(basename(asset))));
  }
  return found;
}

/** What is in one list and not in the other. */
export function compare(packed, needed) {
  return {
    missing: [...new Set(needed)].filter((file) => !packed.includes(file)).sort(),
    surplus: packed.filter((file) => !needed.includes(file)).sort(),
  };
}

main(import.meta.url, checkPackage);
