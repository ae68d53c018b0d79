import { expect, test } from "vitest";
import { chunkResidues, halves, residuesOf, together, type Chunk } from "./chunks";

const chunk = (record: number, residues: number): Chunk => ({ records: Uint32Array.of(record), residues });
const shape = (chunks: readonly Chunk[]): [number[], number][] => chunks.map(({ records, residues }) => [[...records], residues]);

test("a chunk grows with what computes it and with the run", () => {
  const cpu = { kind: "cpu", software: false } as const;
  expect(chunkResidues(cpu, 0)).toBe(2048);
  expect(chunkResidues(cpu, 5_120_000)).toBe(10_000);
  expect(chunkResidues({ kind: "webgpu", software: true }, 0)).toBe(8192);
  expect(chunkResidues({ kind: "webgpu", software: false }, 0)).toBe(65_536);
});

test("small chunks are put together in their order, each once", () => {
  const small = [900, 700, 600, 500, 400].map((residues, record) => chunk(record, residues));
  expect(shape(together(small, 1500, 1))).toEqual([
    [[0, 1], 1600],
    [[2, 3, 4], 1500],
  ]);
  expect(together([], 1500, 1)).toEqual([]);
});

test("for several workers they get smaller towards the end", () => {
  const small = Array.from({ length: 40 }, (_, record) => chunk(record, 256));
  const sizes = together(small, 2048, 2).map(({ residues }) => residues);
  expect(sizes[0]).toBe(2048);
  expect(sizes.at(-1)).toBe(256);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(40 * 256);
});

test("what is missing is put together as it was before: a GPU gives the same bits", () => {
  const small = Array.from({ length: 30 }, (_, record) => chunk(record, 700 + record));
  const whole = together(small, 2048, 1);
  const done = new Set(whole.slice(0, 3).flatMap(({ records }) => [...records]));
  const left = small.filter(({ records }) => !done.has(records[0] ?? -1));
  expect(shape(together(left, 2048, 1))).toEqual(shape(whole.slice(3)));
});

test("halves hold all records, and all residues", () => {
  const whole = { records: Uint32Array.of(4, 5, 6), residues: 100 };
  const both = halves(whole);
  expect(both.map(({ records }) => [...records])).toEqual([[4, 5], [6]]);
  expect(residuesOf(both)).toBe(100);
});
