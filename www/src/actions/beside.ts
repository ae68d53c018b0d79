/** What stands beside a number of the shown run: the same of its simple features, and of its shuffled control. */
import { controlOf, controlTable } from "../analysis/control";
import type { Table } from "../analysis/table";
import type { Beside } from "../analysis/conclusion";
import { CrossgrainError } from "../error";
import type { RequestOptions } from "../progress";
import { store } from "../state";
import { currentRun } from "./runs";

/** Most sequences whose simple features are measured too: their neighbours take as long as those of the vectors. */
const MOST_MEASURED = 5000;

/** Measures simple features and control of the shown run; what cannot be measured is left out. */
export async function besides(
  layer: number,
  measure: (table: Table) => Promise<number | null>,
  { signal }: RequestOptions,
): Promise<{ beside: Beside[]; control: number | null }> {
  const run = currentRun();
  const beside: Beside[] = [];
  const tried = async (table: Table): Promise<number | null> => {
    signal?.throwIfAborted();
    try {
      return await measure(table);
    } catch (thrown) {
      // Rows of zeros have no direction, for example; a cancel ends everything.
      if (signal?.aborted === true || !(thrown instanceof CrossgrainError)) throw thrown;
      return null;
    }
  };
  if (run !== null && run.ids.length <= MOST_MEASURED)
    for (const { name, table } of run.baselines) {
      const value = await tried(table);
      if (value !== null) beside.push({ name, value });
    }
  const control = controlTable(controlOf(store.state.runs, run), layer);
  return { beside, control: control === null ? null : await tried(control) };
}
