/**
 * Steps that are counted: a failed one does not hide the others. The last lines give each step's time and how many
 * tests passed, failed and were ignored; a step that failed without counting tests counts as one failure.
 */
import { Failure, seconds, step } from "./step.mjs";

/** Counts and times of the steps so far. */
export class Tally {
  #start = performance.now();
  #times = [];
  #total = { passed: 0, failed: 0, ignored: 0 };

  /** Runs a step, keeps its time and counts; answers whether it went well. */
  async part(name, work) {
    const start = performance.now();
    const counts = await step(name, work).catch((error) => {
      console.error(error instanceof Failure ? error.message : error);
      return { failed: 1 };
    });
    for (const kind of Object.keys(this.#total)) this.#total[kind] += counts?.[kind] ?? 0;
    this.#times.push([name, seconds(start)]);
    return (counts?.failed ?? 0) === 0;
  }

  /** Prints times and counts, and makes the process end with 1 after a failure. */
  end() {
    console.log("");
    for (const [name, time] of [...this.#times, ["all", seconds(this.#start)]]) console.log(`${time.padStart(12)}  ${name}`);
    const { passed, failed, ignored } = this.#total;
    if (ignored > 0) console.log(`\n${ignored} tests were ignored: they need data that may not be bundled (CONTRIBUTING.md, "Data").`);
    console.log(`\n${passed} passed, ${failed} failed`);
    if (failed > 0) process.exitCode = 1;
  }
}
