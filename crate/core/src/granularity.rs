//! What a model reads: proteins, DNA, or lists of protein domains.
//!
//! A family of models has one granularity, and a file of sequences has one. A model embeds a file only if both are
//! the same.

use crate::seq::SequenceKind;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The scale on which a model or a file describes biology.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// Amino acids of a protein.
    Protein,
    /// Nucleotides of DNA or RNA, read as k-mers or byte pairs.
    Nucleotide,
    /// Protein domains of a gene cluster, such as `PF00001;PF00002`.
    Domain,
}

impl Granularity {
    /// All of them, from small to large sequences of tokens.
    pub const ALL: [Self; 3] = [Self::Protein, Self::Nucleotide, Self::Domain];

    /// The word in JSON, registries and file headers: `protein`, `nucleotide` or `domain`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Protein => "protein",
            Self::Nucleotide => "nucleotide",
            Self::Domain => "domain",
        }
    }

    /// The name in headings: `Proteins`, `DNA` or `Domains of gene clusters`.
    #[must_use]
    pub const fn display_name(self) -> &'static str {
        match self {
            Self::Protein => "Proteins",
            Self::Nucleotide => "DNA",
            Self::Domain => "Domains of gene clusters",
        }
    }

    /// What the length of a sequence counts: `residues`, `nucleotides` or `domains`.
    #[must_use]
    pub const fn unit(self) -> &'static str {
        match self {
            Self::Protein => "residues",
            Self::Nucleotide => "nucleotides",
            Self::Domain => "domains",
        }
    }

    /// What a model of it reads, in a sentence: `proteins`, `DNA` or `lists of protein domains`.
    #[must_use]
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Protein => "proteins",
            Self::Nucleotide => "DNA",
            Self::Domain => "lists of protein domains",
        }
    }

    /// What a file of it holds, in a sentence: `protein`, `DNA or RNA` or `protein domains`.
    #[must_use]
    pub const fn letters(self) -> &'static str {
        match self {
            Self::Protein => "protein",
            Self::Nucleotide => "DNA or RNA",
            Self::Domain => "protein domains",
        }
    }

    /// What a model's window counts: `residues`, `tokens` (of several nucleotides) or `domains`.
    #[must_use]
    pub const fn token_unit(self) -> &'static str {
        match self {
            Self::Nucleotide => "tokens",
            _ => self.unit(),
        }
    }
}

impl fmt::Display for Granularity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// The letters of a file decide which models can read it.
impl From<SequenceKind> for Granularity {
    fn from(kind: SequenceKind) -> Self {
        match kind {
            SequenceKind::Protein => Self::Protein,
            SequenceKind::Dna => Self::Nucleotide,
            SequenceKind::Domains => Self::Domain,
        }
    }
}

/// The model decides which letters a file must have.
impl From<Granularity> for SequenceKind {
    fn from(granularity: Granularity) -> Self {
        match granularity {
            Granularity::Protein => Self::Protein,
            Granularity::Nucleotide => Self::Dna,
            Granularity::Domain => Self::Domains,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_of_the_json() {
        for granularity in Granularity::ALL {
            let word = serde_json::to_value(granularity).unwrap();
            assert_eq!(word, granularity.as_str());
            assert_eq!(serde_json::from_value::<Granularity>(word).unwrap(), granularity);
            assert_eq!(Granularity::from(SequenceKind::from(granularity)), granularity);
        }
    }
}
