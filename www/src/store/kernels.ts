/**
 * The kernels that were fastest on a graphics card the last time, kept so that they need not be timed again. The engine
 * writes the text and is the only one to read it; a page without storage simply times them again.
 */
import type { DeviceReport, Kernels } from "../protocol";

const KEY = "crossgrain.kernels";

/** The kept kernels, with the card that they were timed on. */
export function remembered(): Kernels | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null || !("adapter" in kept) || !("choice" in kept)) return undefined;
    const { adapter, choice } = kept;
    return typeof adapter === "string" && typeof choice === "string" ? { adapter, choice } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the kernels of this card. */
export function remember({ name, kernels, software }: DeviceReport): void {
  if (kernels === null || software) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ adapter: name, choice: kernels } satisfies Kernels));
  } catch {
    // No storage: the next visit times them again.
  }
}
