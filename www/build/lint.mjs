/** Format and lints. Any warning is a failure. */
import { noFixedWaits } from "./waits.mjs";
import { run } from "./step.mjs";

const format = { "format (cargo fmt)": () => run("cargo", ["fmt", "--all", "--check"]) };
const clippy = (...args) => run("cargo", ["clippy", ...args, "--", "-D", "warnings"]);

/** Of all Rust code, also of the parts that exist only in wasm, by name. */
export const lints = {
  ...format,
  "lints (cargo clippy)": () => clippy("--workspace", "--all-targets"),
  "lints of the wasm code (cargo clippy)": () =>
    clippy("--target", "wasm32-unknown-unknown", "-p", "crossgrain-wasm", "-p", "crossgrain-plot"),
};

/** Of the Rust code that most changes touch. */
export const quickLints = {
  ...format,
  "lints of core and api (cargo clippy)": () => clippy("-p", "crossgrain-core", "-p", "crossgrain-api", "--all-targets"),
  "lints of the engine (cargo clippy)": () => clippy("-p", "crossgrain-engine", "--lib"),
};

/** What is read, not compiled: a second or less each. */
export const checks = {
  "no fixed waits in tests": noFixedWaits,
};
