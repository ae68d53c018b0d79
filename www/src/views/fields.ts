/** Small form parts that several analysis cards share. */
import { html } from "lit";
import { cut } from "../format";
import { colourings, sequenceColumns, type Colouring } from "../grouping";
import { store } from "../state";

/** Letters that fit a field of the usual width. */
const FITTING = 20;

/** A choice; `change` gets the new value. Long names get a wider field. */
export function choice(
  label: string,
  testId: string,
  value: string,
  options: readonly (readonly [value: string, name: string])[],
  change: (value: string) => void,
): unknown {
  const longest = options.reduce((most, [, name]) => Math.max(most, name.length), 0);
  const width = longest > 2 * FITTING ? "widest" : longest > FITTING ? "wide" : "";
  return html`<label class="field ${width}"
    >${label}
    <select data-testid=${testId} @change=${(event: Event) => change((event.target as HTMLSelectElement).value)}>
      ${options.map(
        ([key, name]) =>
          html`<option value=${key} .selected=${key === value} label=${cut(name, 80)}>${cut(name, 80)}</option>`,
      )}
    </select></label
  >`;
}

/** A number field; numbers outside its bounds are moved inside. */
export function number(
  label: string,
  testId: string,
  value: number,
  [least, most, step]: readonly [number, number, number],
  change: (value: number) => void,
): unknown {
  return html`<label class="field"
    >${label}
    <input
      type="number"
      data-testid=${testId}
      min=${least}
      max=${most}
      step=${step}
      .value=${String(value)}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const wanted = Number(input.value);
        const whole = Number.isFinite(wanted) ? Math.min(most, Math.max(least, wanted)) : value;
        const kept = step >= 1 ? Math.round(whole) : whole;
        input.value = String(kept);
        change(kept);
      }}
  /></label>`;
}

/** A whole number, or nothing for the default of the engine. */
export function optionalNumber(
  label: string,
  testId: string,
  value: number | null,
  [least, most]: readonly [number, number],
  change: (value: number | null) => void,
): unknown {
  return html`<label class="field"
    >${label}
    <input
      type="number"
      data-testid=${testId}
      min=${least}
      max=${most}
      placeholder="default"
      .value=${value === null ? "" : String(value)}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const kept = input.value.trim() === "" ? null : Math.round(Math.min(most, Math.max(least, Number(input.value) || least)));
        input.value = kept === null ? "" : String(kept);
        change(kept);
      }}
  /></label>`;
}

/** Which columns: those of the vectors that are shown, or those of the open sequences. */
export type Of = "shown" | "sequences";

function all(of: Of): Colouring[] {
  return of === "shown" ? colourings(store.state) : sequenceColumns(store.state);
}

/** The columns of labels, by key. */
export function columns(none?: string, of: Of = "shown"): [string, string][] {
  const found = all(of).map(({ key, name }): [string, string] => [key, name]);
  return none === undefined ? found : [["", none], ...found];
}

/** The values of a column. */
export function values(key: string, of: Of = "shown"): readonly (string | null)[] | null {
  return all(of).find((one) => one.key === key)?.values ?? null;
}

/** A column that the shown vectors have. */
export function colouringOf(key: string): Colouring | null {
  return all("shown").find((one) => one.key === key) ?? null;
}

/** The name of a column. */
export function columnName(key: string, of: Of = "shown"): string {
  return all(of).find((one) => one.key === key)?.name ?? "label";
}

/** The chosen column if it exists, otherwise one that divides the records into few groups, otherwise the first. */
export function column(key: string, of: Of = "shown"): string {
  const known = all(of);
  const found = known.find((one) => one.key === key) ?? known.find((one) => one.key === store.state.map.colourBy);
  return (found ?? known.find((one) => one.useful) ?? known[0])?.key ?? "";
}
