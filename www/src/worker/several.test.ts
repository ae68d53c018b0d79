import { expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import type { ReadRequest, SequencesReport } from "../protocol";
import { distinct, readSeveral } from "./several";

/** A reader of FASTA with one line per sequence, as far as the joining needs it. */
const read = vi.fn(async (blob: Blob, { name = "", kind }: ReadRequest): Promise<SequencesReport> => {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const text = bytes[0] === 0x1f ? "" : new TextDecoder().decode(bytes);
  if (text.startsWith("%PDF")) throw new CrossgrainError({ code: "sequences.pdf", message: "a PDF", hint: "" });
  const lines = text.split("\n");
  const ids = lines.filter((line) => line.startsWith(">")).map((line) => line.slice(1));
  const dna = lines.some((line) => /^[ACGT]{4,}$/.test(line)) && kind === "auto";
  return {
    kind: dna ? "dna" : "protein",
    detected: dna ? "dna" : "protein",
    gzip: false,
    count: ids.length,
    residues: 0,
    ids,
    descriptions: ids.map((id) => `about ${id}`),
    lengths: new Uint32Array(ids.length),
    fields: [],
    warnings: ids.filter((id) => id.includes("odd")).map((id) => ({ code: "w", message: "odd", where: { file: name, record: id }, hint: "" })),
    warningsOmitted: 0,
    refusals: [],
    refusalsOmitted: 0,
  } as SequencesReport;
});
const file = (name: string, text: string): { name: string; blob: Blob } => ({ name, blob: new Blob([text]) });

test("files are one set in the order of their names, each record knows its file, notices name their own", async () => {
  const files = [file("r10.fasta", ">c\nMK"), file("r2.fasta", ">b\nMK\n>odd\nMK"), file("r1.fasta", ">a\nMK\n")];
  const report = await readSeveral(files, { kind: "auto" }, read);
  expect(report.ids).toEqual(["a", "b", "odd", "c"]);
  expect(report.descriptions).toEqual(["about a", "about b", "about odd", "about c"]);
  expect(report.fields).toEqual([{ name: "file", values: ["r1.fasta", "r2.fasta", "r2.fasta", "r10.fasta"] }]);
  expect(report.warnings.map(({ where }) => where)).toEqual([{ file: "r2.fasta", record: "odd" }]);
  expect(report.given).toBeUndefined();
});

test("the same id in two files is distinguished by the file, and reported", async () => {
  const report = await readSeveral([file("x.gbk.fasta", ">a\nMK"), file("y.fasta", ">a\nMK\n>b\nMK")], { kind: "auto" }, read);
  expect(report.ids).toEqual(["x.gbk:a", "y:a", "b"]);
  expect(report.given).toEqual(["a", "a", "b"]);
  expect(report.warnings.map(({ code, where }) => [code, where.file])).toEqual([
    ["sequences.same_id_in_two_files", "x.gbk.fasta"],
    ["sequences.same_id_in_two_files", "y.fasta"],
  ]);
});

test("a file that cannot be read costs no other and is named; none that can be read is an error", async () => {
  const report = await readSeveral([file("a.fasta", ">a\nMK"), file("paper.pdf", "%PDF")], { kind: "auto" }, read);
  expect(report.ids).toEqual(["a"]);
  expect(report.refusals).toMatchObject([{ code: "sequences.pdf", where: { file: "paper.pdf" } }]);
  const none = readSeveral([file("1.pdf", "%PDF"), file("2.pdf", "%PDF")], { kind: "auto" }, read);
  await expect(none).rejects.toMatchObject({ code: "sequences.pdf", where: { file: "1.pdf" } });
});

test("two kinds are not one set, unless the kind is said", async () => {
  const files = [file("a.fasta", ">a\nMKLV"), file("b.fasta", ">b\nACGTACGT")];
  await expect(readSeveral(files, { kind: "auto" }, read)).rejects.toMatchObject({ code: "sequences.mixed_kinds", where: { file: "b.fasta" } });
  expect((await readSeveral(files, { kind: "protein" }, read)).count).toBe(2);
});

test("two formats are not one set", async () => {
  const files = [file("a.fasta", ">a\nMKLV"), file("b.gbk", "LOCUS b\n>b\nMK")];
  await expect(readSeveral(files, { kind: "auto" }, read)).rejects.toMatchObject({ code: "sequences.mixed_formats", where: { file: "b.gbk" } });
});

test("a plain and a packed file are handed on as gzip members", async () => {
  const packed = await new Response(new Blob([">b\nMK"]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
  const counting = vi.fn(async (blob: Blob, request: ReadRequest): Promise<SequencesReport> => {
    const text = await unpack(blob);
    return read(new Blob([text]), request);
  });
  const report = await readSeveral([file("a.fasta", ">a\nMK"), { name: "b.fasta.gz", blob: packed }], { kind: "auto" }, counting);
  expect(report.ids).toEqual(["a", "b"]);
});

/** All gzip members of a blob, or the blob's own text. */
async function unpack(blob: Blob): Promise<string> {
  const [first] = new Uint8Array(await blob.slice(0, 1).arrayBuffer());
  return first === 0x1f ? new Response(blob.stream().pipeThrough(new DecompressionStream("gzip"))).text() : blob.text();
}

test("names are distinct, and a name that is taken is not used", () => {
  const files = [
    { name: "x.fa", ids: ["a", "x:a", "d", "d"] },
    { name: "y.fa", ids: ["a"] },
  ];
  expect(distinct(files).ids).toEqual(["x:a (2)", "x:a", "d", "d", "y:a"]);
});
