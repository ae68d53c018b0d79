/** Numbers to places on a colour scale, 0 to 1, and the ticks of the colour bar. */

/** How numbers are spread over the scale. */
export type Transform = "linear" | "quantile" | "log";

/** A tick of the colour bar. */
export interface Tick {
  /** Its place on the scale, 0 to 1. */
  at: number;
  value: number;
}

/** Numbers on a scale. */
export interface Ramp {
  /** Point of each number, 0 to 1; NaN for a missing one, and for one that a logarithm does not have. */
  at: Float32Array;
  low: number;
  high: number;
  ticks: Tick[];
  /** Numbers that have no logarithm. */
  withoutLog: number;
}

/** Spreads numbers over a scale; `quantile` gives each number its rank, equal numbers the same. */
export function ramp(numbers: Float64Array, transform: Transform): Ramp {
  const usable = (value: number): boolean => Number.isFinite(value) && (transform !== "log" || value > 0);
  const sorted = numbers.filter(usable).sort();
  const [low, high] = [sorted[0] ?? Number.NaN, sorted.at(-1) ?? Number.NaN];
  const withoutLog = transform === "log" ? numbers.filter((value) => value <= 0).length : 0;
  const place = placing(transform, sorted);
  const at = Float32Array.from(numbers, (value) => (usable(value) ? place(value) : Number.NaN));
  return { at, low, high, ticks: ticks(transform, sorted).map((value) => ({ value, at: place(value) })), withoutLog };
}

function placing(transform: Transform, sorted: Float64Array): (value: number) => number {
  const [low, high] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  // All numbers alike lie in the middle.
  if (low === high) return () => 0.5;
  if (transform === "linear") return (value) => (value - low) / (high - low);
  if (transform === "log") return (value) => Math.log(value / low) / Math.log(high / low);
  return (value) => (first(sorted, value) + last(sorted, value)) / 2 / (sorted.length - 1);
}

/** Point of the first number that is not smaller. */
function first(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Point of the last number that is not larger. */
function last(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] as number) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function ticks(transform: Transform, sorted: Float64Array): number[] {
  if (sorted.length === 0) return [];
  const [low, high] = [sorted[0] as number, sorted.at(-1) as number];
  if (low === high) return [low];
  if (transform === "quantile")
    return [...new Set([0, 0.25, 0.5, 0.75, 1].map((share) => sorted[Math.round(share * (sorted.length - 1))] as number))];
  if (transform === "log") {
    const decades: number[] = [];
    for (let power = Math.ceil(Math.log10(low)); 10 ** power <= high; power += 1) decades.push(10 ** power);
    if (decades.length >= 2) return decades.filter((_, at) => at % Math.ceil(decades.length / 5) === 0);
    return [low, Math.sqrt(low * high), high];
  }
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((times) => times * power).find((one) => one >= rough) ?? 10 * power;
  const found: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at += 1) found.push(Number((at * step).toPrecision(12)));
  return found;
}
