/**
 * The address of a view: `#v=1&example=venom-families&model=esm2-demo&layer=6&map=umap&seed=42&by=field:family`. It holds
 * settings only, never data: of the user's own files it holds the name, and neither ids nor labels.
 */
import { DEFAULT_MAP, type MapOptions } from "./analysis/state";
import { shownRun } from "./metadata";
import type { State } from "./state";
import { DEMONSTRATIONS, type Demonstration } from "./store/demonstrations";

/** Settings of a view. What is absent is as the page has it. */
export interface Link {
  /** The example set of this demonstration. */
  example: Demonstration | null;
  /** Name of the user's own file. */
  file: string | null;
  model: string | null;
  /** All layers were kept. */
  allLayers: boolean;
  layer: number | null;
  options: Partial<MapOptions>;
  by: string | null;
  hidden: readonly number[];
  /** Id of the marked record, of an example. */
  selected: string | null;
}

const METHODS: readonly string[] = ["pca", "umap", "tsne"] satisfies MapOptions["method"][];
const METRICS: readonly string[] = ["euclidean", "cosine"] satisfies MapOptions["metric"][];
/** Numbers of the map, by their short names. */
const NUMBERS = [
  ["seed", "seed", 0, 4294967295],
  ["k", "neighbours", 2, 200],
  ["min", "minDist", 0, 1],
  ["perplexity", "perplexity", 2, 200],
] as const satisfies readonly (readonly [string, keyof MapOptions, number, number])[];
const LONGEST = 200;

/** The address of what is shown; empty before anything is. */
export function linkOf(state: State): string {
  const run = shownRun(state);
  if (run === null) return "";
  const { map } = state;
  const name = run.settings?.sequences ?? run.name;
  const example = exampleOf(name);
  const found = new URLSearchParams({ v: "1" });
  if (example === undefined) found.set("file", name.slice(0, LONGEST));
  else found.set("example", stem(example));
  if (run.settings !== null) found.set("model", run.settings.model.slice(0, LONGEST));
  if (run.settings?.layers === "all") found.set("layers", "all");
  if (map.drawn !== null || map.progress !== null) found.set("layer", String(map.layer));
  found.set("map", map.options.method);
  if (map.options.metric !== DEFAULT_MAP.metric) found.set("metric", String(map.options.metric));
  if (map.options.standardise !== DEFAULT_MAP.standardise) found.set("standardise", "1");
  for (const [short, option] of NUMBERS) if (map.options[option] !== DEFAULT_MAP[option]) found.set(short, String(map.options[option]));
  if (map.colourBy !== "") found.set("by", map.colourBy.slice(0, LONGEST));
  if (map.hidden.length > 0) found.set("hide", map.hidden.join("."));
  const selected = run.ids[state.selected ?? -1];
  if (example !== undefined && selected !== undefined) found.set("sel", selected);
  return `#${String(found).replaceAll("%3A", ":")}`;
}

/** The settings in an address; null if it is none of ours. Anything that no view can have is left out. */
export function parseLink(hash: string): Link | null {
  const found = new URLSearchParams(hash.replace(/^#/, ""));
  if (found.get("v") !== "1") return null;
  const text = (name: string): string | null => found.get(name)?.slice(0, LONGEST) ?? null;
  const number = (name: string, least: number, most: number): number | null => {
    const value = Number(found.get(name) ?? "x");
    return Number.isFinite(value) && value >= least && value <= most ? value : null;
  };
  const options: Partial<MapOptions> = {};
  const [method, metric] = [found.get("map"), found.get("metric")];
  if (method !== null && METHODS.includes(method)) options.method = method as MapOptions["method"];
  if (metric !== null && METRICS.includes(metric)) options.metric = metric as MapOptions["metric"];
  if (found.get("standardise") === "1") options.standardise = true;
  for (const [short, option, least, most] of NUMBERS) {
    const value = number(short, least, most);
    if (value !== null) options[option] = value;
  }
  const example = DEMONSTRATIONS.find((one) => stem(one) === found.get("example")) ?? null;
  const hidden = (found.get("hide") ?? "").split(".").filter((part) => /^\d{1,4}$/.test(part)).map(Number);
  return {
    example,
    file: text("file"),
    model: text("model"),
    allLayers: found.get("layers") === "all",
    layer: number("layer", 0, 1000),
    options,
    by: text("by"),
    hidden,
    selected: example === null ? null : text("sel"),
  };
}

function exampleOf(file: string): Demonstration | undefined {
  return DEMONSTRATIONS.find(({ example }) => example.file === file);
}

function stem({ example }: Demonstration): string {
  return example.file.replace(/\.\w+$/, "");
}
