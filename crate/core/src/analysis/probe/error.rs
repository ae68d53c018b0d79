//! Why a probe is refused.

use crate::analysis::evaluation::EvaluationError;
use crate::error::{Coded, Where};
use crate::progress::Cancelled;
use thiserror::Error;

/// A refused probe.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Its folds, labels or predictions are refused.
    #[error(transparent)]
    Evaluation(#[from] EvaluationError),
    /// A model that does not fit the target, or a setting out of range.
    #[error("{what}")]
    Setting {
        /// What is wrong with it.
        what: &'static str,
    },
    /// Strings of labels that have not one letter per residue.
    #[error("{}", lengths(.sequences, .given))]
    ResidueLengths {
        /// The sequences whose string is too long or too short.
        sequences: Vec<ResidueLengths>,
        /// Strings that were checked.
        given: usize,
    },
    /// The equations of a ridge cannot be solved.
    #[error("the ridge has no unique solution")]
    Singular,
}

/// A sequence and its string of labels, of different lengths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResidueLengths {
    /// Number of the sequence, counted from 0.
    pub sequence: usize,
    /// Letters of its string.
    pub letters: usize,
    /// Rows of the sequence.
    pub rows: usize,
    /// Residues of one row.
    pub per_token: usize,
    /// Its name, if it has one.
    pub name: Option<String>,
}

/// Sequences that the message lists.
const LISTED: usize = 20;

fn lengths(sequences: &[ResidueLengths], given: &usize) -> String {
    let one = |found: &ResidueLengths| {
        let number = || format!("sequence {}", found.sequence + 1);
        let name = found.name.clone().unwrap_or_else(number);
        let residues = match found.per_token {
            1 => format!("{} residues", found.rows),
            per_token => format!("{} rows of {per_token} residues", found.rows),
        };
        format!("{name} ({residues}, {} letters)", found.letters)
    };
    let listed: Vec<String> = sequences.iter().take(LISTED).map(one).collect();
    let more = sequences.len().saturating_sub(LISTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "{} of {given} strings of labels have another length than their sequence: {}{more}",
        sequences.len(),
        listed.join(", ")
    )
}

impl From<Cancelled> for ProbeError {
    fn from(cancelled: Cancelled) -> Self {
        Self::Evaluation(cancelled.into())
    }
}

impl Coded for ProbeError {
    fn code(&self) -> &'static str {
        match self {
            Self::Evaluation(error) => error.code(),
            Self::Setting { .. } => "probe.setting",
            Self::ResidueLengths { .. } => "probe.residue_lengths",
            Self::Singular => "probe.singular",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Evaluation(error) => error.hint(),
            Self::Setting { .. } => "choose another model or setting".to_owned(),
            Self::ResidueLengths { sequences, given } => {
                let special = |one: &ResidueLengths| one.per_token == 1 && one.rows == one.letters + 2;
                if sequences.len() == *given && sequences.iter().all(special) {
                    "the rows include special tokens: embed with `--pool none`".to_owned()
                } else {
                    "give one letter per residue, and - or ? for a residue without a label".to_owned()
                }
            }
            Self::Singular => "give alpha above zero".to_owned(),
        }
    }

    fn at(&self) -> Where {
        match self {
            Self::Evaluation(error) => error.at(),
            Self::ResidueLengths { sequences, .. } => {
                Where { record: sequences.first().and_then(|first| first.name.clone()), ..Where::default() }
            }
            _ => Where::default(),
        }
    }
}
