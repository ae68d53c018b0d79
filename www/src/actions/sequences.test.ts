import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store, type State } from "../state";

const { engine, exampleFile, addLabels } = vi.hoisted(() => ({
  engine: { readSequences: vi.fn(), readSeveral: vi.fn() },
  exampleFile: vi.fn(),
  addLabels: vi.fn(),
}));
vi.mock("../engine", () => ({ engine, releaseRows: () => undefined }));
vi.mock("../store/site", () => ({ exampleFile }));
vi.mock("./labels", () => ({ addLabels }));
vi.mock("./run", () => ({
  mismatch: ({ model, sequences }: State) => (model.report?.granularity === "protein") !== (sequences.report?.kind === "protein"),
  translatable: ({ sequences }: State) => sequences.report?.kind === "dna",
}));
const { prepareExample, readAgain, readExample, readFile, readFiles, readPasted, setKind, translate, withHeader } = await import("./sequences");

beforeEach(() => {
  vi.resetAllMocks();
  vi.stubGlobal("document", { baseURI: "https://site/" });
  engine.readSequences.mockResolvedValue({ count: 1, kind: "protein" });
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
});

const options = (at: number): unknown => engine.readSequences.mock.calls[at]?.[1];
const sequences = (): State["sequences"] => store.state.sequences;

test.each([
  ["MKTAYIAK", true],
  ["MKT AYI\nAK*\n12", true],
  ["AC<mask>GT", true],
  [">a\nMKT", false],
  ["LOCUS       X", false],
  ["id\tsequence", true],
  ["PF00001;PF00002", false],
  ["", false],
])("bare letters in %j get a header line: %s", (text, bare) => {
  expect(withHeader(text)).toBe(bare ? `>pasted\n${text}` : text);
});

test("a file is handed on unread, under its name", async () => {
  const file = new File([">a\nMK"], "a.fasta");
  await readFile(file);
  expect(engine.readSequences.mock.calls[0]?.[0]).toBe(file);
  expect(options(0)).toEqual({ name: "a.fasta", kind: "auto" });
  expect(sequences()).toMatchObject({ phase: "ready", name: "a.fasta", report: { count: 1 } });
});

test("a refusal is shown with its code", async () => {
  engine.readSequences.mockRejectedValue(new CrossgrainError({ code: "fasta.empty_file", message: "", hint: "" }));
  await readFile(new File([], "empty.fasta"));
  expect(sequences()).toMatchObject({ phase: "failed", report: null, error: { code: "fasta.empty_file" } });
});

/** A page with a finished run on show. */
function worked(): unknown {
  store.patch("run", { phase: "done", report: { ids: ["a"] } as never, shown: 1 });
  store.set("runs", [{ id: 1 } as never]);
  store.patch("map", { drawn: { points: [] } as never, colourBy: "label:species" });
  store.patch("labels", { tables: [{ key: 1, name: "l.tsv" } as never] });
  store.set("selected", 0);
  const { run, runs, map, labels, selected, jobs } = store.state;
  return { run, runs, map, labels, selected, jobs };
}
const work = (): unknown => {
  const { run, runs, map, labels, selected, jobs } = store.state;
  return { run, runs, map, labels, selected, jobs };
};

test("a wrong file changes nothing: what was read before is still open, and can be read another way", async () => {
  const good = new File([">a"], "good.fasta");
  await readFile(good);
  const before = worked();
  const open = sequences();
  engine.readSequences.mockRejectedValueOnce(new CrossgrainError({ code: "sequences.pdf", message: "", hint: "" }));
  await readFile(new File(["%PDF"], "paper.pdf"));
  expect(sequences()).toMatchObject({ ...open, error: { code: "sequences.pdf" } });
  expect(work()).toEqual(before);
  await setKind("protein");
  expect(engine.readSequences.mock.calls.at(-1)?.[0]).toBe(good);
});

test.each<[string, () => Promise<void>]>([
  ["another file", () => readFile(new File([">b"], "b.fasta"))],
  ["pasted text", () => readPasted("MKT")],
  ["an example", () => readExample({ example: { file: "x.fasta", label: "" } } as never)],
  ["another kind", () => setKind("protein")],
  ["a translation", () => translate(11)],
  ["several files", () => readFiles([new File([], "a"), new File([], "b")])],
])("results, labels and marks stay after %s", async (_, act) => {
  exampleFile.mockResolvedValue(new Blob(["x"]));
  engine.readSeveral.mockResolvedValue({ count: 2, kind: "protein" });
  await readFile(new File([">a"], "a.fasta"));
  const before = worked();
  await act();
  expect(sequences()).toMatchObject({ phase: "ready", error: null });
  expect(work()).toEqual(before);
});

