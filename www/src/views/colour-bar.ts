/** The bar of a colour scale with its numbers. */
import { css, html, LitElement, nothing, svg } from "lit";
import { currentLooks } from "../colour/current";
import type { Tick } from "../colour/ramp";
import { plural } from "../format";
import { store } from "../state";
import { Watch } from "../watch";
import { controls } from "./controls";

/** Colours of the bar: more cannot be seen on its length. */
const SHOWN = 64;

/** `<cg-colour-bar>` */
export class ColourBar extends LitElement {
  readonly watch = new Watch(this, "map", "labels", "run", "groups", "colours", "composition", "theme");
  static override styles = [
    controls,
    css`
      svg {
        display: block;
        width: 100%;
        overflow: visible;
      }
      text {
        fill: var(--ink);
        font-size: 11px;
      }
      line {
        stroke: var(--quiet);
      }
    `,
  ];

  override render(): unknown {
    const { scale, column } = currentLooks(store.state);
    if (scale === null || column === null) return nothing;
    const { ramp, steps } = scale;
    const colours = Array.from({ length: SHOWN }, (_, at) => steps[Math.round((at / (SHOWN - 1)) * (steps.length - 1))] ?? "");
    const ticks = ramp.ticks.filter(({ at }, place, all) => place === 0 || at - (all[place - 1]?.at ?? 0) > 0.12);
    const words = `Colours from ${short(ramp.low)} to ${short(ramp.high)}`;
    return html`<div class="stack" data-testid="colour-bar">
      ${bar(colours, ticks, words)}
      ${ramp.withoutLog === 0
        ? nothing
        : html`<p class="small" data-testid="without-log">${plural(ramp.withoutLog, "value")} of 0 or less ${ramp.withoutLog === 1 ? "has" : "have"} no logarithm: grey.</p>`}
    </div>`;
  }
}
customElements.define("cg-colour-bar", ColourBar);

/** A number with as many digits as say something. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1e6 || size < 1e-3) ? value.toExponential(1) : Number(value.toPrecision(4)).toString();
  return text.replace("-", "−");
}

function bar(colours: readonly string[], ticks: readonly Tick[], words: string): unknown {
  const width = 100 / colours.length;
  return html`<svg height="36" role="img" aria-label=${words}>
    ${colours.map((colour, at) => svg`<rect x="${at * width}%" width="${at === colours.length - 1 ? width : width + 0.5}%" y="0" height="14" fill=${colour} />`)}
    ${ticks.map(
      ({ at, value }) => svg`<line x1="${at * 100}%" x2="${at * 100}%" y1="14" y2="19" />
        <text x="${at * 100}%" y="31" text-anchor=${at < 0.08 ? "start" : at > 0.92 ? "end" : "middle"}>${short(value)}</text>`,
    )}
  </svg>`;
}
