/** Undo and redo of selection, view, labels that were made, and colours. Files, models and runs are never undone. */
import { store, type State } from "../state";

/** What a step can change. */
type Moment = Pick<State, "selected" | "selection" | "groups" | "colours" | "view"> & Pick<State["map"], "colourBy" | "hidden">;

/** Steps that are kept. */
const MOST_STEPS = 200;
/** Steps of one gesture, such as turns of a wheel, are one step if they follow one another so fast. */
const ONE_STEP_MS = 700;
const GESTURES = /^(view|recolour) /;
/** A drag has a number of its own, and is one step however long it takes. */
const NUMBERED = / \d+$/;

let past: Moment[] = [];
let future: Moment[] = [];
let last = { kind: "", at: 0 };
/** The run that the steps belong to. */
let ids: readonly string[] | undefined;

/** Notes the state before a step; to be called before the change. */
export function beforeStep(kind: string, now = performance.now()): void {
  sameRun();
  const joined = GESTURES.test(kind) && kind === last.kind && (NUMBERED.test(kind) || now - last.at < ONE_STEP_MS) && past.length > 0;
  last = { kind, at: now };
  if (joined) return;
  past = [...past, moment()].slice(-MOST_STEPS);
  future = [];
  report();
}

/** Takes the last step back. */
export function undo(): void {
  sameRun();
  const before = past.at(-1);
  if (before === undefined) return;
  future = [...future, moment()];
  past = past.slice(0, -1);
  restore(before);
}

/** Does a step again that was taken back. */
export function redo(): void {
  sameRun();
  const after = future.at(-1);
  if (after === undefined) return;
  past = [...past, moment()];
  future = future.slice(0, -1);
  restore(after);
}

/** Numbers of records mean nothing in another run. */
function sameRun(): void {
  const shown = store.state.run.report?.ids;
  if (shown === ids) return;
  ids = shown;
  [past, future] = [[], []];
  report();
}

function moment(): Moment {
  const { selected, selection, groups, colours, view, map } = store.state;
  return { selected, selection, groups, colours, view, colourBy: map.colourBy, hidden: map.hidden };
}

function restore({ colourBy, hidden, ...parts }: Moment): void {
  last = { kind: "", at: 0 };
  store.patch("map", { colourBy, hidden });
  store.set("selected", parts.selected);
  store.set("selection", parts.selection);
  store.set("groups", parts.groups);
  store.set("colours", parts.colours);
  store.set("view", parts.view);
  report();
}

function report(): void {
  store.set("history", { past: past.length, future: future.length });
}
