/** Saving results. Files are made in the worker (rows) or here (methods, map) and handed to the browser's download. */
import { analysesRecord } from "../analysis/methods";
import type { StoredRun } from "../analysis/state";
import { analyses, engine } from "../engine";
import { toError } from "../error";
import { mapSvg } from "../figure";
import { fileName } from "../format";
import { shownRun } from "../metadata";
import type { RowFormat } from "../protocol";
import { selectedRecords } from "../selection";
import { textBeside } from "../files/record";
import { store } from "../state";
import { fileBase, modelName } from "./runs";
import { isMethods } from "./tables";

/**
 * Saves the rows of the shown layer; tensors hold every layer of the run, and how they were made. On request those of the
 * selected records only, and how they were made as a second file: a browser asks before it takes several.
 */
export function exportRows(format: RowFormat, selectedOnly = false, withMethods = false): Promise<void> {
  const chosen = selectedOnly ? selectedRecords(store.state) : [];
  return save(format, async () => {
    const { layer } = store.state.map;
    const { layers = [], pool = "mean" } = store.state.run.report ?? {};
    const run = shownRun(store.state);
    const which = format === "safetensors" && layers.length > 1 ? "all-layers" : `layer${layer}`;
    const made = pool === "joined" ? "joined" : `${which}.${pool}`;
    const bytes =
      run === null || (chosen.length === 0 && engineHolds(run))
        ? await engine.call((worker) => worker.exportRows(format, layer))
        : await keptRows(run, format, layer, chosen);
    const name = fileName(`${baseName()}.${made}.${chosen.length > 0 ? "selected." : ""}${format}`);
    const rows = bytes as Uint8Array<ArrayBuffer>;
    const beside = withMethods && format !== "safetensors" ? await textBeside(name, rows, run?.methods ?? null, layer) : null;
    return beside === null ? [rows, name] : [rows, name, beside];
  });
}

/** Whether the engine still holds the rows of this run, under the names that the page gives them. */
function engineHolds(run: StoredRun): boolean {
  return store.state.run.held === run.id && !run.metadata.some(({ given }) => given !== undefined);
}

/** All or the chosen rows of a kept run as a file. How a joined run was made goes into the tensors' metadata. */
async function keptRows(run: StoredRun, format: RowFormat, layer: number, chosen: readonly number[]): Promise<Uint8Array> {
  const kept = format === "safetensors" ? run.layers : run.layers.filter((one) => one.layer === layer);
  const rows = rowsOfRecords(run, chosen);
  const layers = kept.map((one) => ({
    name: `layer_${one.layer}`,
    table: chosen.length > 0 ? { table: one.table, rows } : one.table,
  }));
  const names = rowNames(run);
  const ids = chosen.length > 0 ? rows.map((row) => names[row] ?? "") : [...names];
  const methods = isMethods(run.methods) ? run.methods : null;
  const metadata: Record<string, string> = { pool: methods?.pooling ?? run.report.pool };
  if (methods === null && run.methods !== null) metadata["joined"] = JSON.stringify(run.methods);
  if (chosen.length > 0) metadata["selected"] = `${chosen.length} of ${run.ids.length} records`;
  return (await analyses.ask("exportTable", { format, ids, layers, metadata, methods })).file;
}

/** The rows of some records; each record has one, or one for each of its residues. */
function rowsOfRecords({ report }: StoredRun, records: readonly number[]): number[] {
  if (report.pool !== "none") return [...records];
  const { offsets } = report;
  return records.flatMap((record) =>
    Array.from({ length: (offsets[record + 1] ?? 0) - (offsets[record] ?? 0) }, (_, row) => (offsets[record] ?? 0) + row),
  );
}

/** A name for each row: `id/3` is the third residue of a record. */
function rowNames({ ids, report }: StoredRun): readonly string[] {
  if (report.pool !== "none") return ids;
  const { offsets } = report;
  return ids.flatMap((id, at) => Array.from({ length: (offsets[at + 1] ?? 0) - (offsets[at] ?? 0) }, (_, row) => `${id}/${row + 1}`));
}

/** Saves how the rows were made: model hash, precision, layer, pooling, device, version. */
export function exportMethods(): Promise<void> {
  return save("methods", async () => {
    const run = shownRun(store.state);
    return [`${JSON.stringify({ ...run?.methods, ...analysesRecord(store.state) }, null, 2)}\n`, `${baseName()}.methods.json`];
  });
}

/** Saves the map with its visible groups as a drawing for a paper: dark on white, whatever the colours of the page. */
export function exportMap(): Promise<void> {
  return save("map", async () => {
    const { map } = store.state;
    const { layer, method } = map.drawn ?? { layer: map.layer, method: map.options.method };
    return [await mapSvg(store.state), `${baseName()}.layer${layer}.${method}.svg`];
  });
}

/** A file, and how it was made where that is asked for as a second one. */
type Made = [content: BlobPart, name: string, beside?: string];

/** Makes a file and offers it; a failure ends in the state. */
export async function save(what: string, make: () => Promise<Made>): Promise<void> {
  store.set("exported", { busy: what, error: null });
  try {
    const [content, name, beside] = await make();
    offer(new Blob([content]), name);
    if (beside !== undefined) offer(new Blob([beside]), `${name}.json`);
    store.set("exported", { busy: null, error: null });
  } catch (thrown) {
    store.set("exported", { busy: null, error: toError(thrown) });
  }
}

/** Hands a file to the browser's download. */
export function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName(name);
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Begins the names of saved files. */
export function baseName(): string {
  const { sequences } = store.state;
  return shownRun(store.state)?.base ?? fileBase(sequences.name, modelName());
}
