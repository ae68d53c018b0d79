import { expect, test } from "vitest";
import { percent } from "../format";
import { OFTEN, ofControl, ofControlMap, tooFew, conclusion, type Compared } from "./conclusion";

const purity: Compared = {
  does: "Neighbours share their family",
  words: OFTEN,
  chanceName: "shuffled labels",
  value: 0.568,
  chance: 0.1,
  p: 0.001,
  leastP: 0.001,
  beside: [],
  written: percent,
};

test.each<[string, Partial<Compared>, RegExp]>([
  ["above chance", {}, /family more often than with shuffled labels \(56\.8\s%\s?against 10\.0\s%, p ≤ 0\.0010\)\.$/],
  ["at chance", { value: 0.11, p: 0.3 }, /family no more often than with shuffled labels \(11\.0\s%\s?against 10\.0\s%, p = 0\.30\)\.$/],
  ["below the best simple features", { beside: [{ name: "composition", value: 0.5 }, { name: "dipeptides", value: 0.6 }] }, /, but less often than with dipeptides \(60\.0\s%\)\.$/],
  ["hardly above them", { beside: [{ name: "composition", value: 0.56 }] }, /, but about as often as with composition/],
  ["well above them", { beside: [{ name: "composition", value: 0.2 }] }, /, and more often than with composition/],
  ["a test that finds no difference decides", { beside: [{ name: "composition", value: 0.2 }], differs: false }, /about as often as with composition/],
  ["a test that finds one decides", { beside: [{ name: "composition", value: 0.57 }], differs: true }, /, but less often than with composition/],
  ["nothing is compared where nothing is above chance", { p: 0.5, beside: [{ name: "composition", value: 0.9 }] }, /no more often than with shuffled labels \([^)]*\)\.$/],
])("%s", (_, change, expected) => {
  expect(conclusion({ ...purity, ...change })).toMatch(expected);
});

test.each<[number, RegExp]>([
  [0.567, /Nearly all \(99\.8\s%\) .* composition and length are enough/],
  [0.6, / All of what is above chance remains/],
  [0.15, /Little \(10\.7\s%\) .* needs the order of the letters/],
  [0.09, /Nothing of what is above chance remains/],
  [0.334, /50\.0\s% of what is above chance remains/],
])("a control of %d", (control, expected) => {
  expect(ofControl(purity, control, "letters")).toMatch(expected);
});

test("a control explains nothing where nothing is above chance", () => {
  expect(ofControl({ ...purity, p: 0.4 }, 0.5, "bases")).toMatch(/bases of each sequence shuffled it is 50\.0\s%\. Nothing is above chance/);
});

test.each<[number, number, RegExp]>([
  [0.09, 0.09, /composition and length are enough/],
  [0.3, 0.1, /it adds 0\.20 in all dimensions/],
  [-0.1, -0.2, /nothing that the control could explain/],
])("groups %d apart, shuffled %d", (real, control, expected) => {
  expect(ofControlMap(real, control, "letters")).toMatch(expected);
});

test("fewer than twenty are too few", () => {
  expect(tooFew(7)).toBe("Too few for a conclusion: 7 sequences, and at least 20 are needed. ");
  expect(tooFew(20)).toBe("");
});
