//! Codons, and what they mean in a translation table of the NCBI.

use super::CodonError;
use super::tables::{TABLES, Table};
use serde::{Deserialize, Serialize};

/// One of 64 codons, in the order T, C, A, G of each letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Codon(u8);

const LETTERS: &[u8; 4] = b"TCAG";
const STANDARD: &[u8; 64] = b"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";

impl Codon {
    /// All codons in order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..64).map(Self)
    }

    /// Three letters, of either case, T or U.
    #[must_use]
    pub fn parse(letters: &[u8]) -> Option<Self> {
        let [a, b, c] = letters else { return None };
        let index = |letter: u8| match letter.to_ascii_uppercase() {
            b'T' | b'U' => Some(0),
            b'C' => Some(1),
            b'A' => Some(2),
            b'G' => Some(3),
            _ => None,
        };
        Some(Self(index(*a)? * 16 + index(*b)? * 4 + index(*c)?))
    }

    /// Its three letters.
    #[must_use]
    pub fn letters(self) -> [char; 3] {
        [self.0 / 16, self.0 / 4 % 4, self.0 % 4]
            .map(|i| LETTERS.get(usize::from(i)).map_or('N', |&letter| char::from(letter)))
    }

    /// Its three letters as a word.
    #[must_use]
    pub fn word(self) -> String {
        self.letters().iter().collect()
    }

    /// Its index in the order of codons, 0 to 63.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    fn bit(self) -> u64 {
        1_u64.wrapping_shl(u32::from(self.0))
    }

    /// Letters in which two codons differ.
    #[must_use]
    pub fn distance(self, other: Self) -> usize {
        self.letters().iter().zip(other.letters()).filter(|(a, b)| **a != *b).count()
    }
}

/// A genetic code.
///
/// In tables 27, 28 and 31 a codon can stand for a residue and be a stop: it is a stop where it is the last
/// codon of a whole gene ([`Code::last_residue`]), and the residue everywhere else ([`Code::residue`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    residues: [u8; 64],
    /// Bit by codon: whether it begins proteins.
    starts: u64,
    /// Bit by codon: whether it is a stop as the last codon, beside the codons that are always stops.
    ends: u64,
}

impl Code {
    /// The standard code.
    #[must_use]
    pub fn standard() -> Self {
        let [standard, ..] = &TABLES;
        Self::of(standard)
    }

    /// A translation table by its NCBI number: 1 to 6, 9 to 16, 21 to 33.
    ///
    /// # Errors
    ///
    /// `codon.table` for a number that is not known.
    pub fn ncbi(number: u8) -> Result<Self, CodonError> {
        let table = TABLES.iter().find(|table| table.number == number);
        table.map(Self::of).ok_or(CodonError::Table(number))
    }

    fn of(table: &Table) -> Self {
        let mut residues = *STANDARD;
        for change in table.changes.split_whitespace() {
            let (codon, residue) = change.split_at_checked(3).unwrap_or_default();
            let slot = Codon::parse(codon.as_bytes()).and_then(|codon| residues.get_mut(codon.index()));
            if let (Some(slot), Some(&residue)) = (slot, residue.as_bytes().first()) {
                *slot = residue;
            }
        }
        let bits = |codons: &str| {
            let codons = codons.split_whitespace().filter_map(|codon| Codon::parse(codon.as_bytes()));
            codons.fold(0, |bits, codon| bits | codon.bit())
        };
        Self { residues, starts: bits(table.starts), ends: bits(table.ends) }
    }

    /// The residue of a codon; `*` is a stop.
    #[must_use]
    pub fn residue(&self, codon: Codon) -> char {
        self.residues.get(codon.index()).map_or('X', |&residue| char::from(residue))
    }

    /// The residue of the last codon of a whole gene; `*` is a stop.
    #[must_use]
    pub fn last_residue(&self, codon: Codon) -> char {
        if self.ends & codon.bit() == 0 { self.residue(codon) } else { '*' }
    }

    /// Whether a codon begins proteins.
    #[must_use]
    pub fn is_start(&self, codon: Codon) -> bool {
        self.starts & codon.bit() != 0
    }

    /// All codons of a residue, in order; of `*`, all that can end a protein.
    #[must_use]
    pub fn synonyms(&self, residue: char) -> Vec<Codon> {
        let means = |codon: &Codon| match residue {
            '*' => self.last_residue(*codon) == '*',
            residue => self.residue(*codon) == residue,
        };
        Codon::all().filter(means).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_is_written_right() {
        let mut numbers = Vec::new();
        for table in &TABLES {
            numbers.push(table.number);
            let code = Code::ncbi(table.number).unwrap();
            for change in table.changes.split_whitespace() {
                let codon = Codon::parse(&change.as_bytes()[..3]).unwrap();
                assert_eq!(code.residue(codon).to_string(), change[3..], "{change} of {}", table.number);
                assert_ne!(Code::standard().residue(codon), code.residue(codon));
            }
            for start in table.starts.split_whitespace() {
                assert!(code.is_start(Codon::parse(start.as_bytes()).unwrap()), "{start}");
            }
            for end in table.ends.split_whitespace() {
                let codon = Codon::parse(end.as_bytes()).unwrap();
                assert!(code.last_residue(codon) == '*' && code.residue(codon) != '*', "{end}");
            }
            assert!(!code.synonyms('*').is_empty(), "{}", table.number);
        }
        let expected: Vec<u8> = (1..=6).chain(9..=16).chain(21..=33).collect();
        assert_eq!(numbers, expected);
    }
}
