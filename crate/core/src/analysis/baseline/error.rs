//! Why a baseline is refused.

use crate::error::Coded;
use crate::progress::Cancelled;
use thiserror::Error;

/// A refused baseline.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BaselineError {
    /// No rows or no columns.
    #[error("there is no {what}")]
    Nothing {
        /// What is missing.
        what: &'static str,
    },
    /// Words of a length, or of an alphabet, that no table holds.
    #[error("words need 1 letter or more, and at most 160 000 kinds")]
    Words,
    /// Sequences whose positions do not correspond.
    #[error("sequence {} has {found} letters and the first has {expected}", row + 1)]
    Lengths {
        /// The sequence, counted from 0.
        row: usize,
        /// Letters of the first sequence.
        expected: usize,
        /// Letters of this one.
        found: usize,
    },
    /// Scores of amino acids for other letters.
    #[error("BLOSUM62 scores amino acids, and these are other letters")]
    NoBlosum,
    /// No name to learn a vector for.
    #[error("there is no name")]
    NoNames,
    /// An option of skip-gram outside its range.
    #[error("{what}")]
    SkipGramOption {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Stopped by the caller.
    #[error("stopped")]
    Cancelled,
}

impl From<Cancelled> for BaselineError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl Coded for BaselineError {
    fn code(&self) -> &'static str {
        match self {
            Self::Nothing { .. } => "probe.nothing",
            Self::Words | Self::NoBlosum => "probe.setting",
            Self::Lengths { .. } => "probe.lengths",
            Self::NoNames => "skip_gram.no_names",
            Self::SkipGramOption { .. } => "skip_gram.option",
            Self::Cancelled => "skip_gram.cancelled",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Nothing { .. } => "give at least one row and one column",
            Self::Words => "ask for shorter words",
            Self::Lengths { .. } => "align the sequences, or ask for a row per letter",
            Self::NoBlosum => "ask for one-hot columns",
            Self::NoNames => "give lists of names, such as the domains of gene clusters",
            Self::SkipGramOption { .. } => "see the option's description for its range",
            Self::Cancelled => "start again when you like",
        }
        .to_owned()
    }
}
