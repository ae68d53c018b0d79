/**
 * The types of the public module, written by the compiler from the sources: www/dist/types, and www/dist/crossgrain.d.ts,
 * which names them as a program does. Declarations that `api.ts` does not reach are removed, and relative imports get
 * their endings, without which some resolvers do not find them.
 */
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { node, root } from "./step.mjs";

const dist = join(root, "www", "dist");
const out = join(dist, "types");
const ENTRY = `/**
 * Types of \`crossgrain.js\`. Matrices are row-major: number \`j\` of row \`i\` is at \`i * columns + j\`.
 */
export * from "./types/api.js";
`;
const IMPORT = /(from |import\()"(\.[^"]+)"/g;

/** Writes the types. The wasm modules must have been built. */
export async function buildTypes() {
  rmSync(out, { recursive: true, force: true });
  const flags = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];
  const folders = ["--rootDir", join(root, "www", "src"), "--outDir", out];
  await node([join(root, "node_modules", "typescript", "bin", "tsc"), "-p", join(root, "www"), ...flags, ...folders]);
  const reached = new Set();
  reach(join(out, "api.d.ts"), reached);
  for (const name of readdirSync(out, { recursive: true })) {
    const file = join(out, name);
    if (existsSync(file) && statSync(file).isFile() && !reached.has(file)) rmSync(file);
  }
  removeEmpty(out);
  writeFileSync(join(dist, "crossgrain.d.ts"), ENTRY);
}

/** Completes the imports of a file and of every file that it imports. */
function reach(file, reached) {
  if (reached.has(file)) return;
  reached.add(file);
  const text = readFileSync(file, "utf8").replace(IMPORT, (_, before, name) => {
    const ending = existsSync(join(dirname(file), `${name}.d.ts`)) ? ".js" : "/index.js";
    reach(join(dirname(file), `${name}${ending.replace(".js", ".d.ts")}`), reached);
    return `${before}"${name}${ending}"`;
  });
  writeFileSync(file, text);
}

function removeEmpty(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeEmpty(join(folder, entry.name));
  }
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true });
}
