/** The marks of the map as small pictures, for the legend. */
import { html, svg } from "lit";
import type { Shape } from "../map/stamps";

/** The same mark as on the map, in a 14 × 14 box. */
export function mark(shape: Shape, colour: string): unknown {
  const shapes: Record<Shape, unknown> = {
    circle: svg`<circle cx="7" cy="7" r="4.5" fill=${colour} />`,
    square: svg`<rect x="3" y="3" width="8" height="8" fill=${colour} />`,
    triangle: svg`<path d="M7 1.5 13 11.5H1Z" fill=${colour} />`,
    diamond: svg`<path d="M7 1 13 7 7 13 1 7Z" fill=${colour} />`,
    cross: svg`<path d="M3 3 11 11M11 3 3 11" stroke=${colour} stroke-width="2.2" />`,
    ring: svg`<circle cx="7" cy="7" r="4" fill="none" stroke=${colour} stroke-width="2.2" />`,
  };
  return html`<svg viewBox="0 0 14 14" aria-hidden="true">${shapes[shape]}</svg>`;
}
