/** What is raced, by the names that `--only` takes. */
import { cases } from "./cases.mjs";
import { fidelity } from "./fidelity.mjs";
import { load } from "./load.mjs";
import { memory } from "./memory.mjs";
import { mixed } from "./mixed.mjs";
import { workers } from "./workers.mjs";

/** Work of a group, given the race. */
export const groups = {
  "wasm-f32": (race) => cases(race, "wasm-f32"),
  "wasm-int8": (race) => cases(race, "wasm-int8"),
  webgpu: (race) => cases(race, "webgpu"),
  mixed,
  workers,
  load,
  memory,
  fidelity,
};
