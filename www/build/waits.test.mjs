import { expect, test } from "vitest";
import { fixedWaits } from "./waits.mjs";

test("a wait for a time is found, a wait for a condition is not", () => {
  const wait = ["waitFor", "Timeout(200)"].join("");
  expect(fixedWaits(`await page.${wait};\nawait page.waitForFunction(done);\n  page . ${wait}`)).toEqual([1, 3]);
});
