/**
 * `npm run trials -- FOLDER`: the command line on files that went wrong for others. Each folder of FOLDER is one trial;
 * `trials.mjs` says what is run and what is right. One line per trial; the exit status is 1 unless all are right.
 *
 * The files are not part of this repository (`README.md`).
 */
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Failure, main } from "../../www/build/step.mjs";
import { command } from "../protocols/crossgrain.mjs";
import { Trial } from "./trial.mjs";
import { trials } from "./trials.mjs";

main(import.meta.url, async () => {
  const [given, only] = process.argv.slice(2);
  if (given === undefined || !existsSync(given)) throw new Failure("Say which folder holds the trials: npm run trials -- FOLDER [NUMBER]");
  const program = await command();
  const folders = readdirSync(given).filter((name) => trials[name.slice(0, 2)] && (only === undefined || name.startsWith(only)));
  let wrong = 0;
  for (const folder of folders.sort()) {
    const out = mkdtempSync(join(tmpdir(), "crossgrain-trial-"));
    let verdict;
    try {
      verdict = await trials[folder.slice(0, 2)](new Trial(program, resolve(given, folder), out));
    } catch (error) {
      wrong += 1;
      verdict = `WRONG: ${error.message.split("\n").slice(0, 12).join("\n    ")}`;
    } finally {
      rmSync(out, { recursive: true });
    }
    console.log(`${folder.padEnd(44)} ${verdict}`);
  }
  console.log(`${folders.length - wrong} passed, ${wrong} failed`);
  if (wrong > 0) process.exitCode = 1;
});
