/**
 * Unit tests of the TypeScript, beside the code that they test, and of the build scripts. They run in Node: what only a
 * browser has (workers, the private file system) is given to them as a fake, and neither wasm module needs to be built.
 */
import { defineConfig, mergeConfig } from "vitest/config";
import site from "./vite.config.ts";

export default mergeConfig(
  site,
  defineConfig({
    test: {
      include: ["src/**/*.test.ts", "build/**/*.test.mjs"],
      environment: "node",
      pool: "threads",
      restoreMocks: true,
      unstubGlobals: true,
      // A test that hangs must say so long before a person would look.
      testTimeout: 5000,
    },
  }),
);
