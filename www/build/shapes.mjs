/**
 * A lint: the documentation of every public Rust function that takes or gives a `Matrix`, a `View` or a `Tensor` has
 * one section `# Shape`. Methods of public traits are public too; methods in `impl Trait for …` are documented at the trait.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { Failure, main, root } from "./step.mjs";

const FOLDERS = ["crate/core/src", "crate/engine/src"];
const SHAPED = /\b(?:Matrix|View|Tensor)\b/;
const FUNCTION = /^[ \t]*(pub[ \t]+)?(?:const[ \t]+|async[ \t]+|unsafe[ \t]+)*fn[ \t]+(\w+)/gm;
const BLOCK = /^[ \t]*(?:(pub[ \t]+)?trait[ \t]+\w+|impl\b)[^{;]*\{|^[ \t]*mod[ \t]+\w+[ \t]*\{/gm;

/** Fails with every public function whose shapes are not documented. */
export async function shapesDocumented() {
  const found = files().flatMap((file) => withoutShape(readFileSync(join(root, file), "utf8")).map(({ line, name }) => `${file}:${line}: ${name}`));
  if (found.length > 0) throw new Failure(`${found.join("\n")}\n${found.length} public functions of matrices, views or tensors without one section "# Shape" in their documentation.`);
}

/** The public functions of a Rust text that need a section `# Shape` and have none: lines from 1, and names. */
export function withoutShape(text) {
  const code = blanked(text);
  const blocks = Array.from(code.matchAll(BLOCK), ({ index, 0: header, 1: visible }) => {
    const open = index + header.length - 1;
    return { header, visible: visible !== undefined, start: index, end: closing(code, open) };
  });
  const found = [];
  for (const { index, 0: start, 1: visible, 2: name } of code.matchAll(FUNCTION)) {
    const around = blocks.filter((block) => block.start < index && index < block.end);
    const block = around.at(-1)?.header ?? "";
    // Functions in `mod tests { … }` are nobody else's; those of a public trait are as public as the trait.
    if (around.some(({ header }) => /^\s*mod\s+tests\b/.test(header))) continue;
    if (visible === undefined && !(around.at(-1)?.visible && /\btrait\b/.test(block))) continue;
    const signature = code.slice(index + start.length, signatureEnd(code, index + start.length));
    const own = /^\s*impl\b(?!.*\bfor\b)/.test(block) && SHAPED.test(block) && /\bSelf\b/.test(signature);
    if (!(SHAPED.test(signature) || own)) continue;
    // One section: two contradict each other sooner or later.
    if (documentation(text, index).match(/\/\/\/[ \t]*# Shapes?\b/g)?.length !== 1) found.push({ line: code.slice(0, index + start.search(/\S/)).split("\n").length, name });
  }
  return found;
}

/** The comments and attributes before the line at `index`. */
function documentation(text, index) {
  const lines = text.slice(0, index).split("\n").slice(0, -1);
  let first = lines.length;
  while (first > 0 && !/^\s*$|[;{}]\s*$/.test(lines[first - 1].replace(/^\s*\/\/\/.*$/, "///"))) first -= 1;
  return lines.slice(first).join("\n");
}

/** Where a signature ends: at its body, its semicolon or its bounds. */
function signatureEnd(code, from) {
  let depth = 0;
  for (let at = from; at < code.length; at += 1) {
    if ("([".includes(code[at])) depth += 1;
    else if (")]".includes(code[at])) depth -= 1;
    else if (depth === 0 && (code[at] === "{" || code[at] === ";")) return at;
  }
  return code.length;
}

/** The brace that closes the one at `open`. */
function closing(code, open) {
  let depth = 0;
  for (let at = open; at < code.length; at += 1) {
    if (code[at] === "{") depth += 1;
    else if (code[at] === "}" && (depth -= 1) === 0) return at;
  }
  return code.length;
}

/** The text with comments, strings and characters blanked out; every other character stays where it is. */
function blanked(text) {
  return text.replace(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|b?r(#+)"[\s\S]*?"\1|b?"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\\n]|\\[^\n]{1,9}?)'/g, (found) => found.replace(/[^\n]/g, " "));
}

function files() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => `${folder}/${name.split(sep).join("/")}`)
      .filter((name) => name.endsWith(".rs") && !/(^|\/)tests?(\.rs$|\/)/.test(name)),
  ).sort();
}

main(import.meta.url, shapesDocumented);
