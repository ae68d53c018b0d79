/**
 * The gate on download size. `sizes.json` holds, per cargo profile, the gzipped bytes of both wasm modules and the
 * bound above which they must not grow, 2 % more. The rule:
 *
 * - within the bound: nothing happens, so that small growth adds up against the same record;
 * - more than 2 % smaller: the record follows;
 * - above the bound: a failure, unless CHANGELOG.md has changed since the record was made. Then the record follows, to
 *   be committed with the change that it belongs to.
 *
 * With `CI` set nothing is written: a record that would have to follow upwards is a failure there.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Failure, main, root } from "./step.mjs";

const FILE = join(root, "www", "build", "sizes.json");
const MODULES = { engine: "crossgrain_wasm_bg.wasm", plot: "crossgrain_plot_bg.wasm" };
/** Growth that needs no words. */
const TOLERANCE = 1.02;

/** Compares what was built with `profile` with the record. */
export function checkSizes(profile) {
  const record = existsSync(FILE) ? JSON.parse(readFileSync(FILE, "utf8")) : {};
  const changelog = createHash("sha256").update(readFileSync(join(root, "CHANGELOG.md"))).digest("hex").slice(0, 16);
  const { changed, failures } = judge(record[profile] ?? {}, measure(), changelog);
  if (failures.length > 0) throw new Failure(failures.join("\n"));
  if (changed === null) return;
  if (process.env.CI && grew(record[profile] ?? {}, changed)) {
    throw new Failure("www/build/sizes.json is older than the wasm it describes: run `npm test` and commit it.");
  }
  if (process.env.CI) return;
  writeFileSync(FILE, `${JSON.stringify({ ...record, [profile]: changed }, null, 2)}\n`);
  console.log("www/build/sizes.json follows: commit it.");
}

/** What to do about new sizes: the record that follows, or null, and the failures. */
export function judge(record, sizes, changelog) {
  const failures = [];
  let follow = false;
  for (const [name, bytes] of Object.entries(sizes)) {
    const before = record[name];
    const growth = before === undefined ? "first record" : `${(((bytes - before.bytes) / before.bytes) * 100).toFixed(1)} %`;
    console.log(`${name}: ${bytes} bytes of gzip (${growth})`);
    if (before === undefined || bytes * TOLERANCE < before.bytes) follow = true;
    else if (bytes > before.bound && record.changelog !== changelog) follow = true;
    else if (bytes > before.bound) {
      failures.push(`The ${name} wasm grew by ${growth} to ${bytes} bytes of gzip, over ${before.bound}: say in CHANGELOG.md what for, or make it smaller.`);
    }
  }
  const entry = (bytes) => ({ bytes, bound: Math.floor(bytes * TOLERANCE) });
  const next = Object.fromEntries(Object.entries(sizes).map(([name, bytes]) => [name, entry(bytes)]));
  return { changed: follow && failures.length === 0 ? { ...next, changelog } : null, failures };
}

function grew(record, next) {
  return Object.keys(MODULES).some((name) => record[name] === undefined || next[name].bytes > record[name].bound);
}

function measure() {
  const file = (name) => readFileSync(join(root, "www", "src", "wasm", name, MODULES[name]));
  return Object.fromEntries(Object.keys(MODULES).map((name) => [name, gzipSync(file(name), { level: 9 }).length]));
}

main(import.meta.url, async () => checkSizes(process.argv[2] ?? "wasm"));
