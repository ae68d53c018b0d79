/** Vectors of chosen positions: the table that names them, and the run that is made of them. */
import { table } from "../analysis/analyst";
import type { StoredRun } from "../analysis/state";
import { analyst, engine } from "../engine";
import { CrossgrainError } from "../error";
import type { EmbedReport, Notice } from "../session";
import { store } from "../state";
import { add, modelName } from "./runs";

/** Largest table of positions: a million sequences with ten each. */
const LARGEST = 48 * 1024 * 1024;

/** Takes a table of positions; what its lines say is read with the vectors. */
export async function choosePositions(file: File): Promise<void> {
  if (file.size > LARGEST) {
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
  methods: Record<string, unknown>,
  positions: string,
  inOrder: boolean,
): Promise<number> {
  const offsets = [...(report.offsets ?? [])];
  const how = inOrder ? ("concatenated" as const) : ("mean" as const);
  const layers: StoredRun["layers"][number][] = [];
  let [ids, kept, dims]: [string[], number[], number] = [[], [], 0];
  let told: Notice[] = [];
  for (const layer of report.layers) {
    const rows = table((await engine.layer(layer)) as Float32Array<ArrayBuffer>, report.rows, report.dims);
    const found = await analyst.ask("gather", [rows], { table: rows.key, ids: report.ids, offsets, positions, how });
    layers.push({ layer, table: table(found.numbers, found.rows, found.cols) });
    ({ ids, kept, cols: dims } = found);
    told = [...found.refused, ...found.leftOut];
  }
  const pool = inOrder ? ("positions-in-order" as const) : ("positions" as const);
  const of = (numbers: Uint32Array): Uint32Array => Uint32Array.from(kept, (at) => numbers[at] ?? 0);
  const pooled: EmbedReport = {
    ...report,
    ids,
    dims,
    pool,
    rows: ids.length,
    lengths: of(report.lengths),
    windows: of(report.windows),
    warnings: [...report.warnings, ...told],
  };
  const { sequences, options } = store.state;
  const about = sequences.report === null ? [] : [sequences.report];
  const pooling = { pooling: pool, positions: options.positions?.name ?? "", leftOut: report.ids.length - ids.length };
  return add({
    name: `${modelName()}, ${sequences.name}, chosen positions${inOrder ? " in order" : ""}`,
    model: modelName(),
    ids,
    dims,
    report: pooled,
    methods: { ...methods, ...pooling },
    about,
    layers,
    baselines: [],
    joined: null,
  });
}
