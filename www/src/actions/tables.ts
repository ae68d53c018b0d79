/** Vectors from a file, as one more run of this visit. The engine reads the file, one layer at a time. */
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { CrossgrainError, toError } from "../error";
import { store } from "../state";
import { add, plain } from "./runs";

/** Reads vectors and adds them to the runs of this session; answers the number of the run, or null if they were refused. */
export async function importTable(file: File): Promise<number | null> {
  store.set("imported", null);
  store.set("importedAs", null);
  try {
    const first = await analyses.readTable(file, file.name, 0);
    // A copy: the ids of a file are never the current run's own.
    const ids = [...(first.ids ?? store.state.run.report?.ids ?? store.state.sequences.report?.ids ?? [])];
    if (ids.length !== first.rows)
      throw new CrossgrainError({
        code: "import.rows",
        message: `${first.rows} rows for ${ids.length} embedded sequences`,
        where: { file: file.name },
        hint: "the file has no ids: give the rows of the sequences that are embedded now, in their order, or a column of ids",
      });
    store.set("importedAs", first.decided ?? null);
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

/** `layer_6` is layer 6; a layer with another name is numbered by its place in the file. */
function layerNumber(name: string, at: number): number {
  return Number(/^layer_(\d+)$/.exec(name)?.[1] ?? at);
}
