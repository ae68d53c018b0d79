/**
 * Taking turns. A case has two or more sides; after a warm-up of each, a round lets every side do the same work once,
 * so that whatever else the machine does meets all of them. The result of a case is a ratio per round.
 */
import { open } from "../../tests/e2e/browser.mjs";
import { ratioTable, spread } from "./table.mjs";

/** A turn repeats its work until it has taken about this long: shorter ones would measure the clock. */
const TURN_MS = 400;
/** Beyond this a side is given up. */
const PATIENCE_FACTOR = 3;

/** One run of the command: its browser, its page, and what came out so far. */
export class Race {
  results = [];
  leftOut = [];
  #browser;
  #server;
  #start = performance.now();
  #page = null;
  #open = new Set();
  /** Milliseconds per residue last seen, by side: tells what will not fit. */
  #pace = new Map();

  constructor({ browser, server, settings }) {
    this.#browser = browser;
    this.#server = server;
    this.settings = settings;
  }

  get server() {
    return this.#server;
  }

  get browser() {
    return this.#browser;
  }

  /** Whether the time of the whole command is used up. */
  late() {
    return performance.now() - this.#start > this.settings.minutes * 60_000;
  }

  leaveOut(group, name, reason) {
    console.log(`  left out: ${name}: ${reason}`);
    this.leftOut.push({ group, name, reason });
  }

  /** A group that broke is left out from here on; the others go on. */
  fail(group, thrown) {
    this.leaveOut(group, "what was not measured before", String(thrown?.message ?? thrown).split("\n")[0]);
  }

  /** The page that all sides run in. */
  async page() {
    if (this.#page !== null) return this.#page;
    const { page } = await open(this.#browser, this.#server.origin);
    await page.goto(`${this.#server.origin}/bench/race.html`);
    this.#page = page;
    return page;
  }

  /** Closes all sides and the page: the next group starts clean. */
  async reset() {
    await this.#page?.context().close();
    this.#page = null;
    this.#open.clear();
  }

  /** Opens a side if it is not; answers what it says of itself. */
  async side(spec) {
    const page = await this.page();
    if (this.#open.has(spec.name)) return null;
    const about = await page.evaluate((spec) => window.sides.open(spec), spec);
    this.#open.add(spec.name);
    return about;
  }

  /** Lets a side do `work` `times` times; answers milliseconds per time. */
  async turn(spec, work, times = 1) {
    const page = await this.page();
    return page.evaluate(([name, work, times]) => window.sides.run(name, work, times), [spec.name, work, times]);
  }

  /**
   * Races `ours` against `theirs`, a list of sides, of which the fastest of each round counts. A side may have `work`
   * and `residues` of its own. Answers the result, or null if the case was left out.
   */
  async compete({ group, name, ours, theirs, work, residues }) {
    const sides = [ours, ...theirs].map((side) => ({ work, residues, ...side }));
    if (this.late()) return this.#out(group, name, "the time of the whole run was used up");
    const budget = this.settings.caseSeconds * 1000;
    const expected = sides.reduce((sum, { name, residues }) => sum + (this.#pace.get(name) ?? 0) * residues, 0);
    if (2 * expected > budget) return this.#out(group, name, `a warm-up and one round would take about ${Math.round((2 * expected) / 1000)} s`);
    const times = [];
    let warm = 0;
    for (const side of sides) {
      await this.side(side);
      // The first run also compiles; the second says how long a turn takes, where it is short enough to ask.
      const first = await this.#patient(this.turn(side, side.work), budget * PATIENCE_FACTOR, side);
      const second = first > budget / 8 ? first : await this.turn(side, side.work);
      this.#pace.set(side.name, second / side.residues);
      times.push(Math.max(1, Math.min(50, Math.round(TURN_MS / second))));
      warm += first + second;
    }
    const round = sides.reduce((sum, { name, residues }, i) => sum + this.#pace.get(name) * residues * times[i], 0);
    const rounds = Math.max(1, Math.min(this.settings.rounds, Math.floor((budget - warm) / round)));
    const turns = sides.map(() => []);
    for (let i = 0; i < rounds; i += 1) {
      for (const [at, side] of sides.entries()) turns[at].push(await this.turn(side, side.work, times[at]));
    }
    return this.add({ group, name, sides, turns });
  }

  /** Keeps the turns of a case: milliseconds per side and round. */
  add({ group, name, sides, turns }) {
    const [ours, ...theirs] = turns.map((list, at) => list.map((milliseconds) => milliseconds / sides[at].residues));
    const ratios = ours.map((own, i) => Math.min(...theirs.map((list) => list[i])) / own);
    const result = {
      group,
      name,
      rounds: ours.length,
      ratio: spread(ratios),
      sides: sides.map(({ label, name, residues }, i) => ({
        name: label ?? name,
        milliseconds: turns[i],
        residuesPerSecond: (residues * 1000) / spread(turns[i]).median,
      })),
    };
    console.log(`  ${name}: ${result.ratio.median.toFixed(2)} (${result.ratio.min.toFixed(2)} to ${result.ratio.max.toFixed(2)})`);
    this.results.push(result);
    return result;
  }

  /** Keeps something that is not a ratio, with the lines that say it. */
  note(group, name, figures, lines) {
    for (const line of lines) console.log(`  ${line}`);
    this.results.push({ group, name, figures, lines });
  }

  /** All results as text, one table per group. */
  tables() {
    const names = [...new Set(this.results.map(({ group }) => group))];
    return names.map((group) => {
      const of = this.results.filter((result) => result.group === group);
      const ratios = of.filter(({ ratio }) => ratio !== undefined);
      const lines = of.flatMap((result) => result.lines ?? []);
      return [group, ...(ratios.length > 0 ? [ratioTable(ratios)] : []), ...lines.map((line) => `  ${line}`)].join("\n");
    });
  }

  #out(group, name, reason) {
    this.leaveOut(group, name, reason);
    return null;
  }

  /** A turn that must end: a side that does not is closed with the page. */
  async #patient(turn, milliseconds, side) {
    let timer;
    const over = new Promise((_, fail) => {
      timer = setTimeout(() => fail(new Error(`${side.name} took longer than ${Math.round(milliseconds / 1000)} s and was given up`)), milliseconds);
    });
    try {
      return await Promise.race([turn, over]);
    } catch (thrown) {
      turn.catch(() => undefined);
      await this.reset();
      throw thrown;
    } finally {
      clearTimeout(timer);
    }
  }
}
