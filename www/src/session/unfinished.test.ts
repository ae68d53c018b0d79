import { expect, test } from "vitest";
import { FinishedRows, type FinishedPart } from "../run/finished-rows";
import { unpack } from "../worker/chunk-rows";
import { decodeHead, digestOf, encodeHead, seal, unseal, type UnfinishedHead } from "./unfinished";

/** Rows of records in two layers of two numbers. */
function part(...records: number[]): FinishedPart {
  const rows = new FinishedRows();
  const each = (value: number): Uint32Array => new Uint32Array(records.length).fill(value);
  rows.add(
    {
      records: Uint32Array.from(records),
      layers: Uint32Array.of(0, 6),
      width: 2,
      offsets: Uint32Array.from({ length: records.length + 1 }, (_, at) => at),
      states: [1, 2].map((sign) => Float32Array.from(records.flatMap((record) => [sign * record, 0.5]))),
      windows: each(1),
      residues: each(9),
      specials: each(2),
      pool: "mean",
      notices: [[0, { code: "x" }]],
    },
    "CPU",
  );
  return rows.parts[0] as FinishedPart;
}

test("a batch comes back with its numbers", async () => {
  const parts = [part(3, 1), part(0)];
  const back = await unseal(await seal(parts));
  expect(back?.map(({ by, rows }) => [by, rows.head])).toEqual(parts.map(({ by, rows }) => [by, rows.head]));
  const [first] = back ?? [];
  const { states } = first === undefined ? { states: [] } : await unpack(first.rows);
  expect(states).toEqual([Float32Array.of(3, 0.5, 1, 0.5), Float32Array.of(6, 0.5, 2, 0.5)]);
});

test("a batch that has another bit, is cut or empty is not read", async () => {
  const bytes = new Uint8Array(await (await seal([part(0, 1)])).arrayBuffer());
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = bytes.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(await unseal(new Blob([changed]))).toBeNull();
    expect(await unseal(new Blob([bytes.slice(0, at)]))).toBeNull();
  }
  expect(await unseal(new Blob())).toBeNull();
});

test("records are taken once; what is missing, and what computed the rest, is known", () => {
  const rows = new FinishedRows();
  rows.put(part(0, 1));
  rows.put(part(1, 2));
  rows.put({ ...part(4), by: "WebGPU" });
  expect(rows.count).toBe(3);
  expect(rows.missing([{ records: Uint32Array.of(0, 2), residues: 10 }, { records: Uint32Array.of(1), residues: 4 }])).toEqual([
    { records: Uint32Array.of(2), residues: 5 },
  ]);
  expect(rows.devices()).toEqual([
    { device: "CPU", sequences: 2 },
    { device: "WebGPU", sequences: 1 },
  ]);
  const filled = rows.merged([{ records: Uint32Array.of(2, 3), residues: 1 }]).at(-1);
  expect(filled?.head).toMatchObject({ records: Uint32Array.of(2, 3), windows: Uint32Array.of(0, 0), offsets: Uint32Array.of(0, 0, 0), width: 2 });
});

test("a head comes back; of another version it does not", () => {
  const head = { key: { sequences: "a.fasta" }, total: 7, digest: "d" } as UnfinishedHead;
  expect(decodeHead(encodeHead(head))).toEqual(head);
  expect(decodeHead(encodeHead(head).replace('"version":1', '"version":9'))).toBeNull();
  expect(decodeHead("")).toBeNull();
});

test("a hash of files knows their bytes, their order and where they end", async () => {
  const of = (...texts: string[]): Promise<string> => digestOf(texts.map((text) => new Blob([text])), "none");
  const [one, ...others] = await Promise.all([of("ab", "c"), of("c", "ab"), of("a", "bc"), of("abc"), of()]);
  expect(new Set([one, ...others]).size).toBe(5);
  expect(await of("ab", "c")).toBe(one);
});
