/** Finding records by their place on the map: under the pointer, in a box, in a lasso, next in a direction, on one spot. */
import KDBush from "kdbush";

/** A corner or a point of an outline, in data. */
export type Point = readonly [x: number, y: number];

/** Which records can be found: those that are shown. */
export type Shown = (record: number) => boolean;

/** An index of points, `[n, 2]`; points that are not finite are never found. */
export class Places {
  readonly points: Float32Array;
  readonly #records: Uint32Array;
  readonly #tree: KDBush | null;

  constructor(points: Float32Array) {
    this.points = points;
    const finite: number[] = [];
    for (let record = 0; 2 * record + 1 < points.length; record += 1)
      if (Number.isFinite(points[2 * record]) && Number.isFinite(points[2 * record + 1])) finite.push(record);
    this.#records = Uint32Array.from(finite);
    // An index of nothing is not allowed.
    this.#tree = finite.length === 0 ? null : new KDBush(finite.length, 64, Float32Array);
    for (const record of finite) this.#tree?.add(points[2 * record] as number, points[2 * record + 1] as number);
    this.#tree?.finish();
  }

  /** The shown record nearest to a place, at most `radius` away; the first in file order of equally near ones. */
  nearest([x, y]: Point, radius: number, shown: Shown): number | null {
    let [best, least] = [null as number | null, Infinity];
    for (const at of this.#tree?.within(x, y, radius) ?? []) {
      const record = this.#records[at] as number;
      if (!shown(record)) continue;
      const far = (this.points[2 * record] as number - x) ** 2 + (this.points[2 * record + 1] as number - y) ** 2;
      if (far < least || (far === least && record < (best ?? Infinity))) [best, least] = [record, far];
    }
    return best;
  }

  /** The shown records between two corners, in file order. */
  inBox([ax, ay]: Point, [bx, by]: Point, shown: Shown): number[] {
    const found = this.#tree?.range(Math.min(ax, bx), Math.min(ay, by), Math.max(ax, bx), Math.max(ay, by)) ?? [];
    return this.#sorted(found).filter(shown);
  }

  /** The shown records inside an outline, which closes itself, in file order. */
  inLasso(outline: readonly Point[], shown: Shown): number[] {
    if (outline.length < 3) return [];
    const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
    const least = (values: number[]): number => values.reduce((a, b) => Math.min(a, b), Infinity);
    const most = (values: number[]): number => values.reduce((a, b) => Math.max(a, b), -Infinity);
    return this.inBox([least(xs), least(ys)], [most(xs), most(ys)], shown).filter((record) =>
      inside(outline, this.points[2 * record] as number, this.points[2 * record + 1] as number),
    );
  }

  /**
   * The shown record that lies next in a direction, within 45° of it; near ones first, those off the direction later.
   * Records on the same spot are not in any direction.
   */
  next(from: number, [dx, dy]: Point, shown: Shown): number | null {
    const [x, y] = [this.points[2 * from] as number, this.points[2 * from + 1] as number];
    let [best, least] = [null as number | null, Infinity];
    for (const record of this.#records) {
      const [right, up] = [this.points[2 * record] as number - x, this.points[2 * record + 1] as number - y];
      const along = right * dx + up * dy;
      const aside = Math.abs(right * dy - up * dx);
      if (along <= 0 || aside > along || !shown(record)) continue;
      const cost = along + 2 * aside;
      if (cost < least) [best, least] = [record, cost];
    }
    return best;
  }

  /** All records on the very spot of a record, itself included, in file order. */
  onSpotOf(record: number): number[] {
    const [x, y] = [this.points[2 * record] as number, this.points[2 * record + 1] as number];
    return this.#sorted(this.#tree?.range(x, y, x, y) ?? []);
  }

  #sorted(found: readonly number[]): number[] {
    return found.map((at) => this.#records[at] as number).sort((a, b) => a - b);
  }
}

/** How many records lie on the spot of another, and on how many spots. */
export function stacked(points: Float32Array): { records: number; spots: number } {
  const seen = new Map<string, number>();
  for (let at = 0; at + 1 < points.length; at += 2) {
    if (!Number.isFinite(points[at]) || !Number.isFinite(points[at + 1])) continue;
    const key = `${points[at]} ${points[at + 1]}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
  }
  const several = [...seen.values()].filter((count) => count > 1);
  return { records: several.reduce((sum, count) => sum + count, 0), spots: several.length };
}

/** Whether a place is inside an outline: a ray to the right crosses it an odd number of times. */
function inside(outline: readonly Point[], x: number, y: number): boolean {
  let odd = false;
  for (let at = 0; at < outline.length; at += 1) {
    const [ax, ay] = outline[at] as Point;
    const [bx, by] = outline[(at + 1) % outline.length] as Point;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) odd = !odd;
  }
  return odd;
}
