//! Protein or DNA: what the letters of a file are, by counting them.
//!
//! A file is DNA (or RNA) when at least 90 % of its letters are `A C G T U N` and at most one in a
//! hundred is not a nucleotide letter (`E F I J L O P Q X Z` or `*`). The one in a hundred is
//! there so that a single damaged record does not turn a genome into a protein; in files shorter
//! than 100 letters that is none. Case does not matter. Without letters the answer is protein.

use super::{SequenceKind, letter};

/// Counts of the letters seen so far.
#[derive(Debug, Default)]
pub(super) struct LetterCounts {
    letters: u64,
    common: u64,
    foreign: u64,
}

impl LetterCounts {
    /// Adds the raw letters of one record; `<` stands for a mask and counts as nothing, nor does `.`.
    pub(super) fn count(&mut self, raw: &[u8]) {
        let mut tally = [0_u64; 3];
        let [letters, common, foreign] = &mut tally;
        for &byte in raw.iter().filter(|byte| !matches!(**byte, letter::MASK | letter::DOT)) {
            *letters = letters.saturating_add(1);
            *common = common.saturating_add(u64::from(is_common(byte)));
            *foreign = foreign.saturating_add(u64::from(!letter::is_nucleotide(byte)));
        }
        self.letters = self.letters.saturating_add(*letters);
        self.common = self.common.saturating_add(*common);
        self.foreign = self.foreign.saturating_add(*foreign);
    }

    /// The kind that these counts suggest.
    pub(super) fn kind(&self) -> SequenceKind {
        let mostly_common = self.common.saturating_mul(10) >= self.letters.saturating_mul(9);
        let hardly_foreign = self.foreign.saturating_mul(100) <= self.letters;
        if self.letters > 0 && mostly_common && hardly_foreign {
            SequenceKind::Dna
        } else {
            SequenceKind::Protein
        }
    }
}

fn is_common(byte: u8) -> bool {
    matches!(byte.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T' | b'U' | b'N')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kind_of_letters() {
        fn t(letters: &str, expected: SequenceKind) {
            let mut counts = LetterCounts::default();
            counts.count(letters.as_bytes());
            assert_eq!(counts.kind(), expected, "{letters}");
        }
        t("", SequenceKind::Protein);
        t("<<<", SequenceKind::Protein);
        t("ACGT", SequenceKind::Dna);
        t("acgu", SequenceKind::Dna);
        t("NNNN", SequenceKind::Dna);
        t("ACGTACGTAR", SequenceKind::Dna); // nine in ten
        t("ACGTACGTRY", SequenceKind::Protein); // eight in ten
        t("ACGTACGTAE", SequenceKind::Protein); // E is no nucleotide
        t("ACGTACGTA*", SequenceKind::Protein);
        t(&format!("{}E", "ACG".repeat(33)), SequenceKind::Dna); // one in a hundred
        t(&format!("{}E", "ACG".repeat(32)), SequenceKind::Protein); // one in 97
        t("MKTAYIAKQR", SequenceKind::Protein);
    }
}
