/** Measuring this device with the loaded model: start, cancel, save. */
import { engine, noteRequest } from "../engine";
import { toError } from "../error";
import { measure } from "../measure";
import { WorkerPool } from "../pool";
import { store } from "../state";
import { offer } from "./export";

let running: WorkerPool | null = null;

/** Measures; the result replaces the last one. */
export async function startMeasure(): Promise<void> {
  const { model, measure: now, engine: own } = store.state;
  if (model.report === null || now.phase === "running" || now.phase === "cancelling") return;
  store.set("measure", { phase: "running", step: "", report: null, error: null });
  try {
    const report = await measure(model.report, own.workers, {
      open: (device, workers) =>
        (running = new WorkerPool(device, workers, { onRequest: noteRequest }).follow(engine, "model")),
      onStep: (step) => store.patch("measure", { step }),
      stopped: () => store.state.measure.phase !== "running",
    });
    store.set("measure", { phase: "done", step: "", report, error: null });
  } catch (thrown) {
    const error = toError(thrown);
    const stopped = error.code === "engine.cancelled";
    store.set("measure", { phase: stopped ? "idle" : "failed", step: "", report: null, error: stopped ? null : error });
  } finally {
    running = null;
  }
}

/** Stops the measurement. */
export async function cancelMeasure(): Promise<void> {
  if (store.state.measure.phase !== "running") return;
  store.patch("measure", { phase: "cancelling" });
  // These engines hold nothing that is kept, so they are simply ended.
  running?.close();
}

/** Saves the result. */
export function saveMeasure(): void {
  const { report } = store.state.measure;
  if (report === null) return;
  const name = report.model.name.replace(/[^\w.-]+/g, "-");
  offer(new Blob([`${JSON.stringify(report, null, 2)}\n`], { type: "application/json" }), `crossgrain.${name}.measure.json`);
}
