/**
 * The SHA-256 of weights whose published hash is not recorded, as the hub first sent them: kept in this browser by the
 * model's id. Without such storage nothing is remembered.
 */

const KEY = "crossgrain-seen-weights";

/** Weights that were seen before. */
export interface Seen {
  sha256: string;
  /** The day on which they were first seen, as `2026-11-28`. */
  on: string;
}

/** The weights that the hub first sent for a model, or null. */
export function firstSeen(id: string): Seen | null {
  const seen: Partial<Seen> | null = all().get(id) ?? null;
  const { sha256, on } = seen ?? {};
  return typeof sha256 === "string" && typeof on === "string" ? { sha256, on } : null;
}

/** Remembers the weights of a model, unless some are remembered already. */
export function rememberSeen(id: string, sha256: string): void {
  const seen = all();
  if (seen.has(id)) return;
  seen.set(id, { sha256, on: new Date().toISOString().slice(0, 10) });
  try {
    localStorage.setItem(KEY, JSON.stringify([...seen]));
  } catch {
    // Private windows and some settings forbid it.
  }
}

function all(): Map<string, Seen> {
  try {
    const entries: unknown = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return new Map(Array.isArray(entries) ? (entries as [string, Seen][]) : []);
  } catch {
    return new Map();
  }
}
