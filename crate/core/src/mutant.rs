//! All single mutants of a sequence as records, with names such as `TEM1_A123V` or, for codons, `TEM1_A123V_GTT`.

use crate::amino_acids::AMINO_ACIDS;
use crate::codon::{Cds, Code, mutants};
use serde::Serialize;

/// A mutant as a sequence of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct MutantRecord {
    /// Name of the sequence, an underscore, and the change; positions are counted from 1.
    pub id: String,
    /// Letters of the mutant.
    pub sequence: String,
}

/// Every residue of a protein replaced by each of the other amino acids, in order of position and amino acid.
pub fn protein_mutants<'a>(id: &'a str, letters: &'a str) -> impl Iterator<Item = MutantRecord> + 'a {
    letters.char_indices().enumerate().flat_map(move |(index, (at, from))| {
        let (before, after) = letters.split_at_checked(at).unwrap_or_default();
        let after = after.get(from.len_utf8()..).unwrap_or_default();
        let others = AMINO_ACIDS.iter().map(|&letter| char::from(letter)).filter(move |&to| to != from);
        others.map(move |to| MutantRecord {
            id: format!("{id}_{from}{}{to}", index + 1),
            sequence: format!("{before}{to}{after}"),
        })
    })
}

/// Every missense change of one codon in at most `base_changes` letters. Synonymous changes and changes to or from
/// a stop are left out.
pub fn codon_mutants<'a>(
    id: &'a str,
    cds: &'a Cds,
    code: &'a Code,
    base_changes: usize,
) -> impl Iterator<Item = MutantRecord> + 'a {
    let missense = move |mutant: &crate::codon::Mutant| {
        let (from, to) = mutant.residues;
        mutant.base_changes <= base_changes && from != '*' && to != '*' && from != to
    };
    mutants(cds, code).filter(missense).map(move |mutant| {
        let (from, to) = mutant.residues;
        MutantRecord {
            id: format!("{id}_{from}{}{to}_{}", mutant.position, mutant.to.word()),
            sequence: mutant.apply(cds).letters(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mutants_of_a_protein() {
        let found: Vec<MutantRecord> = protein_mutants("p", "MX").collect();
        assert_eq!(found.len(), 19 + 20);
        let first = MutantRecord { id: "p_M1A".to_owned(), sequence: "AX".to_owned() };
        let last = MutantRecord { id: "p_X2Y".to_owned(), sequence: "MY".to_owned() };
        assert_eq!((found.first(), found.last()), (Some(&first), Some(&last)));
        assert_eq!(protein_mutants("p", "").count(), 0);
    }

    #[test]
    fn missense_changes_of_a_codon() {
        let (cds, code) = (Cds::parse("ATGTAA").unwrap(), Code::standard());
        let found: Vec<MutantRecord> = codon_mutants("g", &cds, &code, 1).collect();
        // Every single-letter change of ATG is missense; TAA is a stop.
        assert_eq!(found.len(), 9);
        let lysine = MutantRecord { id: "g_M1K_AAG".to_owned(), sequence: "AAGTAA".to_owned() };
        assert!(found.contains(&lysine), "{found:?}");
        assert!(codon_mutants("g", &cds, &code, 3).count() > 9);
    }
}
