/** `npm run e2e [-- file …]`: builds wasm and page, then runs the browser tests. */
import { browserTests } from "./browser-tests.mjs";
import { chromium } from "./chromium.mjs";
import { setup } from "./setup.mjs";
import { buildSite } from "./site.mjs";
import { Failure, main, step } from "./step.mjs";
import { buildWasm } from "./wasm.mjs";

main(import.meta.url, async () => {
  await setup();
  const browser = await chromium();
  await buildWasm();
  await step("page", buildSite);
  const { failed } = await step("browser tests", () => browserTests(browser, process.argv.slice(2)));
  if (failed > 0) throw new Failure(`${failed} browser tests failed.`);
});
