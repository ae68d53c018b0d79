/**
 * A lint: every declaration that a user of the public module sees has a comment, and so has every field in it. Looked at
 * are www/src/api.ts, www/src/api and whatever api.ts exports from elsewhere, above all www/src/protocol. A comment on
 * numbers must say more than the field's name: a unit, a range or a meaning.
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { Failure, main, root } from "./step.mjs";

const ENTRY = join(root, "www", "src", "api.ts");
const FOLDER = join(root, "www", "src", "api");
const EXPORTED_FROM = /^export [^;]*? from "(\.[^"]+)";/gm;
const TOKEN = /(?<doc>\/\*\*[\s\S]*?\*\/)|(?<comment>\/\/[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|(?<word>[#@]?[\w$]+)|(?<mark>=>|[^\s])/g;
const DECLARES = new Set(["interface", "type", "class", "function", "const", "let", "enum"]);
const MODIFIERS = new Set(["readonly", "static", "get", "set", "async", "declare", "public", "abstract", "override", "export", "default"]);
const HIDDEN = new Set(["private", "protected"]);
const CLOSING = { "{": "}", "(": ")", "[": "]", "<": ">" };
/** Words that say nothing of a number. */
const EMPTY = new Set("a an and are as by for how in is it its many much number numbers of on or that the these they this to value values was were which".split(" "));

/** Fails with everything that has no comment. */
export async function everythingDocumented() {
  const found = files().flatMap((file) => undocumented(readFileSync(file, "utf8")).map(({ line, what }) => `${relative(root, file)}:${line}: ${what}`));
  if (found.length > 0) throw new Failure(`${found.join("\n")}\n${found.length} without a comment that explains them.`);
}

/** What has no comment in a TypeScript text: lines from 1, and names such as `Matrix.rows`. */
export function undocumented(text) {
  const tokens = scan(text);
  const found = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at].text !== "export") {
      at = CLOSING[tokens[at].text] && tokens[at].text !== "<" ? close(tokens, at) + 1 : at + 1;
      continue;
    }
    const first = at;
    while (MODIFIERS.has(tokens[at]?.text)) at += 1;
    const kind = tokens[at]?.text;
    const name = tokens[at + 1];
    // `export { a }`, `export * from`, `export type { A }` and `export type * from` declare nothing.
    if (!DECLARES.has(kind) || name?.kind !== "word") continue;
    if (tokens[first - 1]?.kind !== "doc") found.push({ line: name.line, what: name.text });
    at += 2;
    if (kind === "interface" || kind === "class") {
      while (tokens[at].text !== "{") at = tokens[at].text === "<" ? close(tokens, at) + 1 : at + 1;
      found.push(...members(tokens, at, name.text, kind));
      at = close(tokens, at) + 1;
    } else if (kind === "type") {
      const end = until(tokens, at);
      found.push(...literals(tokens, at, end, name.text));
      at = end;
    }
  }
  return found;
}

/** Members without a comment between the brace at `open` and its end. */
function members(tokens, open, owner, kind) {
  const found = [];
  const end = close(tokens, open);
  let at = open + 1;
  while (at < end) {
    let doc = null;
    let hidden = false;
    while (at < end && (tokens[at].kind === "doc" || tokens[at].text.startsWith("@") || MODIFIERS.has(tokens[at].text) || HIDDEN.has(tokens[at].text))) {
      // A name may be a modifier's word, as in `get: number`.
      if (tokens[at].kind === "word" && ":?(".includes(tokens[at + 1].text)) break;
      if (tokens[at].kind === "doc") doc = tokens[at].text;
      hidden ||= HIDDEN.has(tokens[at].text);
      at += 1;
    }
    if (at >= end) break;
    if ([";", ","].includes(tokens[at].text)) {
      at += 1;
      continue;
    }
    const start = tokens[at];
    const name = `${owner}.${start.text.replace(/^["']|["']$/g, "")}`;
    const stop = memberEnd(tokens, at, end, kind);
    const type = tokens.slice(at + 1, stop);
    // The tag of a union is explained by the comments on its fields, a short object such as `{ id: string; name: string }`
    // by the comment before it.
    const tag = kind === "literal" && type.length === 2 && type[1].kind === "string";
    const short = kind === "literal" && tokens[open].line === tokens[end].line && !numbers(type);
    if (!(hidden || start.text.startsWith("#") || start.text === "constructor" || start.text === "[" || tag || short)) {
      if (doc === null) found.push({ line: start.line, what: name });
      else if (numbers(type) && !explains(doc, start.text)) found.push({ line: start.line, what: `${name}: the unit, range or meaning of its numbers` });
      if (kind !== "class") found.push(...literals(tokens, at + 1, stop, name));
    }
    at = stop + 1;
  }
  return found;
}

