/**
 * `npm run quick`: what finds most faults in little time: format, lints, the core's and the api's tests, types, unit
 * tests. It needs no browser and builds no wasm. What it leaves to `npm test`: lints and tests of the other packages
 * and of the wasm code, the sizes of the wasm modules, the types of their borders, the built page, the browser tests.
 */
import { Tally } from "./tally.mjs";
import { checks, quickLints } from "./lint.mjs";
import { nativeTests } from "./native-tests.mjs";
import { declareMissing } from "./not-built.mjs";
import { setup } from "./setup.mjs";
import { checkTypes } from "./site.mjs";
import { main } from "./step.mjs";
import { unitTests } from "./unit-tests.mjs";

main(import.meta.url, async () => {
  const tally = new Tally();
  if (await tally.part("set-up", () => setup({ lint: true, wasm: false }))) {
    for (const [name, work] of Object.entries({ ...quickLints, ...checks })) await tally.part(name, work);
    await tally.part("types (tsc)", () => {
      const missing = declareMissing();
      if (missing.length > 0) console.log(`Not built yet, so their types are not checked: ${missing.join(", ")}.`);
      return checkTypes();
    });
    await tally.part("unit tests (vitest)", () => unitTests());
    await tally.part("tests of core and api (cargo test)", () => nativeTests(["-p", "crossgrain-core", "-p", "crossgrain-api"]));
  }
  tally.end();
});
