/** The real proteins of the bench: the browser tests' sample, 40 of each of seven species. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../build/step.mjs";

/** Their letters; with `every`, each so many-th of them. */
export function proteins(every = 1) {
  const text = readFileSync(join(root, "tests", "e2e", "data", "sample_280_protein.fasta"), "utf8");
  const all = text.split(/^>.*$/m).map((part) => part.replace(/\s+/g, "")).filter((letters) => letters.length > 0);
  return all.filter((_, i) => i % every === 0);
}
