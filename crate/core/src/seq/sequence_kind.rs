//! What the letters of a file stand for.

use serde::{Deserialize, Serialize};

/// What the letters of a file stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum SequenceKind {
    /// Amino acids.
    Protein,
    /// Nucleotides, DNA or RNA.
    Dna,
    /// Not letters but protein domains, with semicolons between them.
    Domains,
}

impl SequenceKind {
    /// The kind in one lower-case word, as in the serialised form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protein => "protein",
            Self::Dna => "dna",
            Self::Domains => "domains",
        }
    }
}
