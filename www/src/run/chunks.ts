/**
 * Chunks of a run: what one worker computes in one call, and what is computed again if that worker is lost. On one
 * device they are always the same for the same sequences, so that a run that was interrupted gives the same bits as
 * one that was not: a GPU computes several sequences of a chunk together, and the kernel it takes depends on how many.
 */
import type { DeviceReport } from "../protocol";

/** Records that one worker embeds in one call, with the number of their residues. */
export interface Chunk {
  records: Uint32Array;
  residues: number;
}

/** A CPU computes one sequence after another: small chunks cost nothing but messages. */
const RESIDUES_CPU = 2048;
/** A GPU computes 8,192 tokens together, one in software 1,024: the last batch of a chunk is rarely full. */
const RESIDUES_GPU = 8 * 8192;
const RESIDUES_SOFTWARE = 8 * 1024;
/** Fewest residues of a chunk where several workers end together. */
const RESIDUES_MIN = 256;
/** About the most chunks of a run. */
const CHUNKS_MAX = 512;

/** Residues of a chunk on this device, in a run of `total` residues. */
export function chunkResidues({ kind, software }: Pick<DeviceReport, "kind" | "software">, total: number): number {
  const least = kind === "cpu" ? RESIDUES_CPU : software ? RESIDUES_SOFTWARE : RESIDUES_GPU;
  return Math.max(least, Math.ceil(total / CHUNKS_MAX));
}

/** Residues of all chunks. */
export function residuesOf(chunks: readonly Chunk[]): number {
  return chunks.reduce((sum, { residues }) => sum + residues, 0);
}

/** Small chunks put together, in their order, to chunks of about `size` residues; of fewer towards the end for several workers. */
export function together(small: readonly Chunk[], size: number, workers: number): Chunk[] {
  const groups: Chunk[][] = [];
  let left = residuesOf(small);
  let room = 0;
  for (const chunk of small) {
    if (room <= 0) {
      groups.push([]);
      room = workers > 1 ? Math.min(size, Math.max(RESIDUES_MIN, left / (2 * workers))) : size;
    }
    groups.at(-1)?.push(chunk);
    room -= chunk.residues;
    left -= chunk.residues;
  }
  return groups.map((group) => ({ records: joined(group), residues: residuesOf(group) }));
}

/** A chunk in two halves, for a device that has too little memory for all of it. */
export function halves({ records, residues }: Chunk): Chunk[] {
  const middle = Math.ceil(records.length / 2);
  const share = Math.ceil((residues * middle) / records.length);
  return [
    { records: records.slice(0, middle), residues: share },
    { records: records.slice(middle), residues: residues - share },
  ];
}

function joined(chunks: readonly Chunk[]): Uint32Array {
  const all = new Uint32Array(chunks.reduce((sum, { records }) => sum + records.length, 0));
  let at = 0;
  for (const { records } of chunks) {
    all.set(records, at);
    at += records.length;
  }
  return all;
}
