import { expect, test } from "vitest";
import { colouring, MOST_GROUPS } from "../grouping";
import { composition } from "./composition";
import { prefixOf } from "./from-sequences";
import { colourOf, looks } from "./looks";
import { NEUTRAL } from "./palettes";
import { DEFAULT_COLOURS, UNEDITED, type LegendEdits } from "./settings";

const labels = (values: (string | null)[]) => colouring("label:x", "x", "label table", values);
const many = Array.from({ length: 60 }, (_, at) => `c${at % 30}`);
const edited = (edits: Partial<LegendEdits>) => ({ ...DEFAULT_COLOURS, legends: { "label:x": { ...UNEDITED, ...edits } } });

test("eight groups differ by colour, more by shape; shapes from the first group on where asked", () => {
  const column = labels(Array.from({ length: 40 }, (_, at) => `g${at % 20}`));
  const plain = looks(column, 40, DEFAULT_COLOURS, "light").groups;
  expect(new Set(plain.slice(0, 8).map(({ shape }) => shape))).toEqual(new Set(["circle"]));
  for (const settings of [DEFAULT_COLOURS, { ...DEFAULT_COLOURS, shapes: true }]) {
    const found = looks(column, 40, settings, "light").groups.map(({ colour, shape }) => `${colour} ${shape}`);
    expect(new Set(found).size).toBe(20);
  }
  const shaped = looks(column, 40, { ...DEFAULT_COLOURS, shapes: true }, "light").groups;
  expect(new Set(shaped.slice(0, 6).map(({ shape }) => shape)).size).toBe(6);
});

test("other is neutral grey and last but for records without a value", () => {
  const found = looks(labels([...many, null]), 61, DEFAULT_COLOURS, "light");
  expect(found.groups).toHaveLength(MOST_GROUPS + 1);
  expect(found.groups.at(-2)).toMatchObject({ role: "other", colour: NEUTRAL.light.other, label: null, count: 22 });
  expect(found.groups.at(-1)).toMatchObject({ role: "missing", colour: NEUTRAL.light.missing, count: 1 });
  expect(found.merged).toBe(11);
});

test("a group keeps its colour when others are merged, moved or renamed", () => {
  const values = ["a", "a", "a", "b", "b", "c"];
  const colours = (edits: Partial<LegendEdits>) =>
    Object.fromEntries(looks(labels(values), 6, edited(edits), "light").groups.map(({ label, name, colour }) => [label ?? name, colour]));
  const before = colours({});
  expect(colours({ order: ["c", "a"] })).toEqual(before);
  expect(colours({ merged: ["a"] })).toEqual({ b: before["b"], c: before["c"], other: NEUTRAL.light.other });
  expect(colours({ colours: { b: "#123456" } })["b"]).toBe("#123456");
  const names = (edits: Partial<LegendEdits>) => looks(labels(values), 6, edited(edits), "light").groups.map(({ name }) => name);
  expect(names({ order: ["c"] })).toEqual(["c", "a", "b"]);
  expect(names({ names: { a: "Alpha" } })).toEqual(["Alpha", "b", "c"]);
  expect(names({ merged: ["b"] })).toEqual(["a", "c", "other"]);
});

test("names in natural order; a rare label is taken out of other", () => {
  const names = (edits: Partial<LegendEdits>) => looks(labels(many), 60, edited(edits), "light").groups.map(({ name }) => name);
  expect(names({ sort: "name" }).slice(0, 3)).toEqual(["c0", "c1", "c2"]);
  expect(names({})).not.toContain("c9");
  expect(names({ kept: ["c9"] })).toContain("c9");
});

test("numbers lie on the scale, missing ones are grey; the type can be changed", () => {
  const column = labels(["0.5", "1.5", "NA", "1"]);
  const found = looks(column, 4, DEFAULT_COLOURS, "light");
  expect(found.kind).toBe("numbers");
  expect([0, 1, 2].map((record) => colourOf(found, record))).toEqual(["#440154", "#fde725", NEUTRAL.light.missing]);
  expect(found.groups.map(({ role, count }) => [role, count])).toEqual([["group", 3], ["missing", 1]]);
  const classes = looks(column, 4, { ...DEFAULT_COLOURS, types: { "label:x": "class" } }, "light");
  expect(classes.kind).toBe("classes");
  expect(classes.groups).toHaveLength(4);
  const words = looks(labels(["a", "b"]), 2, { ...DEFAULT_COLOURS, types: { "label:x": "number" } }, "light");
  expect(words.kind, "words have no numbers").toBe("classes");
});

test("without a column all records look alike", () => {
  const found = looks(null, 3, DEFAULT_COLOURS, "dark");
  expect(found.groups.map(({ name, count }) => [name, count])).toEqual([["all sequences", 3]]);
});

test.each([
  ["sp|P12345|NAME", "sp"],
  ["TEM-1_A3V", "TEM"],
  ["AT4G27390.1", "AT"],
  ["NP_000001.1", "NP"],
  ["A0A3G3C7S0", "A"],
  ["12345", null],
  ["Hsap_gene7", "Hsap"],
])("the prefix of %s is %s", (id, prefix) => expect(prefixOf(id)).toBe(prefix));

test("composition of bases and of amino acids", () => {
  expect(composition(Float32Array.of(0.1, 0.2, 0.3, 0.4, 1, 0, 0, 0), 4)).toEqual([{ name: "GC content", values: ["0.5000", "0.0000"] }]);
  const shares = new Float32Array(20);
  shares["ACDEFGHIKLMNPQRSTVWY".indexOf("K")] = 0.75;
  shares["ACDEFGHIKLMNPQRSTVWY".indexOf("D")] = 0.25;
  const columns = composition(shares, 20);
  expect(columns.map(({ values }) => values[0])).toEqual(["0.0000", "0.5000", "0.0000", "0.0000"]);
  expect(composition(new Float32Array(7), 7)).toEqual([]);
});
