/** Starts the engine's wasm in this worker. */
import init, { type InitOutput } from "../wasm/engine/crossgrain_wasm.js";

/** An instance of the compiled module, its static constructors run once. */
export async function load(module: WebAssembly.Module): Promise<InitOutput> {
  const instance = await init({ module_or_path: module });
  (instance as unknown as { __wasm_call_ctors(): void }).__wasm_call_ctors();
  return instance;
}
