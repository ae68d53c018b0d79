/**
 * Colours of numbers: five scales whose steps look equally large. Viridis, inferno, plasma and magma are van der Walt
 * and Smith's (matplotlib 2015), cividis is that of Nuñez, Anderton and Renslow 2018, made for colour-blind readers; the
 * numbers come from d3-scale-chromatic.
 */
import { interpolateCividis, interpolateInferno, interpolateMagma, interpolatePlasma, interpolateViridis } from "d3-scale-chromatic";

/** Names of the scales. */
export type Scale = "viridis" | "cividis" | "inferno" | "plasma" | "magma";

/** The scales, the default first. */
export const SCALES: readonly { id: Scale; name: string }[] = [
  { id: "viridis", name: "Viridis" },
  { id: "cividis", name: "Cividis" },
  { id: "inferno", name: "Inferno" },
  { id: "plasma", name: "Plasma" },
  { id: "magma", name: "Magma" },
];

/** Colours that a scale is divided into. */
export const STEPS = 256;

const INTERPOLATE: Record<Scale, (share: number) => string> = {
  viridis: interpolateViridis,
  cividis: interpolateCividis,
  inferno: interpolateInferno,
  plasma: interpolatePlasma,
  magma: interpolateMagma,
};
const made = new Map<string, readonly string[]>();

/** The colours of a scale from low to high, as `#rrggbb`. */
export function stepsOf(scale: Scale, reversed: boolean): readonly string[] {
  const key = `${scale} ${reversed}`;
  const known = made.get(key);
  if (known !== undefined) return known;
  const steps = Array.from({ length: STEPS }, (_, at) => hex(INTERPOLATE[scale](at / (STEPS - 1))));
  if (reversed) steps.reverse();
  made.set(key, steps);
  return steps;
}

/** `rgb(1, 2, 3)` or `#rrggbb` as `#rrggbb`. */
function hex(css: string): string {
  const parts = css.match(/^rgb\((\d+), (\d+), (\d+)\)$/);
  if (parts === null) return css;
  return `#${parts.slice(1).map((part) => Number(part).toString(16).padStart(2, "0")).join("")}`;
}
