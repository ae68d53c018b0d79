//! Translation tables of the NCBI, as differences from the standard code.

use super::CodonError;
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

    /// Letters in which two codons differ.
    #[must_use]
    pub fn distance(self, other: Self) -> usize {
        self.letters().iter().zip(other.letters()).filter(|(a, b)| **a != *b).count()
    }
}

/// A genetic code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    residues: [u8; 64],
}

impl Code {
    /// The standard code.
    #[must_use]
    pub fn standard() -> Self {
        Self { residues: *STANDARD }
    }

    /// A translation table by its NCBI number.
    ///
    /// # Errors
    ///
    /// `codon.table` for a number that is not known.
    pub fn ncbi(number: u8) -> Result<Self, CodonError> {
        let changes: &[(&[u8; 3], u8)] = match number {
            1 | 11 => &[],
            2 => &[(b"AGA", b'*'), (b"AGG", b'*'), (b"ATA", b'M'), (b"TGA", b'W')],
            3 => &[
                (b"ATA", b'M'),
                (b"CTT", b'T'),
                (b"CTC", b'T'),
                (b"CTA", b'T'),
                (b"CTG", b'T'),
                (b"TGA", b'W'),
            ],
            4 => &[(b"TGA", b'W')],
            5 => &[(b"AGA", b'S'), (b"AGG", b'S'), (b"ATA", b'M'), (b"TGA", b'W')],
            6 => &[(b"TAA", b'Q'), (b"TAG", b'Q')],
            9 => &[(b"AAA", b'N'), (b"AGA", b'S'), (b"AGG", b'S'), (b"TGA", b'W')],
            10 => &[(b"TGA", b'C')],
            12 => &[(b"CTG", b'S')],
            13 => &[(b"AGA", b'G'), (b"AGG", b'G'), (b"ATA", b'M'), (b"TGA", b'W')],
            14 => &[(b"AAA", b'N'), (b"AGA", b'S'), (b"AGG", b'S'), (b"TAA", b'Y'), (b"TGA", b'W')],
            16 => &[(b"TAG", b'L')],
            21 => &[(b"TGA", b'W'), (b"ATA", b'M'), (b"AGA", b'S'), (b"AGG", b'S'), (b"AAA", b'N')],
            22 => &[(b"TCA", b'*'), (b"TAG", b'L')],
            23 => &[(b"TTA", b'*')],
            24 => &[(b"AGA", b'S'), (b"AGG", b'K'), (b"TGA", b'W')],
            25 => &[(b"TGA", b'G')],
            _ => return Err(CodonError::Table(number)),
        };
        let mut code = Self::standard();
        for (letters, residue) in changes {
            let slot = Codon::parse(*letters).and_then(|codon| code.residues.get_mut(codon.index()));
            if let Some(slot) = slot {
                *slot = *residue;
            }
        }
        Ok(code)
    }

    /// The residue of a codon; `*` is a stop.
    #[must_use]
    pub fn residue(&self, codon: Codon) -> char {
        self.residues.get(codon.index()).map_or('X', |&residue| char::from(residue))
    }

    /// All codons of a residue, in order.
    #[must_use]
    pub fn synonyms(&self, residue: char) -> Vec<Codon> {
        Codon::all().filter(|&codon| self.residue(codon) == residue).collect()
    }
}
