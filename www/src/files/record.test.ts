import { expect, test } from "vitest";
import { looksLikeRecord, parseRecord, recordOf, textBeside } from "./record";

const METHODS = { tool: "crossgrain", version: "1.0.0", layers: [0, 6], pooling: "mean", seconds: 12 };
const ROWS = new TextEncoder().encode("id,d0\na,1\n");

test("a record is found by the bytes of its rows, whatever they are called", async () => {
  const text = (await textBeside("v.csv", ROWS, METHODS, 6)) ?? "";
  const record = parseRecord(text);
  expect(record?.record).toMatchObject({ pooling: "mean", layers: [6], file: { name: "v.csv", sha256: record?.sha256 } });
  expect(record?.record, "the same rows give the same record").not.toHaveProperty("seconds");
  expect(looksLikeRecord(text)).toBe(true);
  const records = [{ record: {}, sha256: "0" }, record as NonNullable<typeof record>];
  expect(await recordOf(new Blob([ROWS]), records)).toBe(record);
  expect(await recordOf(new Blob(["id,d0\na,2\n"]), records)).toBeNull();
  expect(await recordOf(new Blob([ROWS]), [])).toBeNull();
});

test("rows that nothing is known of have no record, and joined ones keep theirs", async () => {
  expect(await textBeside("v.csv", ROWS, null, 6)).toBeNull();
  expect(JSON.parse((await textBeside("v.csv", ROWS, { tool: "crossgrain", joined: [] }, 0)) ?? "")).toMatchObject({ joined: [] });
});

test.each([
  ["", false],
  ["{", false],
  ["null", false],
  ["[1]", false],
  ['{"tool":"other","file":{"sha256":"a"}}', false],
  ['{"tool":"crossgrain"}', false],
  ['{"tool":"crossgrain","file":{"name":"v"}}', false],
  ['{"tool":"crossgrain","file":{"sha256":"a"}}', true],
])("%s", (text, expected) => {
  expect(parseRecord(text) !== null).toBe(expected);
});
