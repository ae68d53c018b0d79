/** What the user can do about the sequences. The page passes files on without reading them; it reads pasted text only. */
import { engine, forgetResults } from "../engine";
import { toError } from "../error";
import type { KindChoice } from "../protocol";
import { initialState, store } from "../state";
import { DEMONSTRATIONS, type Demonstration } from "../store/demonstrations";
import { exampleFile } from "../store/site";
import { readLabels } from "./map";
import { mismatch, translatable } from "./run";

let input: Blob | null = null;
let attempt = 0;
const examples = new Map<string, Promise<Blob>>();

/** Reads a file that was chosen or dropped. */
export function readFile(file: File): Promise<void> {
  return read(() => Promise.resolve(file), file.name);
}

/** Reads pasted text; bare letters without a header line become one record. */
export function readPasted(text: string, name = "pasted text"): Promise<void> {
  return read(() => Promise.resolve(new Blob([withHeader(text)])), name);
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
  if (table !== null) await readLabels(new File([table], labels));
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

async function again(how: Partial<typeof store.state.sequences>): Promise<void> {
  const same = input;
  if (same === null || store.state.run.phase === "running") return;
  store.patch("sequences", how);
  await read(() => Promise.resolve(same), store.state.sequences.name, true);
}

/** Adds a header line to a text of letters, blanks, and gap, stop and mask marks only. */
export function withHeader(text: string): string {
  const bare = /^(?:[A-Za-z*.\-\s\d]|<mask>)+$/.test(text) && !/^\s*(?:LOCUS|ID)\s/.test(text);
  return bare ? `>pasted\n${text}` : text;
}

async function read(find: () => Promise<Blob>, name: string, same = false): Promise<void> {
  if (store.state.run.phase === "running") return;
  attempt += 1;
  const mine = attempt;
  // A chosen kind stays for the next file; a genetic code is chosen for one file.
  if (!same) store.patch("sequences", { code: null, translated: false });
  const { kind, code, translated } = store.state.sequences;
  const request = { name, kind, ...(translated && code !== null ? { translate: code } : {}) };
  if (!same) input = null;
  store.patch("sequences", { phase: "reading", name, report: null, progress: null, error: null });
  store.set("labels", initialState().labels);
  store.set("selected", null);
  forgetResults();
  store.patch("map", { colourBy: "" });
  try {
    const blob = await find();
    if (mine !== attempt) return;
    input = blob;
    const report = await engine.readSequences(blob, request, (progress) => {
      if (mine === attempt) store.patch("sequences", { progress });
    });
    if (mine === attempt) store.patch("sequences", { phase: "ready", report, progress: null });
  } catch (thrown) {
    if (mine === attempt) store.patch("sequences", { phase: "failed", error: toError(thrown), progress: null });
  }
}
