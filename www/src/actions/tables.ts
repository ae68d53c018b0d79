/** Vectors from a file, as one more run of this visit. The engine reads the file, one layer at a time. */
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { toError } from "../error";
import { store } from "../state";
import { add, plain } from "./runs";

/** Reads vectors and adds them to the runs of this session; answers the number of the run, or null if they were refused. */
export async function importTable(file: File): Promise<number | null> {
  store.set("imported", null);
  store.set("importedAs", null);
  try {
    const first = await analyses.readTable(file, file.name, 0);
    const { ids, told } = names(first.ids ?? null, first.rows);
    store.set("importedAs", [first.decided, told].filter((words) => words !== undefined && words !== null).join("; ") || null);
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
    const name = { name: file.name, model: file.name };
    const base = file.name.replace(/\.\w+$/, "").replace(/[^\w.-]+/g, "-");
    return add({ ...name, ids, dims, report, methods: null, metadata, layers, baselines: [], joined: null, settings: null, base });
  } catch (thrown) {
    store.set("imported", toError(thrown));
    return null;
  }
}

/** The ids of the rows of a file: its own; without any, those of as many rows that are on show, or their numbers. */
function names(own: readonly string[] | null, rows: number): { ids: string[]; told?: string } {
  // Copies: the ids of a file are never the current run's own.
  if (own !== null) return { ids: [...own] };
  const shown = [store.state.run.report?.ids, store.state.sequences.report?.ids].find((ids) => ids?.length === rows);
  if (shown !== undefined) return { ids: [...shown], told: "no ids: the rows are those of the sequences on show, in their order" };
  const numbered = Array.from({ length: rows }, (_, at) => `row-${at + 1}`);
  return { ids: numbered, told: `no ids: the rows are named row-1 to row-${rows}` };
}

/** `layer_6` is layer 6; a layer with another name is numbered by its place in the file. */
function layerNumber(name: string, at: number): number {
  return Number(/^layer_(\d+)$/.exec(name)?.[1] ?? at);
}
