/**
 * `node www/build/words.mjs`: finds retired words. `docs/retired-words.txt` has one a line: the word or phrase, a tab,
 * what to say instead, and perhaps a tab and globs that limit it (`crate/engine/**,!**\/deal.rs`).
 *
 * A word is found where it is a whole word or a part of a name (`deal` in `deal`, `dealPart`, `deal_hands`, `DealReport`,
 * not in `ideal`); one that is written with a capital is found only so (`Place` in `PlaceError`, not in `place`). A
 * phrase may run over lines of a comment or a paragraph.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { Failure, main, root } from "./step.mjs";

const LIST = "docs/retired-words.txt";
const PLACES = [
  ["crate", /\.(rs|wgsl)$/],
  ["www/src", /\.ts$/],
  ["docs", /\.md$/],
];
const FILES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md"];

/** Fails with every place where a retired word stands. */
export async function noRetiredWords() {
  const retired = parse(readFileSync(join(root, LIST), "utf8"));
  const found = files().flatMap((file) => retiredWords(file, readFileSync(join(root, file), "utf8"), retired));
  const lines = found.map(({ file, line, word, instead }) => `${file}:${line}: "${word}": ${instead}`);
  if (found.length > 0) throw new Failure(`${lines.join("\n")}\n${found.length} retired words (${LIST}).`);
}

/** The list: words with what to say instead and where they are looked for. */
export function parse(text) {
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "" || line.startsWith("#")) return [];
    const [word, instead, globs = ""] = line.split("\t").map((cell) => cell.trim());
    if (!word || !instead) throw new Failure(`${LIST}: a word, a tab and what to say instead: ${line}`);
    const [not, only] = [[], []];
    for (const glob of globs.split(",").filter(Boolean)) (glob.startsWith("!") ? not : only).push(pattern(glob.replace(/^!/, "")));
    const covers = (file) => (only.length === 0 || only.some((one) => one.test(file))) && !not.some((one) => one.test(file));
    return [{ word, instead, expression: expression(word), covers }];
  });
}

/** Where a file has retired words: lines from 1. */
export function retiredWords(file, text, retired) {
  return retired
    .filter(({ covers }) => covers(file))
    .flatMap(({ word, instead, expression }) =>
      Array.from(text.matchAll(expression), ({ index }) => ({ file, line: text.slice(0, index).split("\n").length, word, instead })),
    )
    .sort((a, b) => a.line - b.line);
}

/** What finds a word or a phrase. */
function expression(word) {
  const escaped = word.split(/\s+/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  // Between two words of a phrase: blanks, and where a line ends the marks with which a comment goes on.
  const between = "(?:[ \\t]+|[ \\t]*\\r?\\n[ \\t]*(?:///?|//!|\\*|#)?[ \\t]*)";
  if (escaped.length > 1) return new RegExp(`(?<![\\p{L}\\d])${escaped.join(between)}(?![\\p{L}\\d])`, "giu");
  const [first] = word;
  const capital = `(?<![\\p{Lu}\\d])${escaped[0].replace(first, first.toUpperCase())}(?![\\p{Ll}\\d])`;
  if (first !== first.toLowerCase()) return new RegExp(capital, "gu");
  const [small, large] = [escaped[0], escaped[0].toUpperCase()].map((word) => `(?<![\\p{L}\\d])${word}`);
  return new RegExp(`${small}(?![\\p{Ll}\\d])|${capital}|${large}(?![\\p{L}\\d])`, "gu");
}

/** `*` is a part of a name, `**` any folders. */
function pattern(glob) {
  const parts = glob.split(/(\*\*\/|\*\*|\*)/).map((part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    return part === "*" ? "[^/]*" : part.replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  });
  return new RegExp(`^${parts.join("")}$`);
}

function files() {
  const inside = PLACES.flatMap(([folder, wanted]) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => `${folder}/${name.split(sep).join("/")}`)
      .filter((name) => wanted.test(name) && !name.startsWith("www/src/wasm/")),
  );
  return [...FILES, ...inside].sort();
}

main(import.meta.url, noRetiredWords);
