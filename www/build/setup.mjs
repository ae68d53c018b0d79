/**
 * Makes a fresh machine ready: checks Node and Rust, then fetches what is missing and only that: the wasm target, the
 * wasm-bindgen program of exactly the version in Cargo.lock, and the npm packages of package-lock.json.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure, answer, main, node, root, run, step } from "./step.mjs";

const TARGET = "wasm32-unknown-unknown";
const suffix = process.platform === "win32" ? ".exe" : "";

/** Everything that every other script needs. With `lint`, rustfmt and clippy too; without `wasm`, nothing to build it. */
export async function setup({ lint = false, wasm = true } = {}) {
  checkNode();
  checkRust();
  if (lint) await addLinters();
  if (wasm) await addTarget();
  await installPackages();
  if (wasm) await installBindgen();
}

/** Path of the wasm-bindgen program that fits Cargo.lock; `setup` must have run. */
export function bindgen() {
  const wanted = bindgenVersion();
  const own = join(root, "target", "tools", "bin", `wasm-bindgen${suffix}`);
  return [own, "wasm-bindgen"].find((program) => answer(program, ["--version"]) === `wasm-bindgen ${wanted}`) ?? null;
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19)) return;
  throw new Failure(`Node ${process.versions.node} is too old for Vite: install Node 20.19, 22.12 or newer (https://nodejs.org).`);
}

function checkRust() {
  const version = answer("rustc", ["--version"])?.match(/^rustc (\d+)\.(\d+)/);
  if (!version || answer("cargo", ["--version"]) === null) {
    throw new Failure("Rust is missing: install it from https://rustup.rs and open a new terminal.");
  }
  const wanted = readFileSync(join(root, "Cargo.toml"), "utf8").match(/^rust-version = "(\d+)\.(\d+)/m);
  const [have, need] = [version, wanted].map(([, major, minor]) => Number(major) * 1000 + Number(minor));
  if (have < need) throw new Failure(`${version[0]} is too old: run \`rustup update stable\` (needs ${wanted[1]}.${wanted[2]}).`);
  if (process.platform !== "win32" && answer("cc", ["--version"]) === null) {
    throw new Failure("A C compiler is missing, which Rust links with: install gcc or clang (Debian: apt-get install gcc libc6-dev).");
  }
}

async function addLinters() {
  const missing = ["fmt", "clippy"].filter((name) => answer("cargo", [name, "--version"]) === null);
  if (missing.length === 0) return;
  const components = missing.map((name) => (name === "fmt" ? "rustfmt" : name));
  await fetched(`add ${components.join(" and ")}`, "rustup", ["component", "add", ...components]);
}

async function addTarget() {
  const library = answer("rustc", ["--print", "target-libdir", "--target", TARGET]);
  if (library !== null && existsSync(library)) return;
  await fetched(`add the Rust target ${TARGET}`, "rustup", ["target", "add", TARGET]);
}

/** A step of rustup, with what to do when it fails. */
async function fetched(name, program, args) {
  await step(name, () => run(program, args)).catch(() => {
    throw new Failure(`Could not ${name}: check the network and run \`${program} ${args.join(" ")}\` by hand; a Rust without rustup gets it from its package manager.`);
  });
}

async function installPackages() {
  const [installed, lock] = ["node_modules/.package-lock.json", "package-lock.json"].map((file) => join(root, file));
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
  await step("npm packages", () => {
    const npm = process.env.npm_execpath;
    return npm ? node([npm, ...args]) : run("npm", args);
  });
}

async function installBindgen() {
  if (bindgen() !== null) return;
  const version = bindgenVersion();
  // No TLS library: it serves only the test runner's downloads, which we do not use, and needs a C toolchain.
  const args = ["install", "wasm-bindgen-cli", "--version", `=${version}`, "--bin", "wasm-bindgen", "--no-default-features", "--force"];
  const place = ["--root", join("target", "tools")];
  await step(`wasm-bindgen ${version} (about 3 minutes on two cores)`, async () => {
    await run("cargo", [...args, "--locked", ...place]).catch(() => {
      console.log("The versions it was released with are not all to be had here; trying with the newest that fit.");
      return run("cargo", [...args, ...place]);
    });
  });
  if (bindgen() === null) throw new Failure(`wasm-bindgen ${version} was installed but does not run.`);
}

function bindgenVersion() {
  const version = readFileSync(join(root, "Cargo.lock"), "utf8").match(/name = "wasm-bindgen"\r?\nversion = "([^"]+)"/)?.[1];
  if (version === undefined) throw new Failure("Cargo.lock names no wasm-bindgen: is this a complete checkout?");
  return version;
}

main(import.meta.url, () => setup());
