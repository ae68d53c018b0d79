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
    /// The equations of a ridge cannot be solved.
    #[error("the ridge has no unique solution")]
    Singular,
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
            Self::Singular => "probe.singular",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Evaluation(error) => error.hint(),
            Self::Setting { .. } => "choose another model or setting".to_owned(),
            Self::Singular => "give alpha above zero".to_owned(),
        }
    }

    fn at(&self) -> Where {
        if let Self::Evaluation(error) = self { error.at() } else { Where::default() }
    }
}
