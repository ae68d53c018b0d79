import { expect, test } from "vitest";
import { bytes, count, cut, duration, fileName, large, percent, plural, rate, sentence } from "./format";

/** The narrow space between groups of digits and before units, written as `_` in the expectations below. */
const plain = (text: string): string => text.replaceAll("\u202f", "_");

test.each([
  [0, "0"],
  [999.5, "1000"],
  [9999, "9999"],
  [10_000, "10_000"],
  [1_234_567, "1_234_567"],
  [-12_345, "−12_345"],
])("count(%d) is %s", (value, expected) => expect(plain(count(value))).toBe(expected));

test("plural: one, many, and nouns with a plural of their own", () => {
  expect(plural(1, "record")).toBe("1 record");
  expect(plural(0, "record")).toBe("0 records");
  expect(plain(plural(12_000, "entry", "entries"))).toBe("12_000 entries");
});

test.each([
  [0, "0_B"],
  [999, "999_B"],
  [1000, "1.0_kB"],
  [4_923_000, "4.9_MB"],
  [123_456_789, "123_MB"],
  [2.6e9, "2.6_GB"],
  [25e12, "25_000_GB"],
])("bytes(%d) is %s", (value, expected) => expect(plain(bytes(value))).toBe(expected));

test.each([
  [999_999, "999_999"],
  [1_213_985, "1.21_M"],
  [2.5e9, "2.50_G"],
])("large(%d) is %s", (value, expected) => expect(plain(large(value))).toBe(expected));

test.each([
  [0.416, "0.42_s"],
  [9.94, "9.9_s"],
  [12.4, "12_s"],
  [59.6, "1_min 00_s"],
  [185, "3_min 05_s"],
  [7800, "2_h 10_min"],
  [-1, "–"],
  [Infinity, "–"],
  [Number.NaN, "–"],
])("duration(%d) is %s", (value, expected) => expect(plain(duration(value))).toBe(expected));

test("rates and shares", () => {
  expect(plain(rate(1234.5, "residues"))).toBe("1235 residues/s");
  expect(plain(percent(0.0526))).toBe("5.3_%");
});

test.each([
  ["the file is empty", "The file is empty."],
  ["already a sentence.", "Already a sentence."],
  ["is it?", "Is it?"],
  ["model.safetensors is missing", "model.safetensors is missing."],
  ["config_json is missing", "config_json is missing."],
  ["  ", ""],
])("sentence(%j) is %j", (fragment, expected) => expect(sentence(fragment)).toBe(expected));

test("cut counts characters, not halves of them", () => {
  expect(cut("short")).toBe("short");
  expect(cut("abcdef", 4)).toBe("abc…");
  expect(cut("🧬🧬🧬", 3)).toBe("🧬🧬🧬");
  expect(cut("🧬🧬🧬🧬", 3)).toBe("🧬🧬…");
});

test.each([
  ["-cmd-x-img.esm2-demo.csv", "cmd-x-img.esm2-demo.csv"],
  ["--help.npy", "help.npy"],
  [".hidden.npy", "hidden.npy"],
  ["a/b\\c:d.csv", "a-b-c-d.csv"],
  ["con.csv", "_con.csv"],
  ["--", "file"],
  ["plain.csv", "plain.csv"],
])("the file name %j becomes %j", (name, expected) => expect(fileName(name)).toBe(expected));
