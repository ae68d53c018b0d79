/**
 * `node tests/protocols/run.mjs [options]`: the protocols of both papers on real labels, through the command line.
 *
 *     --only species,melting-point,product-class,halogenation,secondary-structure,neighbourhoods
 *     --rows N      sequences, clusters or mutants of each set at most, spread evenly (600); 0 takes all
 *     --chains N    proteins of the secondary structure (40)
 *     --seeds N     cross-validations of each table (1; the papers have 10)
 *     --as-published  intervals and comparisons with fitted models held fixed, as in the papers
 *     --draws N     bootstrap draws of these (10000)
 *
 * CROSSGRAIN_DATA names the folder with the data, which may not be bundled; a set that is missing is a failure before
 * anything is computed. CROSSGRAIN names a command that is built already.
 */
import { parseArgs } from "node:util";
import { Failure, main, step } from "../../www/build/step.mjs";
import { halogenation, productClass } from "./clusters.mjs";
import { Bench, command, print } from "./crossgrain.mjs";
import { DATA, present } from "./data.mjs";
import { neighbourhoods, secondaryStructure } from "./residues.mjs";
import { meltingPoint, species } from "./sequences.mjs";

/** Each protocol with the file that it cannot do without. */
const PROTOCOLS = {
  species: [species, "cds_species/cds_species.tsv.gz", "rows"],
  "melting-point": [meltingPoint, "meltome_cds/meltome_cds_pairs.tsv.gz", "rows"],
  "product-class": [productClass, "mibig_bgc/bgc_pfam_ordered_ccbync.tsv.gz", "rows"],
  halogenation: [halogenation, "mibig_bgc/halogen_pf04820.tsv", "rows"],
  "secondary-structure": [secondaryStructure, "secondary_structure/flip_sampled_subset.tsv.gz", "chains"],
  neighbourhoods: [neighbourhoods, "tem1_codon/tem1_codon_fitness.tsv.gz", "rows"],
};

const OPTIONS = {
  only: { type: "string", default: Object.keys(PROTOCOLS).join(",") },
  rows: { type: "string", default: "600" },
  chains: { type: "string", default: "40" },
  seeds: { type: "string", default: "1" },
  "as-published": { type: "boolean", default: false },
  draws: { type: "string", default: "10000" },
};

const NOTES = `These are demonstrations of the protocols with whatever embedding is given: composition features and small
demonstration models. They say nothing about the published models. Permuted: the mean score of the first table's model
on permuted labels, with the p of the score; of neighbourhoods, what neighbours drawn at random would give. Constant:
always the mean or the shares of the training rows. p vs first compares with the first table of the group, corrected
(Holm) for the comparisons of one call. bigcarp-demo has seen the product classes of
all folds but fold 0, so its score is its own only where fold 0 is tested. Leaving one out shifts the classes of the
training rows against the one left out: an AUROC below 0.5 there means no signal, not a reversed one.`;

main(import.meta.url, async () => {
  const { values } = parseArgs({ options: OPTIONS });
  const count = (name) => {
    if (!/^\d+$/.test(values[name])) throw new Failure(`--${name} takes a whole number.`);
    return Number(values[name]) || Infinity;
  };
  const asked = values.only.split(",");
  const unknown = asked.find((name) => !(name in PROTOCOLS));
  if (unknown !== undefined) throw new Failure(`There is no protocol '${unknown}'; there are ${Object.keys(PROTOCOLS).join(", ")}.`);
  if (!process.env.CROSSGRAIN_DATA) throw new Failure("Set CROSSGRAIN_DATA to the folder with the data (tests/protocols/README.md).");
  const missing = asked.filter((name) => !present(PROTOCOLS[name][1]));
  if (missing.length > 0) {
    const files = missing.map((name) => `${DATA}/${PROTOCOLS[name][1]} (${name})`);
    throw new Failure(`Not there: ${files.join(", ")}. Choose protocols with --only.`);
  }
  const seeds = Array.from({ length: Math.min(count("seeds"), 100) }, (_, i) => 42 + i);
  const [program, lines] = [await command(), []];
  for (const name of asked) {
    const bench = new Bench(program, { seeds, draws: count("draws"), asPublished: values["as-published"] });
    const [protocol, , size] = PROTOCOLS[name];
    try {
      await step(name, () => protocol(bench, count(size)));
    } finally {
      bench.close();
    }
    lines.push(...bench.rows);
  }
  console.log();
  print(lines);
  console.log(`\n${NOTES}`);
});
