/**
 * Whether a column holds numbers or classes: the one rule of the page. A column of numbers only is numbers if they have
 * fractions or many different values; few whole numbers, such as cluster 1 to 10, are classes. The user can say otherwise.
 */

/** What a column holds. */
export type ColumnType = "class" | "number";

/** Words for "no value" that R, pandas, spreadsheets and databases write. */
const MISSING = new Set(["", "na", "n/a", "#n/a", "nan", "null", "<na>", "-", ".", "?"]);
/** Most different whole numbers that are still taken for classes. */
const MOST_CLASSES = 12;
const DOT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const COMMA = /^[+-]?\d+,\d+(e[+-]?\d+)?$/i;

/** Longest of the words for "no value". */
const MISSING_MAX = Math.max(...Array.from(MISSING, ({ length }) => length));

/** A value, or null for a word that stands for a missing one. */
export function present(value: string | null): string | null {
  // Most values are longer, without blanks around them: hundreds of thousands are looked at while the page waits.
  if (value !== null && value.length > MISSING_MAX && isMark(value.charCodeAt(0)) && isMark(value.charCodeAt(value.length - 1))) return value;
  return value === null || MISSING.has(value.trim().toLowerCase()) ? null : value;
}

/** Whether a character is a plain letter, digit or mark: none that `trim` removes. */
function isMark(code: number): boolean {
  return code > 32 && code < 127;
}

/** The type of a column, by its values. */
export function typeOf(values: readonly (string | null)[]): ColumnType {
  const numbers = numbersOf(values);
  if (numbers === null) return "class";
  const found = new Set<number>();
  for (const value of numbers) {
    if (!Number.isFinite(value)) continue;
    found.add(value);
    if (!Number.isInteger(value) || found.size > MOST_CLASSES) return "number";
  }
  return "class";
}

const read = new WeakMap<object, Float64Array | null>();

/**
 * The numbers of a column, NaN where one is missing; null if a value is none, or all are missing. Decimal commas are
 * read. Columns do not change, so that each is read once.
 */
export function numbersOf(values: readonly (string | null)[]): Float64Array | null {
  const known = read.get(values);
  if (known !== undefined) return known;
  const numbers = readNumbers(values);
  read.set(values, numbers);
  return numbers;
}

function readNumbers(values: readonly (string | null)[]): Float64Array | null {
  const found = new Float64Array(values.length).fill(Number.NaN);
  let any = false;
  for (let at = 0; at < values.length; at += 1) {
    const text = present(values[at] ?? null)?.trim().replace("−", "-");
    if (text === undefined) continue;
    const dot = DOT.test(text);
    if (!dot && !COMMA.test(text)) return null;
    found[at] = Number(dot ? text : text.replace(",", "."));
    any = true;
  }
  return any ? found : null;
}
