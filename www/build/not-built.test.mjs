import { expect, test } from "vitest";
import { declaration, imported } from "./not-built.mjs";

test("what the page imports from wasm modules is found, whichever way it is written", () => {
  const found = imported([
    'import init, { Chart, type Scatter } from "./wasm/plot/crossgrain_plot.js";\nexport type { Legend,\n  Theme as T } from "../wasm/plot/crossgrain_plot.js";',
    'import { Session } from "../wasm/engine/crossgrain_wasm.js";\nimport x from "../wasm/engine/crossgrain_wasm_bg.wasm?url";\nimport { y } from "./other.js";',
  ]);
  expect([...found].map(([module, names]) => [module, [...names]])).toEqual([
    ["wasm/plot/crossgrain_plot.js", ["Chart", "Scatter", "Legend", "Theme"]],
    ["wasm/engine/crossgrain_wasm.js", ["Session"]],
  ]);
});

test("each name is a value and a type", () => {
  expect(declaration("wasm/a/b.js", new Set(["X"]))).toBe(
    'declare module "*/wasm/a/b.js" {\n  const start: any;\n  export default start;\n  export const X: any;\n  export type X = any;\n}\n',
  );
});
