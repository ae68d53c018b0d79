/** Numbers for people: the spread of a list, and a table of ratios. */

/** Median, smallest and largest. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1] };
}

/** One line per case: ratio theirs/ours (above 1: ours is faster), rounds, and residues per second of every side. */
export function ratioTable(results) {
  const head = ["case", "median", "min", "max", "rounds", "residues/s (first ours)"];
  const rows = results.map(({ name, ratio, rounds, sides }) => [
    name,
    ...[ratio.median, ratio.min, ratio.max].map((value) => value.toFixed(2)),
    String(rounds),
    sides.map(({ name, residuesPerSecond }) => `${name} ${Math.round(residuesPerSecond)}`).join(", "),
  ]);
  return columns([head, ...rows]);
}

/** Rows of texts in columns; the first and the last are words, the others numbers. */
export function columns(rows) {
  const last = rows[0].length - 1;
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  const cell = (text, i) => (i === 0 || i === last ? text.padEnd(widths[i]) : text.padStart(widths[i]));
  return rows.map((row) => `  ${row.map(cell).join("  ")}`.trimEnd()).join("\n");
}
