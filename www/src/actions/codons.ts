/** Resampled coding sequences as a file. */
import type { SampleOptions } from "../analysis/border";
import { engine } from "../engine";
import { save } from "./export";

/** Saves the sequences with other codons for the same proteins. */
export function saveSample(options: SampleOptions): Promise<void> {
  return save("codons", async () => {
    const { records } = await engine.call((worker) => worker.sampleCodons(options));
    const text = records.map(({ id, sequence }) => `>${id} codons=${options.how} seed=${options.seed}\n${sequence}\n`);
    return [text.join(""), `codons.${options.how}.seed${options.seed}.fasta`];
  });
}
