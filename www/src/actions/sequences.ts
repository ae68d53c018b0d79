/** What the user can do about the sequences. The page hands files on and never reads them; pasted text it must. */
import { engine, forgetResults } from "../engine";
import { toError } from "../error";
import type { KindChoice } from "../session";
import { initialState, store } from "../state";
import { exampleSequences } from "../store/site";

let input: Blob | null = null;
let attempt = 0;
let example: Promise<Blob> | null = null;

/** Reads a file that was chosen or dropped. */
export function readFile(file: File): Promise<void> {
  return read(() => Promise.resolve(file), file.name);
}

/** Reads pasted text; bare letters without a header line become one record. */
export function readPasted(text: string, name = "pasted text"): Promise<void> {
  return read(() => Promise.resolve(new Blob([withHeader(text)])), name);
}

/** Fetches the example set ahead of its use, so that it is there when the network is not. */
export function prepareExample(): Promise<Blob> {
  example ??= exampleSequences(document.baseURI).catch((thrown: unknown) => {
    example = null;
    throw thrown;
  });
  return example;
}

/** Reads the example set that comes with the site. */
export function readExample(): Promise<void> {
  return read(prepareExample, "venom-families.fasta");
}

/** Reads the same input again as another kind. */
export async function setKind(kind: KindChoice): Promise<void> {
  store.patch("sequences", { kind });
  const again = input;
  if (again !== null) await read(() => Promise.resolve(again), store.state.sequences.name);
}

/** Only letters, blanks and the usual gap, stop and mask marks: a sequence without its header line. */
export function withHeader(text: string): string {
  const bare = /^(?:[A-Za-z*.\-\s\d]|<mask>)+$/.test(text) && !/^\s*(?:LOCUS|ID)\s/.test(text);
  return bare ? `>pasted\n${text}` : text;
}

async function read(find: () => Promise<Blob>, name: string): Promise<void> {
  if (store.state.run.phase === "running") return;
  attempt += 1;
  const mine = attempt;
  const { kind } = store.state.sequences;
  input = null;
  store.patch("sequences", { phase: "reading", name, report: null, progress: null, error: null });
  store.set("labels", initialState().labels);
  store.set("selected", null);
  forgetResults();
  store.patch("map", { colourBy: "" });
  try {
    const blob = await find();
    if (mine !== attempt) return;
    input = blob;
    const report = await engine.readSequences(blob, { name, kind }, (progress) => {
      if (mine === attempt) store.patch("sequences", { progress });
    });
    if (mine === attempt) store.patch("sequences", { phase: "ready", report, progress: null });
  } catch (thrown) {
    if (mine === attempt) store.patch("sequences", { phase: "failed", error: toError(thrown), progress: null });
  }
}
