/** Kept runs: shown again, and joined into a run of their own. */
import type { JoinedFrom, RunReport, StoredRun } from "../analysis/state";
import { Table } from "../analysis/table";
import { analyses } from "../engine";
import { CrossgrainError, toError } from "../error";
import type { JoinBy, JoinResponse, Notice } from "../protocol";
import { initialState, store, type State } from "../state";
import { showLayer } from "./map";
import { add, plain } from "./runs";

/** Names left out that are listed; more are counted. */
const MOST_LISTED = 500;

/** A layer of a kept run. */
export interface JoinPart {
  run: StoredRun;
  layer: number;
}

let joining: AbortController | null = null;

/** What was on show of a run when another took its place. */
type Left = Pick<State, "map" | "jobs" | "selected">;
const left = new Map<number, Left>();

/** Shows a kept run: map, analyses and files are then about its rows. What was found out about it before is still there. */
export async function showRun(id: number): Promise<void> {
  const run = store.state.runs.find((one) => one.id === id);
  if (run === undefined) return;
  const before = store.state.run.shown;
  if (before === id) return;
  if (before !== null) left.set(before, leave());
  const empty = initialState();
  const again = left.get(id);
  const { colourBy, options } = store.state.map;
  store.set("jobs", { ...(again?.jobs ?? empty.jobs), codons: store.state.jobs.codons });
  store.set("exported", empty.exported);
  store.set("selected", again?.selected ?? null);
  store.patch("run", { report: run.report, methods: run.methods, shown: id });
  store.set("map", again?.map ?? { ...empty.map, colourBy, options });
  if (again === undefined || again.map.drawn === null) await showLayer(again?.map.layer ?? run.report.layers.at(-1) ?? 0);
}

/** What {@link showRun} puts on show of a run that was not shown before. */
export function prepareView(id: number, map: State["map"], selected: number | null): void {
  left.set(id, { map, jobs: initialState().jobs, selected });
}

/** Removes a kept run. If it was shown, the newest of the others takes its place. */
export async function removeRun(id: number): Promise<void> {
  const others = store.state.runs.filter((run) => run.id !== id);
  const next = others.at(-1);
  const shown = store.state.run.shown === id;
  if (shown && next !== undefined) await showRun(next.id);
  left.delete(id);
  store.set("runs", others);
  if (store.state.run.held === id) store.patch("run", { held: null });
  if (!shown || next !== undefined) return;
  const empty = initialState();
  store.patch("run", { report: null, methods: null, shown: null });
  store.set("map", { ...empty.map, options: store.state.map.options });
  store.set("jobs", { ...empty.jobs, codons: store.state.jobs.codons });
  store.set("selected", null);
}

/** Answers stay; what is still being computed ends with the view. */
function leave(): Left {
  const { map, jobs, selected } = store.state;
  const ended = Object.entries(jobs).map(([part, job]) => [
    part,
    job.phase === "running" ? { ...job, phase: job.answer === null ? "idle" : "done", progress: null } : job,
  ]);
  return { map: { ...map, progress: null }, jobs: Object.fromEntries(ended) as State["jobs"], selected };
}

/** Puts layers of kept runs side by side and shows the result. */
export async function joinRuns(parts: readonly JoinPart[], by: JoinBy, mean: boolean, equalWeights: boolean): Promise<void> {
  joining?.abort();
  const controller = new AbortController();
  joining = controller;
  store.set("joining", { busy: true, error: null });
  try {
    const tables = parts.map((part, at) => ({ name: String(at), ids: part.run.ids, table: tableOf(part) }));
    const request = { tables, by, mean: mean && by === "position", equalWeights };
    const answer = await analyses.ask("join", request, { signal: controller.signal });
    const id = add(joinedRun(parts, answer, request));
    store.set("joining", { busy: false, error: null });
    await showRun(id);
  } catch (thrown) {
    if (joining !== controller) return;
    store.set("joining", { busy: false, error: controller.signal.aborted ? null : toError(thrown) });
  }
}

