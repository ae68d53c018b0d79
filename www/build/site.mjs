/** The site: type check, build into www/dist, and the sizes of what came out. */
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { node, root } from "./step.mjs";
import { buildTypes } from "./types.mjs";

const dist = join(root, "www", "dist");
const packages = join(root, "node_modules");

/** Checks the page's types. The wasm modules must have been built: their types are part of it. */
export function checkTypes() {
  return node([join(packages, "typescript", "bin", "tsc"), "--noEmit", "-p", join(root, "www")]);
}

/** Builds www/dist: the page, the public module and its types. */
export async function buildSite() {
  await node([join(packages, "vite", "bin", "vite.js"), "build", join(root, "www")]);
  await buildTypes();
}

/** Serves www/dist on this machine only, until it is stopped. */
export function serveSite() {
  // This process waits for the server to end instead of dying first.
  process.on("SIGINT", () => undefined);
  const args = ["preview", join(root, "www"), "--host", "localhost", ...process.argv.slice(2)];
  return node([join(packages, "vite", "bin", "vite.js"), ...args]);
}

/** Prints every file of the site with its size, raw and gzipped, largest first. */
export function printSizes() {
  const files = readdirSync(dist, { recursive: true }).map((name) => join(dist, name)).filter((file) => statSync(file).isFile());
  const rows = files.map((file) => {
    const bytes = readFileSync(file);
    return [relative(dist, file), bytes.length, gzipSync(bytes, { level: 9 }).length];
  });
  rows.sort(([, a], [, b]) => b - a);
  const sum = (column) => rows.reduce((total, row) => total + row[column], 0);
  console.log(`${"".padEnd(52)}${"bytes".padStart(12)}${"gzip".padStart(12)}`);
  for (const [name, raw, packed] of [...rows, ["total", sum(1), sum(2)]]) {
    console.log(`${name.padEnd(52)}${String(raw).padStart(12)}${String(packed).padStart(12)}`);
  }
}
