/** Runs of shuffled sequences beside the runs that they are the controls of. */
import { shownRun } from "../metadata";
import type { SequenceKind } from "../protocol";
import type { State } from "../state";
import type { RunSettings, StoredRun } from "./state";

/** What is shuffled within each record. */
export const SHUFFLED: Record<SequenceKind, string> = { protein: "residues", dna: "bases", domains: "domains" };

/** The control of a run, the newest of several; null without one. */
export function controlOf(runs: readonly StoredRun[], run: StoredRun | null): StoredRun | null {
  if (run === null || run.control !== undefined) return null;
  return runs.findLast((one) => one.control?.of === run.name && sameSettings(one, run) && sameIds(one.ids, run.ids)) ?? null;
}

/** The rows of a layer of a control. */
export function controlTable(control: StoredRun | null, layer: number): StoredRun["layers"][number]["table"] | null {
  return control?.layers.find((one) => one.layer === layer)?.table ?? null;
}

/** Why no control of the shown run can be made now, in a sentence; null when it can. */
export function controlObstacle(state: State): string | null {
  const run = shownRun(state);
  if (run === null) return "There is no run on show.";
  if (run.control !== undefined) return "These vectors are a control themselves.";
  if (run.joined !== null) return "Joined vectors have no letters of their own: make the control of each part, and join the controls.";
  const { settings } = run;
  const { pool } = run.report;
  if (settings === null) return "These vectors were read from a file, so their letters are not known here.";
  if (pool === "none" || pool === "tokens") return "A residue of a shuffled sequence is another residue: embed with one vector per sequence.";
  if (pool === "positions" || pool === "positions-in-order") return "Chosen positions hold other residues once a sequence is shuffled: embed with one vector per sequence.";
  if (pool === "rows") return "A shuffled cluster has other domains at each place: embed with one vector per cluster.";
  const { sequences, model } = state;
  const { report: loaded } = model;
  if (!isOpen(sequences, settings)) return `The letters of ${settings.sequences} are needed: open it again, read in the same way.`;
  if (loaded?.weightsSha256 !== settings.weightsSha256 || loaded.precision !== settings.precision)
    return `The model of this run is needed: load ${settings.model} again${loaded?.name === settings.model ? `, at the precision ${settings.precision}` : ""}.`;
  if (state.engine.phase !== "ready") return "The engine is starting.";
  return null;
}

/** Whether the open sequences are those of a run, read in the same way. */
export function isOpen(sequences: State["sequences"], settings: RunSettings): boolean {
  const { report, input, kind, code, translated } = sequences;
  return report !== null && input === settings.input && kind === settings.kind && (translated ? code : null) === settings.code;
}

/** What a shuffle does to sequences of a kind, in a sentence. */
export function shuffleMeans(kind: SequenceKind, coding: boolean): string {
  if (kind === "protein") return "Each protein keeps its residues in random order: composition and length stay, sequence and fold are gone.";
  if (kind === "domains") return "Each cluster keeps its domains in random order: what it holds stays, their order is gone.";
  return coding
    ? "Each gene keeps its bases in random order: length and GC content stay; codons, reading frame and protein are gone. To keep the protein, exchange synonymous codons instead (Codons)."
    : "Each sequence keeps its bases in random order: length and base composition stay, words and motifs are gone.";
}

function sameSettings(a: StoredRun, b: StoredRun): boolean {
  return JSON.stringify(a.settings) === JSON.stringify(b.settings);
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a === b || (a.length === b.length && a.every((id, at) => id === b[at]));
}
