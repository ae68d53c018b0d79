/** The beginning of a file as text, unpacked if it is gzip. Enough to distinguish a table from a FASTA file; nothing is parsed here. */

/** Bytes that are looked at. */
const PEEK_BYTES = 64 * 1024;

/** The first characters of a file. A gzip file that cannot be unpacked gives none. */
export async function peek(file: Blob): Promise<string> {
  const start = file.slice(0, PEEK_BYTES);
  return new TextDecoder().decode((await isGzip(file)) ? await unpacked(start) : await start.arrayBuffer());
}

/** Whether a file begins as gzip does. */
export async function isGzip(file: Blob): Promise<boolean> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0x1f && second === 0x8b;
}

/** What can be unpacked of a cut gzip file. */
async function unpacked(start: Blob): Promise<Uint8Array> {
  const reader = start.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const found = new Uint8Array(PEEK_BYTES);
  let length = 0;
  try {
    while (length < PEEK_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      found.set(value.subarray(0, PEEK_BYTES - length), length);
      length += Math.min(value.byteLength, PEEK_BYTES - length);
    }
  } catch {
    // The file was cut in the middle of a block.
  }
  void reader.cancel().catch(() => undefined);
  return found.subarray(0, length);
}
