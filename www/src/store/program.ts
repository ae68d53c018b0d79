/**
 * The engine's program — worker script and compiled wasm — fetched once and kept. A replacement worker then starts from
 * memory: at once, with code the browser has already optimised, and with the network switched off.
 */
import { CrossgrainError } from "../error";
import wasmAddress from "../wasm/engine/crossgrain_wasm_bg.wasm?url";
import workerAddress from "../worker/engine.worker.ts?worker&url";

/** What a compute worker is started from. */
export interface Program {
  /** A module script without relative imports, so that it also runs from a `blob:` address. */
  script: string;
  module: WebAssembly.Module;
}

/** Which build of the engine this is: part of the file's name, since that is its content's hash. */
export const ENGINE_BUILD = /-([\w-]+)\.wasm/.exec(wasmAddress)?.[1] ?? "development";

let kept: Promise<Program> | null = null;

/**
 * The program.
 *
 * Codes: `engine.program_missing`.
 */
export function engineProgram(): Promise<Program> {
  kept ??= load().catch((thrown: unknown) => {
    kept = null;
    throw thrown;
  });
  return kept;
}

async function load(): Promise<Program> {
  const [script, module] = await Promise.all([loadScript(), loadModule()]);
  return { script, module };
}

async function loadScript(): Promise<string> {
  // The development server serves many small modules that import each other by address.
  if (import.meta.env.DEV) return `import ${JSON.stringify(absolute(workerAddress).href)};`;
  return (await part(workerAddress)).text();
}

async function loadModule(): Promise<WebAssembly.Module> {
  const response = await part(wasmAddress);
  // Streaming compilation needs the right content type, which not every static host sends.
  if (response.headers.get("Content-Type")?.startsWith("application/wasm"))
    return WebAssembly.compileStreaming(response);
  return WebAssembly.compile(await response.arrayBuffer());
}

async function part(address: string): Promise<Response> {
  const url = absolute(address);
  let reason: string;
  try {
    const response = await fetch(url);
    if (response.ok && !response.headers.get("Content-Type")?.startsWith("text/html")) return response;
    reason = `status ${response.status}`;
  } catch (thrown) {
    reason = thrown instanceof Error ? thrown.message : "network error";
  }
  throw new CrossgrainError({
    code: "engine.program_missing",
    message: `a part of the engine could not be loaded: ${url.pathname.split("/").at(-1)} (${reason})`,
    hint: "reload the page; if it happens again, the site was not copied completely",
  });
}

function absolute(address: string): URL {
  return new URL(address, import.meta.url);
}
