/**
 * `npm test`: everything that must hold, from a fresh checkout: set-up, format, lints, unit tests, native tests, both
 * wasm modules, types, page, npm package, browser tests. Steps that need a failed step are left out; the last lines
 * count all tests.
 */
import { browserTests } from "./browser-tests.mjs";
import { chromium } from "./chromium.mjs";
import { checks, lints } from "./lint.mjs";
import { nativeTests } from "./native-tests.mjs";
import { checkPackage } from "./package.mjs";
import { setup } from "./setup.mjs";
import { checkSizes } from "./sizes.mjs";
import { buildSite, checkTypes } from "./site.mjs";
import { main } from "./step.mjs";
import { Tally } from "./tally.mjs";
import { unitTests } from "./unit-tests.mjs";
import { buildWasm } from "./wasm.mjs";

main(import.meta.url, async () => {
  const tally = new Tally();
  let browser = "";
  const ready = await tally.part("set-up", async () => {
    await setup({ lint: true });
    browser = await chromium();
  });
  if (ready) {
    for (const [name, work] of Object.entries({ ...lints, ...checks })) await tally.part(name, work);
    await tally.part("unit tests (vitest)", () => unitTests());
    await tally.part("native tests (cargo test)", () => nativeTests());
    if (await tally.part("wasm modules", () => buildWasm())) {
      await tally.part("sizes of the wasm modules", async () => checkSizes("wasm"));
      await tally.part("types (tsc)", checkTypes);
      if (await tally.part("page (vite build)", buildSite)) {
        await tally.part("npm package", checkPackage);
        await tally.part("browser tests", () => browserTests(browser));
      }
    }
  }
  tally.end();
});
