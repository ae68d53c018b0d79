/**
 * Which kernels suited a graphics card the last time: kept so that they need not be tried out again. The engine writes
 * the text and is the only one to read it; a page without storage simply tries again.
 */
import type { DeviceReport, RememberedKernels } from "../session";

const KEY = "crossgrain.kernels";

/** What was kept, for whichever card it was. */
export function remembered(): RememberedKernels | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(KEY) ?? "null");
    if (typeof kept !== "object" || kept === null || !("adapter" in kept) || !("choice" in kept)) return undefined;
    const { adapter, choice } = kept;
    return typeof adapter === "string" && typeof choice === "string" ? { adapter, choice } : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps what suits this card. */
export function remember({ name, kernels, software }: DeviceReport): void {
  if (kernels === null || software) return;
  try {
    localStorage.setItem(KEY, JSON.stringify({ adapter: name, choice: kernels } satisfies RememberedKernels));
  } catch {
    // No storage: the next visit tries again.
  }
}
