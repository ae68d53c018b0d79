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

/// Another coding sequence of the same protein.
///
/// Only synonyms are chosen from, so the residues cannot change under the same code. A start codon in the first place stays
/// as it is: GTG and TTG begin a protein with M, but inside it they are V and L. Stops stay too, unless
/// `stops` asks to draw them with the other codons. The last codon of a gene without its stop is drawn among those that
/// are no stop there (tables 27, 28 and 31 have codons that are both). `record` numbers the sequences of one sample: each has draws of its own.
#[must_use]
pub fn sample(cds: &Cds, code: &Code, sampling: Sampling, stops: bool, seed: u64, record: usize) -> Cds {
    let mut rng = Random::of_record(seed, record);
    let last = cds.codons().len().saturating_sub(1);
    let stays = |place: usize, codon: Codon, residue: char| {
        (place == 0 && code.is_start(codon)) || (residue == '*' && !stops)
    };
    // What is no stop inside may be one in the last place.
    let ends = |codon: Codon| code.last_residue(codon) == '*';
    let places = || cds.meanings(code).enumerate();
    let mut families: BTreeMap<char, Vec<Codon>> = BTreeMap::new();
    match sampling {
        Sampling::True => return cds.clone(),
        Sampling::Permuted => {
            for (place, (codon, residue)) in places() {
                if !stays(place, codon, residue) {
                    families.entry(residue).or_default().push(codon);
                }
            }
            families.values_mut().for_each(|family| rng.shuffle(family));
        }
        Sampling::Uniform => {
            for (_, residue) in cds.meanings(code) {
                families.entry(residue).or_insert_with(|| code.synonyms(residue));
            }
        }
    }
    // The last place chooses first, among the codons that mean its residue there.
    let last_codon = cds.meanings(code).last().and_then(|(codon, residue)| {
        if residue == '*' || stays(last, codon, residue) {
            return None;
        }
        let family = families.get_mut(&residue)?;
        let fit: Vec<usize> =
            (0..family.len()).filter(|&at| family.get(at).is_some_and(|&codon| !ends(codon))).collect();
        // Where all do, the codons are drawn in their order.
        if fit.len() == family.len() {
            return None;
        }
        let chosen = *rng.one(&fit)?;
        Some(if sampling == Sampling::Permuted { family.remove(chosen) } else { *family.get(chosen)? })
    });
    let choose = |(place, (codon, residue)): (usize, (Codon, char))| {
        if stays(place, codon, residue) {
            return codon;
        }
        if let Some(codon) = last_codon.filter(|_| place == last) {
            return codon;
        }
        let family = families.get_mut(&residue);
        let chosen = match sampling {
            Sampling::Permuted => family.and_then(Vec::pop),
            _ => family.and_then(|family| rng.one(family).copied()),
        };
        chosen.unwrap_or(codon)
    };
    Cds::of(places().map(choose).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn starts_and_stops_stay() {
        fn t(letters: &str, table: u8, first: &str, last: &str) {
            let (cds, code) = (Cds::parse(letters).unwrap(), Code::ncbi(table).unwrap());
            for (sampling, seed) in [(Sampling::Permuted, 1), (Sampling::Uniform, 2), (Sampling::Uniform, 3)]
            {
                for record in 0..20 {
                    let found = sample(&cds, &code, sampling, false, seed, record).letters();
                    assert!(found.starts_with(first) && found.ends_with(last), "{found}");
                }
            }
        }
        t("GTGGTTGTCGTAGTGTAG", 11, "GTG", "TAG");
        t("TTGCTTCTCTTACTGTGA", 11, "TTG", "TGA");
        // In the standard code GTG begins no protein: it is drawn like any V.
        let (cds, code) = (Cds::parse("GTGGTTGTCGTA").unwrap(), Code::standard());
        let firsts =
            (0..20).map(|record| sample(&cds, &code, Sampling::Uniform, false, 1, record).codons()[0]);
        assert!(firsts.collect::<std::collections::BTreeSet<_>>().len() > 1);
        // Stops are drawn if asked for.
        let cds = Cds::parse("ATGTAA").unwrap();
        let lasts = (0..20).map(|record| sample(&cds, &code, Sampling::Uniform, true, 1, record).codons()[1]);
        assert_eq!(lasts.collect::<std::collections::BTreeSet<_>>().len(), 3);
    }

    /// Five copies of one gene under ten seeds: every sample is a draw of its own. Two of 720 orders, or of 4⁶ choices,
    /// are rarely the same; with `seed + record`, record i of seed 43 was record i + 1 of seed 42.
    #[test]
    fn copies_and_seeds_are_independent() {
        let (cds, code) = (Cds::parse(&"GTTGTCGTAGTG".repeat(10)).unwrap(), Code::standard());
        for sampling in [Sampling::Permuted, Sampling::Uniform] {
            let mut all: Vec<String> = (42..52)
                .flat_map(|seed| (0..5).map(move |record| (seed, record)))
                .map(|(seed, record)| sample(&cds, &code, sampling, false, seed, record).letters())
                .collect();
            all.sort_unstable();
            all.dedup();
            assert_eq!(all.len(), 50, "{sampling:?}");
        }
    }
}
