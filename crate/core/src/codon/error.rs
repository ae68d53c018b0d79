//! Why a coding sequence or a usage table is refused.

use crate::error::Coded;
use crate::progress::Cancelled;
use thiserror::Error;

/// A refused coding sequence, table or sample.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum CodonError {
    /// A translation table that is not known.
    #[error("translation table {0} is not known")]
    Table(u8),
    /// No letters.
    #[error("the coding sequence is empty")]
    Empty,
    /// Not a multiple of three.
    #[error("{letters} letters are not a whole number of codons")]
    Frame {
        /// Letters given.
        letters: usize,
    },
    /// A letter other than A, C, G, T and U.
    #[error("codon {codon} holds a letter that is not A, C, G, T or U")]
    Letter {
        /// The codon, counted from 1.
        codon: usize,
    },
    /// A residue that no codon stands for.
    #[error("no codon stands for residue {residue}, {letter:?}")]
    Residue {
        /// The residue, counted from 1.
        residue: usize,
        /// Its letter.
        letter: char,
    },
    /// No sequence is a coding sequence.
    #[error("no sequence is a coding sequence: {first}")]
    NoCds {
        /// Why the first is none.
        first: String,
    },
    /// A sample with another protein.
    #[error("the protein of {id} would change")]
    ProteinChanged {
        /// The sequence.
        id: String,
    },
    /// Stopped by the caller.
    #[error("stopped")]
    Cancelled,
    /// A usage that is not a number of zero or more.
    #[error("the usage of {codon} is not a number of 0 or more")]
    Usage {
        /// The codon.
        codon: String,
    },
}

impl From<Cancelled> for CodonError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl Coded for CodonError {
    fn code(&self) -> &'static str {
        match self {
            Self::Table(_) => "codon.table",
            Self::Empty => "codon.empty",
            Self::Frame { .. } => "codon.frame",
            Self::Letter { .. } => "codon.letter",
            Self::Residue { .. } => "codon.residue",
            Self::Usage { .. } => "codon.usage",
            Self::NoCds { .. } => "codon.none",
            Self::ProteinChanged { .. } => "codon.protein_changed",
            Self::Cancelled => "codon.cancelled",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Table(_) => "give 1 to 6, 9 to 16 or 21 to 33",
            Self::Empty | Self::Frame { .. } => "give a whole coding sequence, in frame",
            Self::Letter { .. } => "leave sequences with ambiguous letters out",
            Self::Residue { .. } => "give one of the twenty amino acids, or * for a stop",
            Self::Usage { .. } => "repair the usage table",
            Self::NoCds { .. } => "give whole coding sequences of DNA, in frame",
            Self::ProteinChanged { .. } => "this is a fault of the program: please report it",
            Self::Cancelled => "start again when you like",
        }
        .to_owned()
    }
}
