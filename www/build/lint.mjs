/** Format and lints. Any warning is a failure. */
import { everythingDocumented } from "./documented.mjs";
import { shapesDocumented } from "./shapes.mjs";
import { noFixedWaits } from "./waits.mjs";
import { run } from "./step.mjs";
import { noRetiredWords } from "./words.mjs";

const format = { "format (cargo fmt)": () => run("cargo", ["fmt", "--all", "--check"]) };
const clippy = (...args) => run("cargo", ["clippy", ...args, "--", "-D", "warnings"]);

/** Of all Rust code, also of the parts that exist only in wasm, by name. */
export const lints = {
  ...format,
  "lints (cargo clippy)": () => clippy("--workspace", "--all-targets"),
  "lints of the wasm code (cargo clippy)": () =>
    clippy("--target", "wasm32-unknown-unknown", "-p", "crossgrain-wasm", "-p", "crossgrain-plot"),
};

/** Of the Rust code that most changes touch; in one run of cargo, since each choice of packages has its own features. */
export const quickLints = {
  ...format,
  "lints of core, api and engine (cargo clippy)": () =>
    clippy("-p", "crossgrain-core", "-p", "crossgrain-api", "-p", "crossgrain-engine", "--all-targets"),
};

/** What is read, not compiled: a second or less each. */
export const checks = {
  "no fixed waits in tests": noFixedWaits,
  "retired words": noRetiredWords,
  "comments on the public types": everythingDocumented,
  "shapes of matrices, views and tensors": shapesDocumented,
};
