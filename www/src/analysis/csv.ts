/** Tables as text: a header and rows, quoted where a cell needs it. */

/** RFC 4180, with LF. */
export function csv(header: readonly string[], rows: Iterable<readonly (string | number | null)[]>): string {
  const lines = [header, ...rows].map((row) => row.map(cell).join(","));
  return `${lines.join("\n")}\n`;
}

/**
 * What a spreadsheet may read as a formula: also in full width, as on East Asian keyboards, and behind spaces and signs
 * without width.
 */
const FORMULA = /^[ \u00a0\u3000\ufeff\u200b-\u200f\u2060]*[=+\-@\t\r\n＝＋－＠]/u;

function cell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = typeof value === "string" && FORMULA.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
