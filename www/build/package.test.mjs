import { expect, test } from "vitest";
import { compare, reached } from "./package.mjs";

test("the module brings what it names, and what that names", () => {
  const texts = {
    "m.js": 'import "./assets/shared-1.js"',
    "assets/shared-1.js": 'new URL("worker-2.js"); new URL("engine-3.wasm")',
    "assets/worker-2.js": 'import "./shared-1.js"',
  };
  const assets = ["assets/page-4.js", "assets/shared-1.js", "assets/worker-2.js", "assets/engine-3.wasm"];
  expect(reached("m.js", assets, (file) => texts[file])).toEqual(["m.js", "assets/shared-1.js", "assets/worker-2.js", "assets/engine-3.wasm"]);
});

test("too little and too much are told apart", () => {
  expect(compare(["a", "c"], ["a", "b", "b"])).toEqual({ missing: ["b"], surplus: ["c"] });
});
