/** `npm start`: sets up, builds wasm and page, and serves the built page on localhost. */
import { setup } from "./setup.mjs";
import { buildSite, serveSite } from "./site.mjs";
import { main, step } from "./step.mjs";
import { buildWasm } from "./wasm.mjs";

main(import.meta.url, async () => {
  await setup();
  await buildWasm();
  await step("page", buildSite);
  console.log("\nCrossgrain is served at the address below until you press Ctrl+C.");
  await serveSite();
});
