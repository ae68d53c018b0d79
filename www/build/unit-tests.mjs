/** Runs the unit tests of the TypeScript and of these scripts (vitest, `www/vitest.config.ts`) and counts them. */
import { join } from "node:path";
import { Failure, main, node, root, step } from "./step.mjs";

/** Runs `files`, or all; answers `{ passed, failed, ignored }`. */
export async function unitTests(files = []) {
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const counts = { passed: 0, failed: 0, ignored: 0 };
  let failure = null;
  await node([vitest, "run", "--root", join(root, "www"), ...files], {
    onLine: (line) => {
      // The summary: "      Tests  1 failed | 252 passed | 2 skipped (255)".
      const summary = line.match(/^ +Tests +(.*)\(\d+\)$/)?.[1];
      if (summary === undefined) return;
      const of = (kind) => Number(summary.match(new RegExp(`(\\d+) ${kind}`))?.[1] ?? 0);
      Object.assign(counts, { passed: of("passed"), failed: of("failed"), ignored: of("skipped") + of("todo") });
    },
  }).catch((error) => (failure = error));
  // A file that cannot even be loaded counts no failed test.
  if (failure !== null && counts.failed === 0) throw failure;
  if (counts.passed + counts.failed === 0) throw new Failure("no unit test ran");
  return counts;
}

main(import.meta.url, async () => {
  const { failed } = await step("unit tests", () => unitTests(process.argv.slice(2)));
  if (failed > 0) throw new Failure(`${failed} unit tests failed.`);
});
