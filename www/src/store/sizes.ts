/** Files of a model that no browser can read: WebAssembly addresses 4 GiB of memory, and of a file. */
import { CrossgrainError } from "../error";
import { bytes } from "../format";

/** The end of what 32-bit addresses reach. */
const ADDRESSED_BYTES = 4 * 1024 ** 3;

/**
 * Refuses files that are whole but too large for a browser.
 *
 * Codes: `model.too_large_for_a_browser`.
 */
export function checkSizes(files: Record<string, Blob>): void {
  for (const [file, { size }] of Object.entries(files)) {
    if (size < ADDRESSED_BYTES) continue;
    throw new CrossgrainError({
      code: "model.too_large_for_a_browser",
      message: `${file} has ${bytes(size)}, and a browser tab can address 4 GiB`,
      where: { file },
      hint: "the file is not damaged: use the command line for this model, or quantize it there (crossgrain quantize) and open the smaller file here",
    });
  }
}
