/** Vectors from a file, as one more run of this visit. The engine reads the file, one layer at a time. */
import type { RunRecord } from "../analysis/state";
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { toError } from "../error";
import type { MethodsRecord } from "../protocol";
import { store } from "../state";
import { add, plain } from "./runs";

/**
 * Reads vectors and adds them to the runs of this session; answers the number of the run, or null if they were refused.
 * How they were made is what the file itself says, or the record that came with it.
 */
export async function importTable(file: File, beside: RunRecord | null = null): Promise<number | null> {
  store.set("imported", null);
  store.set("importedAs", null);
  try {
    const first = await analyses.readTable(file, file.name, 0);
    const { ids, note } = names(first.ids ?? null, first.rows);
    const made = first.methods ?? parsed(first.joined) ?? beside;
    const known = isMethods(made) ? made : null;
    const words = [first.decided, note, known === null ? null : inWords(known)];
    store.set("importedAs", words.filter((one) => one !== undefined && one !== null).join("; ") || null);
    const layers: { layer: number; table: Table }[] = [];
    for (const [at, name] of first.layers.entries()) {
      const { numbers, rows, cols } = at === 0 ? first : await analyses.readTable(file, file.name, at);
      layers.push({ layer: layerNumber(name, at), table: new Table(numbers, rows, cols) });
    }
    layers.sort((a, b) => a.layer - b.layer);
    const dims = first.cols;
    const report = { ...plain(ids), dims, layers: layers.map(({ layer }) => layer), pool: "rows" as const, warnings: first.warnings };
    const sequences = store.state.sequences.report;
    const metadata = sequences === null ? [] : [sequences];
    const name = { name: file.name, model: known?.model.name ?? file.name };
    const base = file.name.replace(/\.\w+$/, "").replace(/[^\w.-]+/g, "-");
    return add({ ...name, ids, dims, report, methods: made, metadata, layers, baselines: [], joined: null, settings: null, base });
  } catch (thrown) {
    store.set("imported", toError(thrown));
    return null;
  }
}

/** Whether a record is that of one embedding, not of joined ones. */
export function isMethods(record: RunRecord | null): record is MethodsRecord {
  return record !== null && "pooling" in record && "model" in record && "precision" in record;
}

/** How rows were made, in a few words: `esm2-demo, layer 6, mean, int4`. */
function inWords({ model, layers, pooling, precision }: MethodsRecord): string {
  return `made with ${model.name}, ${layers.length === 1 ? "layer" : "layers"} ${layers.join(", ")}, pooling ${pooling}, ${precision}`;
}

function parsed(text: string | null): RunRecord | null {
  if (text === null) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

/** The ids of the rows of a file: its own; without any, those of as many rows that are on show, or their numbers. */
function names(own: readonly string[] | null, rows: number): { ids: string[]; note?: string } {
  // Copies: the ids of a file are never the current run's own.
  if (own !== null) return { ids: [...own] };
  const shown = [store.state.run.report?.ids, store.state.sequences.report?.ids].find((ids) => ids?.length === rows);
  if (shown !== undefined) return { ids: [...shown], note: "no ids: the rows are those of the sequences on show, in their order" };
  const numbered = Array.from({ length: rows }, (_, at) => `row-${at + 1}`);
  return { ids: numbered, note: `no ids: the rows are named row-1 to row-${rows}` };
}

/** `layer_6` is layer 6; a layer with another name is numbered by its place in the file. */
function layerNumber(name: string, at: number): number {
  return Number(/^layer_(\d+)$/.exec(name)?.[1] ?? at);
}