/** Fields without a comment in the object types between two tokens, but for those of functions' signatures. */
function literals(tokens, from, end, owner) {
  const found = [];
  for (let at = from; at < end; at += 1) {
    if (tokens[at].text === "(") at = close(tokens, at);
    else if (tokens[at].text === "{") {
      found.push(...members(tokens, at, owner, "literal"));
      at = close(tokens, at);
    }
  }
  return found;
}

/** Where a member ends: at its mark, or with the body of a method. */
function memberEnd(tokens, from, end, kind) {
  for (let at = from; at < end; at += 1) {
    const { text } = tokens[at];
    if (text === ";" || text === ",") return at;
    if (CLOSING[text] !== undefined) {
      const body = text === "{" && kind === "class" && ![":", "|", "&", "=", "=>"].includes(tokens[at - 1].text);
      at = close(tokens, at);
      if (body) return at;
    }
  }
  return end;
}

/** Where a type alias ends. */
function until(tokens, from) {
  let at = from;
  while (at < tokens.length && tokens[at].text !== ";") at = CLOSING[tokens[at].text] ? close(tokens, at) + 1 : at + 1;
  return at;
}

/** The token that closes the one at `open`; a `<` that nothing closes is an operator. */
function close(tokens, open) {
  const stack = [];
  for (let at = open; at < tokens.length; at += 1) {
    const { text, kind } = tokens[at];
    if (kind !== "mark") continue;
    if (text === "<" && tokens[open].text !== "<") continue;
    if (CLOSING[text]) stack.push(CLOSING[text]);
    else if (text === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return at;
    } else if (text === ";" && tokens[open].text === "<" && stack.length === 1) return open;
  }
  return open;
}

const numbers = (type) => type[0]?.text !== "(" && type.some(({ text }) => /^(number|Float32Array|Float64Array|Uint32Array|Int32Array)$/.test(text));

/** Whether a comment says more than the name does: two words with a meaning, and one that is not in the name. */
function explains(doc, name) {
  const stem = (word) => word.toLowerCase().replace(/s$/, "");
  const known = new Set(name.replace(/([A-Z])/g, " $1").split(/[\s_]+/).map(stem));
  const words = doc.replace(/@default.*/, "").match(/[\p{L}\d·×\[\]]+/gu) ?? [];
  const meaning = words.filter((word) => !EMPTY.has(word.toLowerCase()));
  return meaning.length > 1 && meaning.some((word) => !known.has(stem(word)));
}

function scan(text) {
  const tokens = [];
  let line = 1;
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    line += text.slice(last, match.index).split("\n").length - 1;
    last = match.index;
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    if (kind !== "comment") tokens.push({ kind, text: match[0], line });
  }
  return tokens;
}

function files() {
  const folder = readdirSync(FOLDER, { recursive: true })
    .map((name) => join(FOLDER, name))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  const elsewhere = Array.from(readFileSync(ENTRY, "utf8").matchAll(EXPORTED_FROM), ([, from]) => {
    const file = join(dirname(ENTRY), ...from.split("/"));
    return existsSync(`${file}.ts`) ? `${file}.ts` : `${file}${sep}index.ts`;
  });
  return [...new Set([ENTRY, ...folder, ...elsewhere])].sort();
}

main(import.meta.url, everythingDocumented);
