import { expect, test } from "vitest";
import { valuesOf } from "./counts";

test("values are counted, not rows", () => {
  const values = [["a", "b", "NA", "n/a"], ["1.5", null, "", "0"]];
  expect(valuesOf(["kind", "tm"], values)).toEqual([{ name: "kind", found: 2 }, { name: "tm", found: 2 }]);
});
