//! Why folds, metrics or intervals are refused.

use crate::error::Coded;
use crate::progress::Cancelled;
use thiserror::Error;

/// A refused evaluation.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvaluationError {
    /// Too few or too many folds.
    #[error("{folds} folds of {rows} rows or groups are not possible")]
    Folds {
        /// Folds asked for.
        folds: usize,
        /// Rows, or groups, given.
        rows: usize,
    },
    /// Every class is smaller than the number of folds.
    #[error("the largest class has {largest} rows, fewer than {folds} folds")]
    SmallClasses {
        /// Rows of the largest class.
        largest: usize,
        /// Folds asked for.
        folds: usize,
    },
    /// The folds asked for need a column of groups.
    #[error("{what}")]
    NoGroups {
        /// What is missing.
        what: &'static str,
    },
    /// All labels are the same, in all rows or in the training rows of one fold.
    #[error("there is only one class to learn")]
    OneClass,
    /// Two inputs have different numbers of rows.
    #[error("{found} rows where {expected} are expected")]
    Rows {
        /// Rows of the first input.
        expected: usize,
        /// Rows of the other.
        found: usize,
    },
    /// No rows, no columns, no runs or no labels.
    #[error("there is no {what}")]
    Nothing {
        /// What is missing.
        what: &'static str,
    },
    /// An infinite number or a NaN.
    #[error("row {row} of the {what} is not a finite number", row = row + 1)]
    NotFinite {
        /// Features, targets or predictions.
        what: &'static str,
        /// Its row, counted from 0.
        row: usize,
    },
    /// A label beyond the names of the classes.
    #[error("label {label} of row {row}, but there are {classes} classes", row = row + 1)]
    Label {
        /// Its row, counted from 0.
        row: usize,
        /// The label.
        label: u32,
        /// Number of classes.
        classes: usize,
    },
    /// The metric is undefined in every draw.
    #[error("the metric is undefined in the draws")]
    Undefined,
    /// Stopped by the caller.
    #[error("stopped")]
    Cancelled,
}

impl From<Cancelled> for EvaluationError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl Coded for EvaluationError {
    fn code(&self) -> &'static str {
        match self {
            Self::Folds { .. } => "folds.count",
            Self::SmallClasses { .. } => "folds.small_classes",
            Self::NoGroups { .. } => "folds.no_groups",
            Self::OneClass => "probe.one_class",
            Self::Rows { .. } => "probe.rows",
            Self::Nothing { .. } => "probe.nothing",
            Self::NotFinite { .. } => "probe.not_finite",
            Self::Label { .. } => "probe.label",
            Self::Undefined => "bootstrap.undefined",
            Self::Cancelled => "probe.cancelled",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Folds { .. } => "ask for at least two folds, and no more than there are rows or groups",
            Self::SmallClasses { .. } => "ask for fewer folds, or leave one row out at a time",
            Self::NoGroups { .. } => "name a column of groups, one value per sequence",
            Self::OneClass => "give labels with at least two classes in every training part",
            Self::Rows { .. } => "give features, labels and folds of the same sequences in the same order",
            Self::Nothing { .. } => "give at least one row, one column and one run",
            Self::NotFinite { .. } => "leave this row out, or repair its value",
            Self::Label { .. } => "name every class",
            Self::Undefined => "give more rows of the rarer class",
            Self::Cancelled => "start again when you like",
        }
        .to_owned()
    }
}
