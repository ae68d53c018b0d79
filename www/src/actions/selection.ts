/** What is done with many records: selecting them by place, group, text or list; tables, sequences and labels of them. */
import { csv } from "../analysis/csv";
import { currentLooks } from "../colour/current";
import { mapColumns } from "../colour/from-sequences";
import { numbersOf } from "../colour/type";
import { engine } from "../engine";
import { CrossgrainError } from "../error";
import { MADE } from "../grouping";
import { descriptions } from "../metadata";
import { answer, isCondition, QueryError } from "../query";
import { holding, joined, listed, selectedRecords, type Joining, type Listed } from "../selection";
import { store } from "../state";
import { baseName, save } from "./export";
import { beforeStep } from "./history";
import { showColumn } from "./map";
import { layerTable } from "./runs";

/** Selects records. */
export function choose(records: readonly number[], how: Joining): void {
  const of = store.state.run.report?.ids ?? null;
  beforeStep("selection");
  store.set("selection", { of, records: joined(selectedRecords(store.state), records, how) });
}

/** Selects the records of a row of the legend. Hidden ones of it are selected too: hiding is for the eye. */
export function chooseGroup(group: number, how: Joining): void {
  const found: number[] = [];
  for (const [record, at] of currentLooks(store.state).index.entries()) if (at === group) found.push(record);
  choose(found, how);
}

/** Selects nothing, and lets the record go that is looked at. */
export function clearSelection(): void {
  if (store.state.selected === null && selectedRecords(store.state).length === 0) return;
  beforeStep("clear");
  store.set("selected", null);
  store.set("selection", { of: null, records: [] });
}

/** What a search finds, or why it cannot be read. */
export interface Found {
  records: number[];
  problem: string | null;
}

/** The records whose id, description or label holds a text, or that meet a condition such as `length > 100`. */
export function find(wanted: string): Found {
  const { report } = store.state.run;
  if (report === null) return { records: [], problem: null };
  const columns = mapColumns(store.state);
  const labels = columns.filter(({ origin }) => origin !== "sequence").map(({ values }) => values);
  const texts = [descriptions(store.state), ...labels];
  if (!isCondition(wanted)) return { records: holding(wanted, report.ids, texts), problem: null };
  const held = new Map<string, ReadonlySet<number>>();
  const holds = (record: number, text: string): boolean => {
    const known = held.get(text) ?? new Set(holding(text, report.ids, texts));
    held.set(text, known);
    return known.has(record);
  };
  try {
    return { records: answer(wanted, report.ids.length, columns, holds), problem: null };
  } catch (thrown) {
    if (!(thrown instanceof QueryError)) throw thrown;
    return { records: [], problem: thrown.message };
  }
}

/** Selects the records of a list of ids; answers what was not found. */
export function chooseListed(text: string, how: Joining): Listed {
  const found = listed(text, store.state.run.report?.ids ?? []);
  choose(found.records, how);
  return found;
}

/** Gives the selected records a label of the user's own, in the column "my groups", and colours by it. */
export function makeLabel(name: string): void {
  const { report } = store.state.run;
  const records = selectedRecords(store.state);
  const label = name.trim();
  if (report === null || records.length === 0 || label === "") return;
  beforeStep("label");
  const groups = new Map(store.state.groups);
  for (const record of records) groups.set(report.ids[record] ?? "", label);
  store.set("groups", groups);
  showColumn(MADE);
}

/** Saves a table of the selected records: id, description, length, labels, place on the map, on request the vector. */
export function saveTable(withVectors: boolean): Promise<void> {
  return save("selection", async () => {
    const { map } = store.state;
    const { header, rows } = await table(selectedRecords(store.state), withVectors);
    return [csv(header, rows), `${baseName()}.layer${map.drawn?.layer ?? map.layer}.${map.drawn?.method ?? "map"}.selected.csv`];
  });
}

type Cell = string | number | null;

async function table(records: readonly number[], withVectors: boolean): Promise<{ header: string[]; rows: Cell[][] }> {
  const { report } = store.state.run;
  const { drawn, layer } = store.state.map;
  const texts = descriptions(store.state);
  const columns = mapColumns(store.state).map(({ name, values, type }) => ({ name, values, numbers: type === "number" ? numbersOf(values) : null }));
  const points = drawn?.points ?? new Float32Array();
  const place = (at: number): number | null => (Number.isFinite(points[at]) ? Number((points[at] as number).toPrecision(7)) : null);
  const source = withVectors ? layerTable(drawn?.layer ?? layer) : null;
  const vectors = source === null ? null : { numbers: await source.read(), dims: source.cols };
  const dims = vectors === null ? [] : Array.from({ length: vectors.dims }, (_, at) => `v${at + 1}`);
  const header = ["id", "description", ...columns.map(({ name }) => name), "x", "y", ...dims];
  const rows = records.map((record): Cell[] => [
    report?.ids[record] ?? "",
    texts[record] ?? "",
    ...columns.map(({ values, numbers }) => (numbers === null ? (values[record] ?? null) : finite(numbers[record]))),
    place(2 * record),
    place(2 * record + 1),
    ...(vectors === null ? [] : vectors.numbers.subarray(record * vectors.dims, (record + 1) * vectors.dims)),
  ]);
  return { header, rows };
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** Saves the sequences of the selected records, as the engine reads them. */
export function saveFasta(): Promise<void> {
  return save("fasta", async () => {
    const ids = selectedRecords(store.state).map((record) => store.state.run.report?.ids[record] ?? "");
    const { records } = await engine.ask("records", { ids });
    if (records.length === 0)
      throw new CrossgrainError({
        code: "selection.no_sequences",
        message: "the open file holds none of the selected sequences",
        hint: "open the file that this run was made from, then save again",
      });
    const text = records.map(({ id, description, sequence }) => `>${[id, description].filter((one) => one !== "").join(" ")}\n${sequence}\n`);
    return [text.join(""), `${baseName()}.selected.fasta`];
  });
}
