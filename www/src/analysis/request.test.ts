import { expect, expectTypeOf, test } from "vitest";
import type { Methods } from "../protocol";
import { replaced, type RequestWith } from "./request";
import { Table, type TableRows } from "./table";

const table = new Table(Float32Array.of(1, 2), 2, 1);

test("tables become their names, wherever they are; everything else is copied", () => {
  const labels = ["a", null];
  const request = { x: [table, { table, rows: [1] }], labels, k: 3, absent: undefined, nothing: null };
  const found = replaced(request, (value) => (value instanceof Table ? value.key : undefined));
  expect(found).toEqual({ x: [table.key, { table: table.key, rows: [1] }], labels, k: 3, absent: undefined, nothing: null });
  expect((found as typeof request).labels).not.toBe(labels);
});

test("typed arrays become plain ones", () => {
  expect(replaced({ offsets: Uint32Array.of(0, 2), values: Float32Array.of(0.5) }, () => undefined)).toEqual({ offsets: [0, 2], values: [0.5] });
});

test("a request has tables where the protocol has names, and nothing else changes", () => {
  type Purity = RequestWith<TableRows, Methods["purity"]["request"]>;
  expectTypeOf<Purity["table"]>().toEqualTypeOf<TableRows>();
  expectTypeOf<Purity["k"]>().toEqualTypeOf<number | undefined>();
  expectTypeOf<readonly (string | null)[]>().toExtend<Purity["labels"]>();
  type Neighbours = RequestWith<TableRows, Methods["neighbours"]["request"]>;
  expectTypeOf<Neighbours["queries"]>().toEqualTypeOf<TableRows | null | undefined>();
  type Probe = RequestWith<TableRows, Methods["probe"]["request"]>;
  expectTypeOf<Uint32Array>().toExtend<NonNullable<Probe["features"][number]["offsets"]>>();
});
