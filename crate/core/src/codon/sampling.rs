//! Other coding sequences of the same protein, as published: true, permuted, uniform.

use super::{Cds, Code, Codon};
use crate::random::Random;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How codons are chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Sampling {
    /// As they are.
    True,
    /// The codons of each amino acid are shuffled among its positions: counts stay.
    Permuted,
    /// Each residue draws uniformly from its synonyms.
    Uniform,
}

/// Another coding sequence of the same protein. Only synonyms are chosen from, so the protein cannot change under
/// the same code.
#[must_use]
pub fn sample(cds: &Cds, code: &Code, sampling: Sampling, seed: u64) -> Cds {
    let mut rng = Random::new(seed);
    let mut families: BTreeMap<char, Vec<Codon>> = BTreeMap::new();
    match sampling {
        Sampling::True => return cds.clone(),
        Sampling::Permuted => {
            for (codon, residue) in cds.meanings(code) {
                families.entry(residue).or_default().push(codon);
            }
            families.values_mut().for_each(|family| rng.shuffle(family));
        }
        Sampling::Uniform => {
            for (_, residue) in cds.meanings(code) {
                families.entry(residue).or_insert_with(|| code.synonyms(residue));
            }
        }
    }
    let choose = |(codon, residue): (Codon, char)| {
        let family = families.get_mut(&residue);
        let chosen = match sampling {
            Sampling::Permuted => family.and_then(Vec::pop),
            _ => family.and_then(|family| rng.one(family).copied()),
        };
        chosen.unwrap_or(codon)
    };
    Cds::of(cds.meanings(code).map(choose).collect())
}
