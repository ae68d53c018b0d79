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
            Self::Words => "probe.setting",
            Self::NoNames => "skip_gram.no_names",
            Self::SkipGramOption { .. } => "skip_gram.option",
            Self::Cancelled => "skip_gram.cancelled",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Nothing { .. } => "give at least one row and one column",
            Self::Words => "ask for shorter words",
            Self::NoNames => "give lists of names, such as the domains of gene clusters",
            Self::SkipGramOption { .. } => "see the option's description for its range",
            Self::Cancelled => "start again when you like",
        }
        .to_owned()
    }
}
