//! A coding sequence: a whole number of unambiguous codons.

use super::{Code, Codon, CodonError};

/// A checked coding sequence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cds {
    codons: Vec<Codon>,
}

impl Cds {
    /// Checks letters of either case, T or U.
    ///
    /// # Errors
    ///
    /// `codon.empty`, `codon.frame`, `codon.letter`.
    pub fn parse(letters: &str) -> Result<Self, CodonError> {
        let bytes = letters.as_bytes();
        if bytes.is_empty() {
            return Err(CodonError::Empty);
        }
        if !bytes.len().is_multiple_of(3) {
            return Err(CodonError::Frame { letters: bytes.len() });
        }
        let parse = |(i, codon): (usize, &[u8])| {
            Codon::parse(codon).ok_or(CodonError::Letter { codon: i.saturating_add(1) })
        };
        Ok(Self { codons: bytes.chunks(3).enumerate().map(parse).collect::<Result<_, _>>()? })
    }

    /// A coding sequence of some codons.
    #[must_use]
    pub fn of(codons: Vec<Codon>) -> Self {
        Self { codons }
    }

    /// Its codons.
    #[must_use]
    pub fn codons(&self) -> &[Codon] {
        &self.codons
    }

    /// Its letters: upper case, T.
    #[must_use]
    pub fn letters(&self) -> String {
        self.codons.iter().flat_map(|codon| codon.letters()).collect()
    }

    /// Its residues. Every stop is `*`, also the last.
    #[must_use]
    pub fn translate(&self, code: &Code) -> String {
        self.meanings(code).map(|(_, residue)| residue).collect()
    }

    /// Each codon with its residue; a codon that can be both is a stop in the last place.
    pub(super) fn meanings<'a>(&'a self, code: &'a Code) -> impl Iterator<Item = (Codon, char)> + 'a {
        let last = self.codons.len().saturating_sub(1);
        self.codons.iter().enumerate().map(move |(i, &codon)| {
            (codon, if i == last { code.last_residue(codon) } else { code.residue(codon) })
        })
    }
}