test("several files are read as one set; the same set is read again another way", async () => {
  engine.readSeveral.mockResolvedValue({ count: 3, kind: "dna" });
  const files = ["r10.gbk", "r2.gbk", "r1.gbk", "r3.gbk"].map((name) => new File([name], name));
  await readFiles(files);
  expect(sequences()).toMatchObject({ name: "4 files: r1.gbk, r2.gbk, r3.gbk, …", report: { count: 3 } });
  expect(engine.readSeveral.mock.calls[0]?.[0]).toEqual(files.map((blob) => ({ name: blob.name, blob })));
  await translate(11);
  expect(engine.readSeveral.mock.calls[1]?.slice(0, 2)).toEqual([
    files.map((blob) => ({ name: blob.name, blob })),
    { kind: "auto", translate: 11 },
  ]);
});

test("of two files that are read at once the second is shown, whichever ends last", async () => {
  const ends: ((report: unknown) => void)[] = [];
  engine.readSequences.mockImplementation(() => new Promise((resolve) => ends.push(resolve)));
  const first = readFile(new File([], "first"));
  await vi.waitFor(() => expect(ends).toHaveLength(1));
  const second = readFile(new File([], "second"));
  await vi.waitFor(() => expect(ends).toHaveLength(2));
  ends[1]?.({ count: 2 });
  await second;
  ends[0]?.({ count: 1 });
  await first;
  expect(sequences()).toMatchObject({ phase: "ready", name: "second", report: { count: 2 } });
});

test("a kind stays for the next file; a genetic code is for one", async () => {
  await readPasted("ACGT");
  await setKind("dna");
  await translate(11);
  expect([options(1), options(2)]).toEqual([
    { name: "pasted text", kind: "dna" },
    { name: "pasted text", kind: "dna", translate: 11 },
  ]);
  await readPasted("ACGA", "next");
  expect(options(3)).toEqual({ name: "next", kind: "dna" });
  expect(engine.readSequences.mock.calls[1]?.[0], "the same bytes again").toBe(engine.readSequences.mock.calls[0]?.[0]);
});

test("during a run nothing is read", async () => {
  store.patch("run", { phase: "running" });
  await readPasted("MKT");
  await setKind("dna");
  expect(engine.readSequences).not.toHaveBeenCalled();
});

test.each<[string, Partial<State["sequences"]>, unknown]>([
  ["coding sequences for a model of proteins", { code: 4, report: { kind: "dna" } as never }, { name: "f.gbk", kind: "auto", translate: 4 }],
  ["translated ones for another model", { code: 4, translated: true, report: { kind: "dna" } as never }, { name: "f.gbk", kind: "auto" }],
  ["slices of domains", { kind: "domain-slices", report: { kind: "domains" } as never }, { name: "f.gbk", kind: "auto" }],
  ["a GenBank file", { report: { kind: "domains" } as never }, { name: "f.gbk", kind: "auto" }],
])("after another model was loaded, %s are read again", async (_, state, expected) => {
  await readFile(new File([], "f.gbk"));
  store.patch("sequences", state);
  store.patch("model", { report: { granularity: "protein" } as never });
  await readAgain();
  expect(options(1)).toEqual(expected);
});

test("what fits is not read again", async () => {
  await readFile(new File([], "f.gbk"));
  store.patch("model", { report: { granularity: "protein" } as never });
  await readAgain();
  expect(engine.readSequences).toHaveBeenCalledTimes(1);
});

test("an example is fetched once, and again only when that failed; its labels come with it", async () => {
  const chosen = { example: { file: "x.tsv", label: "", labels: "labels.tsv" } } as never;
  exampleFile.mockRejectedValueOnce(new Error("offline")).mockResolvedValue(new Blob(["x"]));
  await expect(prepareExample(chosen)).rejects.toThrow("offline");
  await prepareExample(chosen);
  await readExample(chosen);
  expect(exampleFile.mock.calls.map(([file]) => file)).toEqual(["x.tsv", "x.tsv", "labels.tsv"]);
  expect((addLabels.mock.calls[0]?.[0] as File[])[0]?.name).toBe("labels.tsv");
});
