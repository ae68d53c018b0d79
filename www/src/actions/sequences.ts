/** What the user can do about the sequences. The page passes files on without reading them; it reads pasted text only. */
import { engine, releaseRows } from "../engine";
import { toError } from "../error";
import type { Progress } from "../progress";
import type { KindChoice, ReadRequest, SequencesReport } from "../protocol";
import type { KeptInput } from "../session/overview";
import { store, type State } from "../state";
import { DEMONSTRATIONS, type Demonstration } from "../store/demonstrations";
import { exampleFile } from "../store/site";
import { addLabels } from "./labels";
import { mismatch, translatable } from "./run";

/** What is read: one file, or several as one set. */
type Input = Blob | readonly File[];

let input: Input | null = null;
let attempt = 0;
const examples = new Map<string, Promise<Blob>>();

/** Reads a file that was chosen or dropped. */
export function readFile(file: File): Promise<void> {
  return read(() => Promise.resolve(file), file.name);
}

/** Reads several files as one set; one file as {@link readFile} does. */
export function readFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return Promise.resolve();
  if (files.length === 1) return readFile(first);
  const names = files.map(({ name }) => name).toSorted(new Intl.Collator("en", { numeric: true }).compare);
  const shown = names.slice(0, 3).join(", ");
  return read(() => Promise.resolve(files), `${files.length} files: ${shown}${names.length > 3 ? ", …" : ""}`);
}

/** Reads pasted text; bare letters without a header line become one record. */
export function readPasted(text: string, name = "pasted text"): Promise<void> {
  return read(() => Promise.resolve(new Blob([withHeader(text)])), name);
}

/** What is open; null before anything was read. */
export function openInput(): KeptInput | null {
  if (input === null) return null;
  const { name, kind, code, translated } = store.state.sequences;
  return { files: input instanceof Blob ? [input] : input, name, kind, code, translated };
}

/** Reads what was open in an earlier visit, in the same way. */
export function readKept({ files, name, kind, code, translated }: KeptInput): Promise<void> {
  const [first] = files;
  const several = files.filter((file) => file instanceof File);
  if (first === undefined) return Promise.resolve();
  const found: Input = files.length > 1 ? several : first;
  return read(() => Promise.resolve(found), name, { kind, code, translated }, true);
}

/** Fetches an example set before it is used, so that it also works without a network. */
export function prepareExample(chosen: Demonstration = DEMONSTRATIONS[0]): Promise<Blob> {
  const { file } = chosen.example;
  const known = examples.get(file);
  if (known !== undefined) return known;
  const fetched = exampleFile(file, document.baseURI).catch((thrown: unknown) => {
    examples.delete(file);
    throw thrown;
  });
  examples.set(file, fetched);
  return fetched;
}

/** Reads the example set of a demonstration model. */
export async function readExample(chosen: Demonstration): Promise<void> {
  const { file, labels } = chosen.example;
  await read(() => prepareExample(chosen), file);
  if (labels === undefined || store.state.sequences.name !== file || store.state.sequences.report === null) return;
  const table = await exampleFile(labels, document.baseURI).catch(() => null);
  if (table !== null) await addLabels([new File([table], labels)]);
}

/**
 * Reads the file again after another model was loaded, if that model reads another part of it: its records of a GenBank
 * file; coding sequences themselves, or their proteins by the genetic code that was chosen before.
 */
export async function readAgain(): Promise<void> {
  const { name, kind, code, translated, report } = store.state.sequences;
  if (report === null || !mismatch(store.state)) return;
  if (translated) await again({ translated: false });
  else if (kind === "domain-slices") await again({ kind: "auto" });
  else if (code !== null && translatable(store.state)) await again({ translated: true });
  else if (kind === "auto" && /\.(gbk?|gbff|genbank)(\.gz)?$/i.test(name)) await again({});
}

/** Reads the same input again as another kind. */
export function setKind(kind: KindChoice): Promise<void> {
  return again({ kind, translated: false });
}

/** Reads the same input again, coding sequences as their proteins by a genetic code. */
export function translate(code: number): Promise<void> {
  return again({ code, translated: true });
}

/** Reads the same input again without translating it. */
export function readUntranslated(): Promise<void> {
  return again({ code: null, translated: false });
}

async function again(how: Reading): Promise<void> {
  const same = input;
  if (same === null || store.state.run.phase === "running") return;
  const { kind, code, translated, name } = store.state.sequences;
  await read(() => Promise.resolve(same), name, { kind, code, translated, ...how });
}

/** Adds a header line to a text of letters, blanks, and gap, stop and mask marks only. */
export function withHeader(text: string): string {
  const bare = /^(?:[A-Za-z*.\-\s\d]|<mask>)+$/.test(text) && !/^\s*(?:LOCUS|ID)\s/.test(text);
  return bare ? `>pasted\n${text}` : text;
}

/** How an input is read. */
type Reading = Partial<Pick<State["sequences"], "kind" | "code" | "translated">>;

/**
 * Reads an input. It takes the place of the one before only when it was read: a file that is refused changes nothing,
 * and no result is ever dropped, since the page keeps finished runs.
 */
async function read(find: () => Promise<Input>, name: string, same?: Reading, other = same === undefined): Promise<void> {
  if (store.state.run.phase === "running") return;
  attempt += 1;
  const mine = attempt;
  const before = store.state.sequences;
  // A chosen kind stays for the next file; a genetic code is chosen for one file.
  const how = { kind: before.kind, code: null, translated: false, ...same };
  const { kind, code, translated } = how;
  const request = { kind, ...(translated && code !== null ? { translate: code } : {}) };
  store.patch("sequences", { phase: "reading", progress: null, error: null });
  try {
    const found = await find();
    if (mine !== attempt) return;
    const report = await send(found, name, request, mine);
    if (mine !== attempt) return;
    // The same files once more are the same input.
    const number = other && !sameInput(found, input) ? before.input + 1 : before.input;
    input = found;
    releaseRows();
    store.patch("sequences", { ...how, phase: "ready", name, input: number, report, progress: null });
  } catch (thrown) {
    if (mine !== attempt) return;
    // Reading several files goes through the engine's one reader, which holds no rows afterwards.
    releaseRows();
    const phase = store.state.sequences.report === null ? "failed" : "ready";
    store.patch("sequences", { phase, error: toError(thrown), progress: null });
  }
}

function sameInput(a: Input, b: Input | null): boolean {
  if (a instanceof Blob || b === null || b instanceof Blob) return a === b;
  return a.length === b.length && a.every((file, at) => file === b[at]);
}

/** Hands an input to the engine. */
function send(found: Input, name: string, request: Omit<ReadRequest, "name">, mine: number): Promise<SequencesReport> {
  const onProgress = (progress: Progress): void => {
    if (mine === attempt) store.patch("sequences", { progress });
  };
  if (found instanceof Blob) return engine.readSequences(found, { name, ...request }, onProgress);
  return engine.readSeveral(found.map((blob) => ({ name: blob.name, blob })), request, onProgress);
}
