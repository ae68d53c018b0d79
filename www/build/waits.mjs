/** A lint: tests wait for a condition, never for a time, since any time is too short on a busy machine and too long on others. */
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { Failure, main, root } from "./step.mjs";

const FOLDERS = ["tests", join("www", "src"), join("www", "build"), join("www", "bench")];
/** Split, so that this file does not find itself. */
const WAIT = new RegExp(["waitFor", "Timeout"].join(""));

/** Fails with the places where a test waits for a time. */
export async function noFixedWaits() {
  const files = FOLDERS.flatMap((folder) => scripts(join(root, folder)));
  const found = files.flatMap((file) => fixedWaits(readFileSync(file, "utf8")).map((line) => `${relative(root, file)}:${line}`));
  if (found.length > 0) throw new Failure(`Wait for a condition, not for a time: ${found.join(", ")}`);
}

/** The lines, from 1, on which a text waits for a time. */
export function fixedWaits(text) {
  return text.split("\n").flatMap((line, at) => (WAIT.test(line) ? [at + 1] : []));
}

function scripts(folder) {
  const names = readdirSync(folder, { recursive: true });
  return names.filter((name) => /\.(mjs|ts)$/.test(name) && !/(^|[\\/])(node_modules|wasm|out)[\\/]/.test(name)).map((name) => join(folder, name));
}

main(import.meta.url, noFixedWaits);
