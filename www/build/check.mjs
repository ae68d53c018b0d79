/** `npm run check`: format, lints and types, without tests. */
import { checks, lints } from "./lint.mjs";
import { setup } from "./setup.mjs";
import { checkTypes } from "./site.mjs";
import { main, step } from "./step.mjs";
import { buildWasm } from "./wasm.mjs";

main(import.meta.url, async () => {
  await setup({ lint: true });
  for (const [name, work] of Object.entries({ ...lints, ...checks })) await step(name, work);
  await buildWasm();
  await step("types", checkTypes);
});
