/** Saving results. Files are made in the worker (rows) or here (methods, map) and handed to the browser's download. */
import { analysesRecord } from "../analysis/methods";
import type { StoredRun } from "../analysis/state";
import { analyses, engine } from "../engine";
import { toError } from "../error";
import { mapSvg } from "../figure";
import { shownRun } from "../metadata";
import type { RowFormat } from "../protocol";
import { selectedRecords } from "../selection";
import { store } from "../state";
import { currentRun } from "./runs";

/** Saves the rows of the shown layer; tensors hold every layer of the run. On request those of the selected records only. */
export function exportRows(format: RowFormat, selectedOnly = false): Promise<void> {
  const chosen = selectedOnly ? selectedRecords(store.state) : [];
  return save(format, async () => {
    const { layer } = store.state.map;
    const { layers = [], pool = "mean" } = store.state.run.report ?? {};
    const run = shownRun(store.state) ?? (chosen.length > 0 ? currentRun() : null);
    const which = format === "safetensors" && layers.length > 1 ? "all-layers" : `layer${layer}`;
    const made = pool === "joined" ? "joined" : `${which}.${pool}`;
    const bytes = run === null ? await engine.call((worker) => worker.exportRows(format, layer)) : await keptRows(run, format, layer, chosen);
    return [bytes as Uint8Array<ArrayBuffer>, `${baseName()}.${made}.${chosen.length > 0 ? "selected." : ""}${format}`];
  });
}

/** All or the chosen rows of a kept run as a file. How a joined run was made goes into the tensors' metadata. */
async function keptRows(run: StoredRun, format: RowFormat, layer: number, chosen: readonly number[]): Promise<Uint8Array> {
  const kept = format === "safetensors" ? run.layers : run.layers.filter((one) => one.layer === layer);
  const layers = kept.map((one) => ({
    name: `layer_${one.layer}`,
    table: chosen.length > 0 ? { table: one.table, rows: [...chosen] } : one.table,
  }));
  const ids = chosen.length > 0 ? chosen.map((record) => run.ids[record] ?? "") : run.ids;
  const metadata: Record<string, string> = { pool: run.report.pool };
  if (run.joined !== null) metadata["joined"] = JSON.stringify(run.methods);
  return (await analyses.ask("exportTable", { format, ids: [...ids], layers, metadata })).file;
}

/** Saves how the rows were made: model hash, precision, layer, pooling, device, version. */
export function exportMethods(): Promise<void> {
  return save("methods", async () => {
    const run = shownRun(store.state);
    const methods = run === null ? await engine.call((worker) => worker.methods()) : run.methods;
    return [`${JSON.stringify({ ...methods, ...analysesRecord(store.state) }, null, 2)}\n`, `${baseName()}.methods.json`];
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

type Made = [content: BlobPart, name: string];

/** Makes a file and offers it; a failure ends in the state. */
export async function save(what: string, make: () => Promise<Made>): Promise<void> {
  store.set("exported", { busy: what, error: null });
  try {
    const [content, name] = await make();
    offer(new Blob([content]), name);
    store.set("exported", { busy: null, error: null });
  } catch (thrown) {
    store.set("exported", { busy: null, error: toError(thrown) });
  }
}

/** Hands a file to the browser's download. */
export function offer(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads the address after the click has returned.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** `venom-families.esm2-demo`: the sequence file's name without its endings, then the model. */
export function baseName(): string {
  const { sequences, model } = store.state;
  const run = shownRun(store.state);
  if (run !== null) return run.name.replace(/[^\w.-]+/g, "-");
  const file = sequences.name.replace(/(\.(fasta|fa|faa|fna|txt|gz|bgz))+$/i, "");
  return [file || "sequences", model.report?.name ?? "model"].map((part) => part.replace(/[^\w.-]+/g, "-")).join(".");
}