/** Stops a join under way. */
export function cancelJoin(): void {
  joining?.abort();
}

function tableOf({ run, layer }: JoinPart): Table {
  const found = run.layers.find((one) => one.layer === layer)?.table;
  if (found !== undefined) return found;
  throw new CrossgrainError({
    code: "analysis.no_run",
    message: "this run is no longer kept",
    hint: "embed again",
  });
}

function joinedRun(
  parts: readonly JoinPart[],
  answer: JoinResponse,
  { by, mean, equalWeights }: { by: JoinBy; mean: boolean; equalWeights: boolean },
): Omit<StoredRun, "id"> {
  const { ids, cols, numbers, columns, missing, matched } = answer;
  const name = (at: number): string => parts[at]?.run.name ?? "";
  const leftOut: Notice[] = missing.slice(0, MOST_LISTED).map(({ id, tables }) => ({
    code: "join.missing",
    message: `not in ${tables.map((at) => `“${name(Number(at))}”`).join(" and ")}`,
    where: { record: id },
    hint: "embed it with that model too",
  }));
  const joined: JoinedFrom = {
    by,
    mean,
    matched,
    equal: equalWeights,
    parts: columns.map(({ start, end, share }, at) => ({
      run: name(at),
      layer: parts[at]?.layer ?? 0,
      start,
      end,
      share,
      methods: parts[at]?.run.methods ?? null,
    })),
    leftOut,
    omitted: missing.length - leftOut.length,
  };
  const first = parts[0]?.run;
  const lengths = new Map(first?.ids.map((id, row) => [id, first.report.lengths[row] ?? 0]));
  const report: RunReport = {
    ...plain(ids),
    lengths: Uint32Array.from(ids, (id) => lengths.get(id) ?? 0),
    dims: cols,
    layers: [0],
    pool: "joined",
  };
  const model = parts.map(({ run }) => run.model).join(" + ");
  return {
    name: `${model}, ${mean ? "mean of " : ""}joined by ${by === "id" ? "name" : "position"}`,
    model,
    ids,
    dims: cols,
    report,
    methods: record(joined, ids.length, cols, missing),
    metadata: [...new Set(parts.flatMap(({ run }) => run.metadata))],
    layers: [{ layer: 0, table: new Table(numbers, ids.length, cols) }],
    // Each part alone, on the same rows: the comparison says what joining adds.
    baselines: columns.map(({ start, end }, at) => ({
      name: `${parts[at]?.run.model ?? ""} alone`,
      table: new Table(slice(numbers, cols, start, end), ids.length, end - start),
    })),
    joined,
    settings: null,
    base: model.replace(/[^\w.-]+/g, "-"),
  };
}

/** Some columns of a matrix. */
function slice(numbers: Float32Array, cols: number, start: number, end: number): Float32Array<ArrayBuffer> {
  const rows = cols === 0 ? 0 : numbers.length / cols;
  const part = new Float32Array(rows * (end - start));
  for (let row = 0; row < rows; row += 1)
    part.set(numbers.subarray(row * cols + start, row * cols + end), row * (end - start));
  return part;
}

/** How a joined run was made, for the methods. */
function record(joined: JoinedFrom, rows: number, width: number, missing: JoinResponse["missing"]): Record<string, unknown> {
  const matched = joined.by === "id" ? "name" : "name and position";
  return {
    tool: "crossgrain",
    joined: joined.parts.map(({ run, layer, start, end, share, methods }) => ({
      run,
      layer,
      columns: [start, end],
      shareOfVariance: share,
      ...(methods === null ? {} : { methods }),
    })),
    matchedBy: matched,
    ...(joined.mean ? { mean: "over the positions that all runs have" } : {}),
    weights: joined.equal === true ? "each part divided by the root of its variance" : "as they are",
    rows,
    width,
    matched: joined.matched,
    leftOut: missing.length,
    leftOutNames: missing.slice(0, MOST_LISTED).map(({ id }) => id),
  };
}
