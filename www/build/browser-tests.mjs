/** Runs the tests under tests/e2e in Node's own test runner and counts them. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure, node, root } from "./step.mjs";

const folder = join("tests", "e2e");

/** Runs `files`, or all, against www/dist with the browser at `chromium`; answers `{ passed, failed, ignored }`. */
export async function browserTests(chromium, files = []) {
  const all = readdirSync(join(root, folder)).filter((name) => name.endsWith(".test.mjs")).sort();
  const chosen = files.length > 0 ? files : all.map((name) => join(folder, name));
  const counts = { pass: 0, fail: 0, cancelled: 0, skipped: 0 };
  let failure = null;
  // One file at a time: two pages that embed at once would only slow each other down.
  await node(["--test", "--test-concurrency=1", "--test-reporter=spec", ...chosen], {
    env: { CHROME_PATH: chromium },
    onLine: (line) => {
      const [, kind, count] = line.match(/^\S+ (pass|fail|cancelled|skipped) (\d+)$/) ?? [];
      if (kind) counts[kind] = Number(count);
    },
  }).catch((error) => (failure = error));
  const failed = counts.fail + counts.cancelled;
  // A runner that died without counting must not pass for one that counted no failure.
  if (failure !== null && failed === 0) throw failure;
  if (counts.pass + failed === 0) throw new Failure("no browser test ran");
  return { passed: counts.pass, failed, ignored: counts.skipped };
}
