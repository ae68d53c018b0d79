/** Resampled coding sequences as a file. */
import { engine } from "../engine";
import type { SampleCodonsRequest } from "../protocol";
import { save } from "./export";

/** Saves the sequences with other codons for the same proteins. */
export function saveSample(request: Omit<SampleCodonsRequest, "sequences">): Promise<void> {
  return save("codons", async () => {
    const { records, seed } = await engine.ask("sampleCodons", request);
    const text = records.map(({ id, sequence }) => `>${id} codons=${request.how} seed=${seed}\n${sequence}\n`);
    return [text.join(""), `codons.${request.how}.seed${seed}.fasta`];
  });
}
