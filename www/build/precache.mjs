/**
 * The list of the site's files for its service worker: each with its SHA-256, put in front of `sw.js` together with a
 * version that changes with any of them. Of a page a host may change the text (the hub's address, for instance), so that
 * what is asked of it is that it names the same files of `assets/`, whose names hold the hash of their content.
 */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const WORKER = "sw.js";
/** What only programmers read. */
const NOT_SERVED = [WORKER, /\.d\.ts$/, /\.map$/];

/** Puts the list in front of the service worker of a built site. */
export function writePrecache(dist) {
  const worker = join(dist, WORKER);
  writeFileSync(worker, `self.CROSSGRAIN_SITE=${JSON.stringify(siteVersion(dist))};\n${readFileSync(worker, "utf8")}`);
}

/** The version of a built site, and its files. */
export function siteVersion(dist) {
  const files = readdirSync(dist, { recursive: true })
    .map((name) => join(dist, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => ({ path: relative(dist, file).split(sep).join("/"), bytes: readFileSync(file) }))
    .filter(({ path }) => !NOT_SERVED.some((one) => (typeof one === "string" ? one === path : one.test(path))))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, bytes }) => ({ path, sha256: sha256(bytes), ...(path.endsWith(".html") ? { names: assetsIn(bytes.toString("utf8")) } : {}) }));
  return { version: sha256(JSON.stringify(files)).slice(0, 12), files };
}

/** The files of `assets/` that a page names. */
export function assetsIn(html) {
  return [...new Set(html.match(/assets\/[\w.-]+/g) ?? [])].sort();
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("base64");
}
