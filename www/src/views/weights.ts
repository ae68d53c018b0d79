/** How weights are held in memory: the choice for the next model that is loaded. */
import { html } from "lit";
import { bytes } from "../format";
import type { WeightsChoice } from "../session";
import { store } from "../state";

const CHOICES: [WeightsChoice, string][] = [
  ["f32", "32-bit floats"],
  ["f16", "16-bit floats"],
  ["int8", "8-bit integers"],
  ["int4", "4-bit integers, a preview"],
];

/** A field for it; `memory` are the bytes that the model takes at each. */
export function weightsField(memory: Record<WeightsChoice, number> | null, disabled: boolean): unknown {
  return html`<label class="field"
    >Hold the weights in memory as
    <select
      data-testid="weights"
      ?disabled=${disabled}
      @change=${(event: Event) =>
        store.patch("model", { weights: (event.target as HTMLSelectElement).value as WeightsChoice })}
    >
      ${CHOICES.map(
        ([choice, words]) =>
          html`<option value=${choice} .selected=${choice === store.state.model.weights}>
            ${words}${memory === null ? "" : ` (${bytes(memory[choice])})`}
          </option>`,
      )}
    </select></label
  >`;
}
