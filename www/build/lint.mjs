/** Format and lints of all Rust code, also of the parts that exist only in wasm. Any warning is a failure. */
import { run } from "./step.mjs";

/** The steps by name. */
export const lints = {
  "format (cargo fmt)": () => run("cargo", ["fmt", "--all", "--check"]),
  "lints (cargo clippy)": () => run("cargo", ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
  "lints of the wasm code (cargo clippy)": () =>
    run("cargo", ["clippy", "--target", "wasm32-unknown-unknown", "-p", "crossgrain-wasm", "-p", "crossgrain-plot", "--", "-D", "warnings"]),
};
