/** Vectors from a file, beside the runs of this visit. */
import { table } from "../analysis/analyst";
import { readTable } from "../analysis/import";
import { CrossgrainError, toError } from "../error";
import { store } from "../state";
import { add, plain } from "./runs";

/** Reads vectors and adds them to the runs that can be compared. */
export async function importTable(file: File): Promise<void> {
  store.set("imported", null);
  try {
    const found = await readTable(file);
    const rows = found.layers[0]?.rows ?? 0;
    const ids = found.ids ?? store.state.run.report?.ids ?? [];
    if (ids.length !== rows)
      throw new CrossgrainError({
        code: "import.rows",
        message: `${rows} rows for ${ids.length} embedded sequences`,
        where: { file: file.name },
        hint: "a .npy file has no ids: give the rows of the sequences that are embedded now, in their order",
      });
    const layers = found.layers.map((one) => ({ layer: one.layer, table: table(one.numbers, one.rows, one.cols) }));
    // A copy: the ids of a file are never the current run's own.
    const [own, dims] = [[...ids], found.layers[0]?.cols ?? 0];
    const report = { ...plain(own), dims, layers: layers.map(({ layer }) => layer), pool: "rows" as const };
    const sequences = store.state.sequences.report;
    const about = sequences === null ? [] : [sequences];
    const name = { name: file.name, model: file.name };
    add({ ...name, ids: own, dims, report, methods: null, about, layers, baselines: [], joined: null });
  } catch (thrown) {
    store.set("imported", toError(thrown));
  }
}
