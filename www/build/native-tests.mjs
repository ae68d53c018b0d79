/**
 * The native tests. Those that need data which may not be bundled are marked as ignored, with the reason; they are
 * counted, and run when CROSSGRAIN_DATA names the folder with the data.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Failure, run } from "./step.mjs";

/** Runs the tests of the chosen packages; answers `{ passed, failed, ignored }`, cargo's own result lines added up. */
export async function nativeTests(packages = ["--workspace"]) {
  const data = process.env.CROSSGRAIN_DATA;
  if (data && !existsSync(join(data, "data"))) throw new Failure(`CROSSGRAIN_DATA is ${data}, which has no folder "data" (CONTRIBUTING.md, "Data").`);
  const counts = { passed: 0, failed: 0, ignored: 0 };
  let failure = null;
  // Published weights are too large to lie with the data: they have a folder of their own.
  const published = process.env.CROSSGRAIN_WEIGHTS ? [] : ["--skip", "published::"];
  const ignored = data ? ["--", "--include-ignored", ...published] : [];
  await run("cargo", ["test", ...packages, "--no-fail-fast", ...ignored], {
    onLine: (line) => {
      const pattern = /^test result: .*? (\d+) passed; (\d+) failed; (\d+) ignored; \d+ measured; (\d+) filtered out/;
      const [, passed = 0, failed = 0, left = 0, filtered = 0] = line.match(pattern) ?? [];
      counts.passed += Number(passed);
      counts.failed += Number(failed);
      counts.ignored += Number(left) + Number(filtered);
    },
  }).catch((error) => (failure = error));
  if (failure !== null && counts.failed === 0) throw failure;
  return counts;
}
