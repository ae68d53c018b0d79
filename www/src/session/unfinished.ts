/**
 * A run that has not ended: what it computes, and its finished rows in sealed batches. A batch is
 *
 *     seal [32 bytes]   SHA-256 of everything after it
 *     head length [4]   little-endian
 *     head              JSON: the parts without their numbers
 *     numbers           little-endian f32, part after part
 *
 * so that a batch that is not whole is not read, and costs its own rows only.
 */
import type { FinishedPart, FinishedRows } from "../run/finished-rows";
import type { KindChoice } from "../protocol";
import type { ChosenOptions } from "../run/chosen";
import { parse, stringify } from "./codec";

/** What a run computes; two runs with the same key and the same sequences have the same rows. */
export interface RunKey {
  /** Name of the sequences. */
  sequences: string;
  reading: { kind: KindChoice; code: number | null; translated: boolean };
  model: { name: string; weightsSha256: string; precision: string };
  options: ChosenOptions;
}

/** A run that has not ended. */
export interface UnfinishedRun {
  readonly id: number;
  readonly key: RunKey;
  /** Hash of the sequences' files. */
  readonly digest: Promise<string>;
  readonly rows: FinishedRows;
  /** Distinct sequences with their rows, and all of them. */
  readonly finished: number;
  readonly total: number;
}

/** What is written once of a run: its key, its number of sequences, and the hash of its files. */
export interface UnfinishedHead {
  key: RunKey;
  total: number;
  digest: string;
}

const VERSION = 1;
const SEAL_BYTES = 32;
const LENGTH_BYTES = 4;
/** Bytes that are hashed at a time. */
const PIECE_BYTES = 4 * 1024 * 1024;

type Head = FinishedPart["rows"]["head"];

/** The head of a run as text. */
export function encodeHead(head: UnfinishedHead): string {
  return stringify({ version: VERSION, ...head });
}

/** The head again; null if it is of another version or damaged. */
export function decodeHead(text: string): UnfinishedHead | null {
  const found = parse(text) as ({ version?: number } & UnfinishedHead) | null;
  return found?.version === VERSION ? { key: found.key, total: found.total, digest: found.digest } : null;
}

/** Parts as one sealed batch. */
export async function seal(parts: readonly FinishedPart[]): Promise<Blob> {
  const heads = parts.map(({ rows, by }) => ({ by, head: rows.head, bytes: rows.numbers.size }));
  const head = new TextEncoder().encode(stringify({ version: VERSION, parts: heads }));
  const length = new DataView(new ArrayBuffer(LENGTH_BYTES));
  length.setUint32(0, head.byteLength, true);
  const content = new Blob([length, head, ...parts.map(({ rows }) => rows.numbers)]);
  return new Blob([await sha256(await content.arrayBuffer()), content]);
}

/** The parts of a batch; null if its seal is broken. */
export async function unseal(batch: Blob): Promise<FinishedPart[] | null> {
  const bytes = await batch.arrayBuffer();
  if (bytes.byteLength < SEAL_BYTES + LENGTH_BYTES) return null;
  const found = new Uint8Array(await sha256(bytes.slice(SEAL_BYTES)));
  if (new Uint8Array(bytes, 0, SEAL_BYTES).some((byte, at) => byte !== found[at])) return null;
  const length = new DataView(bytes).getUint32(SEAL_BYTES, true);
  let at = SEAL_BYTES + LENGTH_BYTES + length;
  const head = parse(new TextDecoder().decode(bytes.slice(SEAL_BYTES + LENGTH_BYTES, at))) as {
    version?: number;
    parts: { by: string; head: Head; bytes: number }[];
  } | null;
  if (head?.version !== VERSION) return null;
  return head.parts.map(({ by, head, bytes: size }) => {
    const numbers = new Blob([bytes.slice(at, at + size)]);
    at += size;
    return { by, rows: { head, numbers } };
  });
}

/** A hash of files in their order, read piece by piece. Without a secure connection there is none. */
export async function digestOf(files: readonly Blob[], otherwise: string): Promise<string> {
  if ((globalThis.crypto?.subtle as SubtleCrypto | undefined) === undefined) return otherwise;
  const hashes: ArrayBuffer[] = [];
  for (const file of files) {
    for (let at = 0; at < file.size; at += PIECE_BYTES) hashes.push(await sha256(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
    hashes.push(new ArrayBuffer(1));
  }
  const hash = new Uint8Array(await sha256(await new Blob(hashes).arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sha256(bytes: ArrayBuffer): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", bytes);
}
