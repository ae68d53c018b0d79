//! All single mutants of a protein.

use crate::amino_acids::AMINO_ACIDS;

/// A protein with one residue replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProteinMutant {
    /// The residue that changes, counted from 1.
    pub position: usize,
    /// The residue before.
    pub from: char,
    /// The residue after.
    pub to: char,
    /// The whole mutant.
    pub sequence: String,
}

/// Every residue replaced by each of the other amino acids, in order of position and amino acid.
pub fn protein_mutants(letters: &str) -> impl Iterator<Item = ProteinMutant> + '_ {
    letters.char_indices().enumerate().flat_map(move |(index, (at, from))| {
        let (before, after) = letters.split_at_checked(at).unwrap_or_default();
        let after = after.get(from.len_utf8()..).unwrap_or_default();
        let others = AMINO_ACIDS.iter().map(|&letter| char::from(letter)).filter(move |&to| to != from);
        others.map(move |to| ProteinMutant {
            position: index + 1,
            from,
            to,
            sequence: format!("{before}{to}{after}"),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_mutants_of_a_protein() {
        let found: Vec<ProteinMutant> = protein_mutants("MX").collect();
        assert_eq!(found.len(), 19 + 20);
        let first = ProteinMutant { position: 1, from: 'M', to: 'A', sequence: "AX".to_owned() };
        let last = ProteinMutant { position: 2, from: 'X', to: 'Y', sequence: "MY".to_owned() };
        assert_eq!((found.first(), found.last()), (Some(&first), Some(&last)));
        assert_eq!(protein_mutants("").count(), 0);
    }
}
