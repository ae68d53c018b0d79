//! One sequence with its name.

use serde::{Deserialize, Serialize};

use super::{fields::Fields, letter};

/// One sequence of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Record {
    /// First word of the header, or `record-<n>` where the header has none.
    pub id: String,
    /// The header after the id, without blanks at either end.
    pub description: String,
    /// Normalised ASCII letters, which may hold the word `<mask>`; for domains, their names with `;` between.
    pub letters: String,
    /// Line of the header, counted from 1; 0 if the record is not from a file.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub line: u64,
}

impl Record {
    /// The domains of a row of [`SequenceKind::Domains`](super::SequenceKind::Domains), whose letters are names with
    /// semicolons between them.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.letters.split(';').filter(|name| !name.is_empty())
    }

    /// Number of residues; a `<mask>` counts as one.
    ///
    /// ```
    /// # use crossgrain_core::seq::{ReadOptions, read_fasta};
    /// let parsed = read_fasta(b">p1\nMK<mask>V\n", ReadOptions::default())?;
    /// assert_eq!(parsed.records[0].residues(), 4);
    /// # Ok::<(), crossgrain_core::seq::SeqError>(())
    /// ```
    pub fn residues(&self) -> usize {
        let bytes = self.letters.as_bytes();
        let masks = memchr::memchr_iter(letter::MASK, bytes).count();
        // Each mask is one residue in six bytes.
        bytes.len().saturating_sub(masks.saturating_mul(letter::MASK_WORD.len().saturating_sub(1)))
    }

    /// The `key=value` words of the description, in order.
    ///
    /// Three spellings are understood: `key=value`, `[key=a value with blanks]`, and UniProt's
    /// `OS=Homo sapiens OX=9606`, where the organism runs to the next key.
    ///
    /// ```
    /// # use crossgrain_core::seq::{ReadOptions, read_fasta};
    /// let parsed = read_fasta(b">p1 species=Homo_sapiens tm=51.5\nMKV\n", ReadOptions::default())?;
    /// let fields: Vec<_> = parsed.records[0].fields().collect();
    /// assert_eq!(fields, [("species", "Homo_sapiens"), ("tm", "51.5")]);
    /// # Ok::<(), crossgrain_core::seq::SeqError>(())
    /// ```
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        Fields::of(&self.description)
    }
}
