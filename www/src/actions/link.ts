/** The address follows the view, back and forward go through the views, and an opened link brings its view. */
import { linkOf, parseLink, type Link } from "../link";
import { initialState, store, type State } from "../state";
import { DEMONSTRATIONS } from "../store/demonstrations";
import { showRun } from "./join";
import { colourBy, setMapOptions, showLayer } from "./map";
import { loadBuiltin } from "./model";
import { embed } from "./embed";
import { obstacle } from "./run";
import { readExample } from "./sequences";

/** What the browser's history keeps of a view of this visit. */
interface Step {
  run: number;
  map: Pick<State["map"], "layer" | "options" | "colourBy" | "hidden">;
}

/** Settings that wait for the run that they belong to. */
let waiting: Link | null = null;
let going = false;
let written = { hash: "", view: "" };

/** Writes the address as the view changes, and follows back and forward. */
export function watchAddress(): void {
  let [map, run, selected]: [unknown, unknown, unknown] = [null, null, null];
  store.subscribe(() => {
    const now = store.state;
    if (now.map === map && now.run.shown === run && now.selected === selected) return;
    const other = now.run.shown !== run;
    [map, run, selected] = [now.map, now.run.shown, now.selected];
    if (other && waiting !== null && now.run.shown !== null) void settle(waiting);
    if (!going) write();
  });
  addEventListener("popstate", (event) => {
    const step = event.state as Step | null;
    if (step !== null && typeof step === "object" && "run" in step) void back(step);
    else void openLink();
  });
}

/** Opens the link in the address: the example is embedded; of other files the name is shown. */
export async function openLink(): Promise<void> {
  const link = parseLink(location.hash);
  if (link === null) return;
  waiting = link;
  const { options, colourBy } = store.state.map;
  store.patch("map", { options: { ...options, ...link.options }, colourBy: link.by ?? colourBy });
  if (link.allLayers) store.patch("options", { layers: "all" });
  const model = DEMONSTRATIONS.find(({ id }) => id === link.model);
  const ours = link.model === null || model !== undefined;
  if (link.example === null || !ours) {
    if (store.state.model.phase === "empty") void loadBuiltin(model?.id);
    const what = link.example === null ? (link.file ?? "a file") : link.example.example.file;
    const how = ours ? "" : ` and load the model ${link.model ?? ""}`;
    return store.set("linked", `This link is a view of ${what}. A link holds settings, never data: add that file${how}, then embed.`);
  }
  if (model !== undefined) await loadBuiltin(model.id);
  await readExample(link.example);
  await ready();
  if (obstacle(store.state) === null) await embed();
}

/** Waits until the engine has started. */
function ready(): Promise<void> {
  return new Promise((resolve) => {
    const settled = (): boolean => ["ready", "failed"].includes(store.state.engine.phase);
    if (settled()) return resolve();
    const stop = store.subscribe(() => {
      if (!settled()) return;
      stop();
      resolve();
    });
  });
}

/** The rest of a link, once its run is shown. */
async function settle(link: Link): Promise<void> {
  waiting = null;
  store.set("linked", null);
  const { report } = store.state.run;
  if (report === null) return;
  if (link.layer !== null && link.layer !== store.state.map.layer && report.layers.includes(link.layer)) await showLayer(link.layer);
  const marked = link.selected === null ? -1 : report.ids.indexOf(link.selected);
  store.patch("map", { hidden: link.hidden });
  if (marked >= 0) store.set("selected", marked);
}

/** A view of this visit again. */
async function back({ run, map }: Step): Promise<void> {
  going = true;
  try {
    await showRun(run);
    if (store.state.run.shown !== run) return;
    const now = store.state.map;
    if (JSON.stringify(now.options) !== JSON.stringify(map.options)) {
      store.patch("map", { layer: map.layer });
      void setMapOptions(map.options);
    } else if (now.layer !== map.layer) void showLayer(map.layer);
    colourBy(map.colourBy);
    store.patch("map", { hidden: map.hidden });
  } finally {
    going = false;
    written = { hash: linkOf(store.state), view: viewOf(store.state) };
  }
}

/** What makes a step of its own in the history. */
function viewOf({ run, map }: State): string {
  return JSON.stringify([run.shown, map.options, map.layer, map.colourBy]);
}

function write(): void {
  const { run, map } = store.state;
  const hash = linkOf(store.state);
  const view = viewOf(store.state);
  if (hash === "" || run.shown === null || (hash === written.hash && view === written.view)) return;
  const { layer, options, colourBy, hidden } = map;
  const step: Step = { run: run.shown, map: { layer, options, colourBy, hidden } };
  // A run and its first map are one step: colours and layer are chosen while it is drawn.
  const first = written.view === "" || map.drawn === null;
  const same = view === written.view || (first && !stepped(options));
  written = { hash, view };
  try {
    if (same) history.replaceState(step, "", hash);
    else history.pushState(step, "", hash);
  } catch {
    // Some browsers refuse many changes in a short time; the next change brings the address up to date.
  }
}

/** Whether the map's settings are others than those of the last step. */
function stepped(options: State["map"]["options"]): boolean {
  const last = history.state as Step | null;
  return JSON.stringify(last?.map?.options ?? initialState().map.options) !== JSON.stringify(options);
}
