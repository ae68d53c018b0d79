/**
 * `npm run calibration [data sets] [pairs of halves] [part of a name]`: size and coverage of the intervals and tests of a
 * probe on tables whose truth is known (`crate/core/examples/calibration.rs`), as the table of `docs/statistics.md`.
 */
import { main, run, step } from "./step.mjs";

main(import.meta.url, () =>
  step("calibration", () =>
    run("cargo", [
      "run", "--release", "--quiet", "-p", "crossgrain-core", "--example", "calibration", "--", ...process.argv.slice(2),
    ]),
  ),
);
