/** Vectors of chosen positions: the table of positions, and the run with their vectors. */
import type { RunReport, StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { analyses, engine } from "../engine";
import { CrossgrainError } from "../error";
import type { EmbedReport, MethodsRecord, Notice } from "../protocol";
import { store } from "../state";
import { settingsNow } from "../run-settings";
import { add, fileBase, modelName } from "./runs";

/** Largest table of positions: a million sequences with ten each. */
const LARGEST_BYTES = 48 * 1024 * 1024;

/** Takes a table of positions; the engine reads it together with the vectors. */
export async function choosePositions(file: File): Promise<void> {
  if (file.size > LARGEST_BYTES) {
    const error = new CrossgrainError({
      code: "positions.too_large",
      message: "the table of positions is larger than 48 MB",
      where: { file: file.name },
      hint: "keep only the sequences that you embed",
    });
    return store.patch("run", { error });
  }
  store.patch("options", { positions: { name: file.name, text: await file.text() } });
  store.patch("run", { error: null });
}

/** Keeps a run of one vector per residue as one of a vector per sequence; answers its number. Codes: `positions.*`. */
export async function keepPositions(
  report: EmbedReport,
  methods: MethodsRecord,
  positions: string,
  inOrder: boolean,
): Promise<number> {
  const { offsets } = report;
  const how = inOrder ? "concatenated" : "mean";
  const layers: StoredRun["layers"][number][] = [];
  let [ids, kept, dims]: [string[], number[], number] = [[], [], 0];
  let reported: Notice[] = [];
  for (const layer of report.layers) {
    const table = new Table(await engine.call((worker) => worker.layerBlob(layer)), report.rows, report.dims);
    const found = await analyses.ask("positions", { table, ids: report.ids, offsets, positions, how });
    layers.push({ layer, table: new Table(found.numbers, found.rows, found.cols) });
    ({ ids, kept, cols: dims } = found);
    reported = [...found.refused, ...found.leftOut];
  }
  const pool = inOrder ? ("positions-in-order" as const) : ("positions" as const);
  const of = (numbers: Uint32Array): Uint32Array => Uint32Array.from(kept, (at) => numbers[at] ?? 0);
  const pooled: RunReport = {
    ...report,
    ids,
    dims,
    pool,
    rows: ids.length,
    lengths: of(report.lengths),
    windows: of(report.windows),
    offsets: Uint32Array.from({ length: ids.length + 1 }, (_, row) => row),
    warnings: [...report.warnings, ...reported],
  };
  const { sequences, options } = store.state;
  const metadata = sequences.report === null ? [] : [sequences.report];
  const pooling = { pooling: pool, positions: options.positions?.name ?? "", leftOut: report.ids.length - ids.length };
  return add({
    name: `${modelName()}, ${sequences.name}, chosen positions${inOrder ? " in order" : ""}`,
    model: modelName(),
    ids,
    dims,
    report: pooled,
    methods: { ...methods, ...pooling },
    metadata,
    layers,
    baselines: [],
    joined: null,
    settings: settingsNow(store.state),
    base: fileBase(sequences.name, modelName()),
  });
}
