/** `npm run build`: the site as it ships, in www/dist. */
import { checkPackage } from "./package.mjs";
import { setup } from "./setup.mjs";
import { checkSizes } from "./sizes.mjs";
import { buildSite, checkTypes, printSizes } from "./site.mjs";
import { main, step } from "./step.mjs";
import { buildWasm } from "./wasm.mjs";

main(import.meta.url, async () => {
  await setup();
  await buildWasm({ profile: "ship" });
  await step("sizes of the wasm modules", async () => checkSizes("ship"));
  await step("types", checkTypes);
  await step("page", buildSite);
  await step("npm package", checkPackage);
  printSizes();
});
