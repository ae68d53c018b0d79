/** How weights are held in memory: the choice for models that are loaded. */
import { html } from "lit";
import { chooseWeights } from "../actions/model";
import { bytes } from "../format";
import type { Precision } from "../protocol";
import { store } from "../state";

const CHOICES: readonly [Precision, string][] = [
  ["f32", "32-bit floats"],
  ["f16", "16-bit floats"],
  ["int8", "8-bit integers"],
  ["int4", "4-bit integers, a preview"],
];

/** A field for it; `memory` are the bytes that the model takes at each. Unless told otherwise the model in use follows. */
export function weightsField(
  memory: Record<Precision, number> | null,
  disabled: boolean,
  choose: (weights: Precision) => void = (weights) => void chooseWeights(weights),
): unknown {
  return html`<label class="field"
    >Hold the weights in memory as
    <select
      data-testid="weights"
      ?disabled=${disabled}
      @change=${(event: Event) => choose(precisionOf(event))}
    >
      ${precisions(store.state.model.weights, memory)}
    </select></label
  >`;
}

/** Options of a field of precisions. */
export function precisions(chosen: Precision, memory: Record<Precision, number> | null = null): unknown {
  return CHOICES.map(
    ([choice, words]) =>
      html`<option value=${choice} .selected=${choice === chosen}>
        ${words}${memory === null ? "" : ` (${bytes(memory[choice])})`}
      </option>`,
  );
}

/** What a field of precisions was changed to. */
export function precisionOf(event: Event): Precision {
  return (event.target as HTMLSelectElement).value as Precision;
}
