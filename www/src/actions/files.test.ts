import { beforeEach, expect, test, vi } from "vitest";
import { CrossgrainError } from "../error";
import { initialState, store, type State } from "../state";

const calls = vi.hoisted(() => ({
  addLabels: vi.fn(),
  removeLabels: vi.fn(),
  loadFiles: vi.fn(),
  readFiles: vi.fn(),
  importTable: vi.fn(),
  showRun: vi.fn(),
}));
vi.mock("./labels", () => calls);
vi.mock("./model", () => calls);
vi.mock("./sequences", () => calls);
vi.mock("./tables", () => calls);
vi.mock("./join", () => calls);
const { openSet, setRole, takeFiles } = await import("./files");

beforeEach(() => {
  vi.resetAllMocks();
  for (const [part, value] of Object.entries(initialState())) store.set(part as keyof State, value);
  order = [];
  for (const name of ["loadFiles", "readFiles", "addLabels"] as const)
    calls[name].mockImplementation(async (files: File[]) => void order.push(`${name}: ${files.map((file) => file.name).join(" ")}`));
  calls.importTable.mockImplementation(async (file: File) => (order.push(`importTable: ${file.name}`), 3));
});
let order: string[] = [];

const FASTA = (name: string): File => new File([">a\nMKT\n"], name);
const GENBANK = (name: string): File => new File(["LOCUS       x\n"], name);
const LABELS = (name: string): File => new File(["id\tfamily\na\tx\n"], name);
const VECTORS = new File(["id,d0,d1\na,1,2\n"], "v.csv");
const MODEL = new File(["{}"], "config.json");
const taken = (): string[] => store.state.files.map(({ file, role, phase }) => `${file.name} ${role} ${phase}`);
const key = (name: string): number => store.state.files.find(({ file }) => file.name === name)?.key ?? 0;

test("whatever the order of a drop: model, sequences as one set, vectors, labels", async () => {
  await takeFiles([LABELS("l.tsv"), VECTORS, FASTA("b.fasta"), MODEL, LABELS("m.tsv"), FASTA("a.fasta")]);
  expect(order).toEqual(["loadFiles: config.json", "readFiles: b.fasta a.fasta", "importTable: v.csv", "addLabels: l.tsv", "addLabels: m.tsv"]);
  expect(calls.showRun).toHaveBeenCalledExactlyOnceWith(3);
  expect(taken().every((one) => one.endsWith("taken"))).toBe(true);
});

test("a record of how vectors were made goes with them by their bytes, and alone is refused", async () => {
  const { textBeside } = await import("../files/record");
  const text = await textBeside("rows.csv", await VECTORS.arrayBuffer(), { tool: "crossgrain", pooling: "mean" }, 0);
  const record = new File([text ?? ""], "rows.csv.json");
  await takeFiles([record, VECTORS]);
  expect(calls.importTable).toHaveBeenCalledExactlyOnceWith(VECTORS, expect.objectContaining({ pooling: "mean" }));
  expect(taken()).toEqual(["rows.csv.json methods taken", "v.csv vectors taken"]);
  await takeFiles([record, new File(["id,d0,d1\na,1,3\n"], "v.csv")]);
  expect(calls.importTable.mock.lastCall?.[1]).toBeNull();
  expect(taken()).toEqual(["rows.csv.json methods failed", "v.csv vectors taken"]);
  expect(store.state.files[0]?.error).toMatchObject({ code: "table.other_methods" });
});

test("regions and FASTA in one drop are two sets; a click opens the other", async () => {
  await takeFiles([GENBANK("r1.gbk"), FASTA("p.fasta"), LABELS("l.tsv"), GENBANK("r2.gbk")]);
  expect(order).toEqual(["readFiles: p.fasta", "addLabels: l.tsv"]);
  expect(taken()).toEqual(["r1.gbk sequences aside", "p.fasta sequences taken", "l.tsv labels taken", "r2.gbk sequences aside"]);
  await openSet(key("r2.gbk"));
  expect(order.at(-1)).toBe("readFiles: r1.gbk r2.gbk");
  expect(taken().slice(0, 2)).toEqual(["r1.gbk sequences taken", "p.fasta sequences aside"]);
});

test("the proteins and the genes of one genome are two sets; the model decides which is opened", async () => {
  const genes = new File([`>g\n${"ATGAAACGC".repeat(9)}\n`], "genes.ffn");
  const proteins = new File([`>p\n${"MKTAYIAKQR".repeat(9)}\n`], "proteins.faa");
  await takeFiles([genes, proteins]);
  store.patch("model", { report: { granularity: "nucleotide" } as never });
  await takeFiles([genes, proteins]);
  expect(order).toEqual(["readFiles: proteins.faa", "readFiles: genes.ffn"]);
});

test("for a model of domains the regions are opened first", async () => {
  store.patch("model", { report: { granularity: "domain" } as never });
  await takeFiles([FASTA("p.fasta"), GENBANK("r1.gbk")]);
  expect(order).toEqual(["readFiles: r1.gbk"]);
});

test("a file that fails is named, and costs no other", async () => {
  calls.readFiles.mockImplementation(async () => store.patch("sequences", { error: new CrossgrainError({ code: "x.bad", message: "bad", hint: "" }) }));
  await takeFiles([FASTA("a.fasta"), LABELS("l.tsv")]);
  expect(taken()).toEqual(["a.fasta sequences failed", "l.tsv labels taken"]);
  expect(store.state.files[0]?.error).toMatchObject({ code: "x.bad" });
});

test("one click says otherwise: a table as sequences, with those of the same drop that stay", async () => {
  const table = LABELS("l.tsv");
  await takeFiles([FASTA("a.fasta"), table]);
  store.patch("labels", { tables: [{ key: 9, file: table } as never] });
  order = [];
  await setRole(key("l.tsv"), "vectors");
  expect(calls.removeLabels).toHaveBeenCalledExactlyOnceWith(9);
  expect(order).toEqual(["importTable: l.tsv"]);
  await setRole(key("l.tsv"), "sequences");
  expect(order.at(-1)).toBe("readFiles: l.tsv");
  expect(taken()).toEqual(["a.fasta sequences aside", "l.tsv sequences taken"]);
  await setRole(key("a.fasta"), "labels");
  expect(order.at(-1)).toBe("addLabels: a.fasta");
});

test("while a run is under way sequences wait, with the reason; labels are taken", async () => {
  store.patch("run", { phase: "running" });
  await takeFiles([FASTA("a.fasta"), LABELS("l.tsv")]);
  expect(taken()).toEqual(["a.fasta sequences failed", "l.tsv labels taken"]);
  expect(store.state.files[0]?.error?.code).toBe("sequences.busy");
});
