/**
 * `npm test`: everything that must hold, from a fresh checkout: set-up, format, lints, native tests, both wasm
 * modules, types, page, browser tests. A failed step does not hide the others; steps that need it are left out.
 * The last line counts all tests; a step that failed without counting tests counts as one failure.
 */
import { browserTests } from "./browser-tests.mjs";
import { chromium } from "./chromium.mjs";
import { lints } from "./lint.mjs";
import { setup } from "./setup.mjs";
import { checkSizes } from "./sizes.mjs";
import { buildSite, checkTypes } from "./site.mjs";
import { Failure, main, run, seconds, step } from "./step.mjs";
import { buildWasm } from "./wasm.mjs";

const total = { passed: 0, failed: 0 };
const times = [];

/** Runs a step, keeps its time and counts; answers whether it went well. */
async function part(name, work) {
  const start = performance.now();
  const counts = await step(name, work).catch((error) => {
    console.error(error instanceof Failure ? error.message : error);
    return { passed: 0, failed: 1 };
  });
  total.passed += counts?.passed ?? 0;
  total.failed += counts?.failed ?? 0;
  times.push([name, seconds(start)]);
  return (counts?.failed ?? 0) === 0;
}

/** All native tests; cargo's own result lines are added up. */
async function nativeTests() {
  const counts = { passed: 0, failed: 0 };
  let failure = null;
  await run("cargo", ["test", "--workspace", "--no-fail-fast"], {
    onLine: (line) => {
      const [, passed, failed] = line.match(/^test result: .*? (\d+) passed; (\d+) failed;/) ?? [];
      counts.passed += Number(passed ?? 0);
      counts.failed += Number(failed ?? 0);
    },
  }).catch((error) => (failure = error));
  if (failure !== null && counts.failed === 0) throw failure;
  return counts;
}

main(import.meta.url, async () => {
  const start = performance.now();
  let browser = "";
  const ready = await part("set-up", async () => {
    await setup({ lint: true });
    browser = await chromium();
  });
  if (ready) {
    for (const [name, work] of Object.entries(lints)) await part(name, work);
    await part("native tests (cargo test)", nativeTests);
    if (await part("wasm modules", () => buildWasm())) {
      await part("sizes of the wasm modules", async () => checkSizes("wasm"));
      await part("types (tsc)", checkTypes);
      if (await part("page (vite build)", buildSite)) await part("browser tests", () => browserTests(browser));
    }
  }
  console.log("");
  for (const [name, time] of [...times, ["all", seconds(start)]]) console.log(`${time.padStart(12)}  ${name}`);
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  if (total.failed > 0) process.exitCode = 1;
});
