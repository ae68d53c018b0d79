/** The precision of weights in memory. */
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

/** A field for the precision; `memory` holds the bytes of the model at each. By default a choice reloads the model in use. */
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

/** The options of such a field. */
export function precisions(chosen: Precision, memory: Record<Precision, number> | null = null): unknown {
  return CHOICES.map(
    ([choice, words]) =>
      html`<option value=${choice} .selected=${choice === chosen}>
        ${words}${memory === null ? "" : ` (${bytes(memory[choice])})`}
      </option>`,
  );
}

/** The precision that was chosen in such a field. */
export function precisionOf(event: Event): Precision {
  return (event.target as HTMLSelectElement).value as Precision;
}
