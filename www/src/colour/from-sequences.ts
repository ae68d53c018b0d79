/**
 * Columns that need no labels: length, composition, the prefix of the id, the position of a mutation, warnings. The
 * composition comes from `composition.ts`.
 */
import type { RunReport } from "../analysis/state";
import { mutationOf } from "../analysis/mutation";
import type { Composition } from "./composition";
import { colouring, colourings, type Colouring } from "../grouping";
import { descriptions } from "../metadata";
import type { State } from "../state";
import { present } from "./type";
import { warningsByRecord } from "../table";

interface Remembered {
  base: Colouring[];
  report: RunReport | null;
  composition: Composition | null;
  columns: Colouring[];
}
let remembered: Remembered | null = null;

/** All columns that can colour the map: labels and fields, then those of the sequences. */
export function mapColumns(state: State): Colouring[] {
  const base = colourings(state);
  const { report } = state.run;
  const { composition: known } = state;
  if (remembered?.base !== base || remembered.report !== report || remembered.composition !== known) {
    const columns = report === null ? base : [...base, ...ofSequences(state, report)];
    remembered = { base, report, composition: known, columns };
  }
  return remembered.columns;
}

/** The column that colours the map; null for one colour. */
export function mapColumn(state: State): Colouring | null {
  return mapColumns(state).find(({ key }) => key === state.map.colourBy) ?? null;
}

function ofSequences(state: State, report: RunReport): Colouring[] {
  const { ids } = report;
  const texts = descriptions(state);
  const found: Colouring[] = [];
  const add = (key: string, name: string, values: readonly (string | null)[]): void => {
    const first = values.find((value) => present(value) !== null);
    if (values.some((value) => present(value) !== null && value !== first)) found.push(colouring(`sequence:${key}`, name, "sequence", values));
  };
  // Rows of a file and joined rows have no lengths of their own.
  if (report.pool !== "rows" && report.pool !== "joined") add("length", "length", Array.from(report.lengths, String));
  if (state.composition !== null && state.composition.of === ids)
    for (const { name, values } of state.composition.columns) add(name, name, values);
  add("prefix", "prefix of the id", ids.map(prefixOf));
  const mutations = ids.map((id, row) => mutationOf(id) ?? mutationOf(texts[row] ?? ""));
  add("position", "position of the mutation", mutations.map((one) => (one === null ? null : String(one.position))));
  add("residue", "new residue of the mutation", mutations.map((one) => one?.aminoAcid ?? null));
  const warnings = warningsByRecord([...(state.sequences.report?.warnings ?? []), ...report.warnings]);
  add("warnings", "warnings", ids.map((id) => warnings.get(id)?.[0]?.code ?? "no warning"));
  return found;
}

/** `sp|P12345|NAME` → `sp`, `TEM-1_A3V` → `TEM`, `AT4G27390.1` → `AT`: what stands before the first mark, or the first letters. */
export function prefixOf(id: string): string | null {
  const marked = /^([^|_.:/-]+)[|_.:/-]/.exec(id)?.[1];
  return marked !== undefined && !/^\d+$/.test(marked) && !/\d{3}/.test(marked) ? marked : (/^[A-Za-z]+/.exec(id)?.[0] ?? null);
}
