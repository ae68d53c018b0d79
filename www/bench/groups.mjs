/** What is raced, by the names that `--only` takes. */
import { cases } from "./cases.mjs";

/** Work of a group, given the race. */
export const groups = {
  "wasm-f32": (race) => cases(race, "wasm-f32"),
  "wasm-int8": (race) => cases(race, "wasm-int8"),
  webgpu: (race) => cases(race, "webgpu"),
};
