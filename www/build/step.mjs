/**
 * What every build script is made of: a child process whose output is seen as it comes, and a timed step around it.
 * Only Node's own modules: these scripts run before any npm package is there.
 */
import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");

/** A failure that is explained in one line; everything else shows its stack. */
export class Failure extends Error {}

/**
 * Runs a program in the project's folder and shows its output as it comes. `onLine` also gets each line of its
 * standard output, without colours.
 */
export function run(program, args, { env = {}, onLine } = {}) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", onLine ? "pipe" : "inherit", "inherit"],
    });
    let rest = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      process.stdout.write(text);
      const lines = (rest + text).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(plain(line));
    });
    child.on("error", (error) => fail(new Failure(`${program} could not be started: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (rest) onLine(plain(rest));
      // Ctrl+C reaches the child too and is how a server is meant to end.
      if (code === 0 || signal === "SIGINT") done();
      else fail(new Failure(`${program} ${args.slice(0, 4).join(" ")} ended with ${signal ?? `code ${code}`}`));
    });
  });
}

/** Runs a JavaScript file with this Node. */
export function node(args, options) {
  return run(process.execPath, args, options);
}

/** What a program prints, or null when it cannot be run or fails. */
export function answer(program, args) {
  const result = spawnSync(program, args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return result.status === 0 ? result.stdout.trim() : null;
}

/** Runs one step and prints its name before and its time after it. Work may answer how many tests `failed`. */
export async function step(name, work) {
  const start = performance.now();
  console.log(`\n▶ ${name}`);
  try {
    const result = await work();
    console.log(`${result?.failed > 0 ? "✖" : "✔"} ${name}: ${seconds(start)}`);
    return result;
  } catch (error) {
    console.log(`✖ ${name}: ${seconds(start)}`);
    throw error;
  }
}

/** The time since `start`, for people. */
export function seconds(start) {
  const passed = (performance.now() - start) / 1000;
  return passed < 90 ? `${passed.toFixed(1)} s` : `${Math.floor(passed / 60)} min ${Math.round(passed % 60)} s`;
}

/** Runs a script's main function when the file itself was started; ends the process with 1 after a failure. */
export function main(url, work) {
  // Node resolves links in the address of a module but not in its own argument.
  if (process.argv[1] === undefined || realpathSync(process.argv[1]) !== realpathSync(fileURLToPath(url))) return;
  work().catch((error) => {
    console.error(`\n${error instanceof Failure ? error.message : (error?.stack ?? error)}`);
    process.exitCode = 1;
  });
}

function plain(line) {
  return line.replace(/\u001b\[[0-9;]*m/g, "");
}
