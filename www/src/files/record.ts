/**
 * The record beside saved vectors: `NAME.json` says how the rows of NAME were made, and quotes the SHA-256 of that file,
 * because .npy and .csv have no place for it. `crossgrain embed` writes the same.
 */
import type { RunRecord } from "../analysis/state";

/** Largest file whose bytes are compared with a record. */
const MOST_BYTES = 2 ** 30;

/** A record with the file that it is about. */
export interface Beside {
  record: RunRecord;
  sha256: string;
}

/** The start of a record of this program, before it is parsed. */
export function looksLikeRecord(start: string): boolean {
  return /^\s*\{/.test(start) && /"tool"\s*:\s*"crossgrain"/.test(start);
}

/** A record from a file; null if it is none, or is not about a file. */
export function parseRecord(text: string): Beside | null {
  try {
    const value = JSON.parse(text) as { tool?: unknown; file?: { sha256?: unknown } } | null;
    const sha256 = value?.file?.sha256;
    if (value?.tool !== "crossgrain" || typeof sha256 !== "string") return null;
    return { record: { ...value }, sha256 };
  } catch {
    return null;
  }
}

/** The record of these rows among others, by their bytes. */
export async function recordOf(file: Blob, records: readonly Beside[]): Promise<Beside | null> {
  if (records.length === 0 || file.size > MOST_BYTES) return null;
  const own = await sha256(await file.arrayBuffer());
  return records.find((one) => one.sha256 === own) ?? null;
}

/** What is saved beside a file of rows of one layer, as text; null where it is not known how they were made. */
export async function textBeside(name: string, rows: BufferSource, methods: RunRecord | null, layer: number): Promise<string | null> {
  if (methods === null) return null;
  // The same rows give the same record, however long they took.
  const { seconds: _, ...fields } = { ...methods } as Record<string, unknown>;
  const layers = "layers" in fields ? { layers: [layer] } : {};
  return `${JSON.stringify({ ...fields, ...layers, file: { name, sha256: await sha256(rows) } }, null, 2)}\n`;
}

async function sha256(bytes: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
