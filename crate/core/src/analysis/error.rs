//! Why an analysis is refused.

use crate::error::Coded;
use thiserror::Error;

/// A refused analysis.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// One row, or none, does not differ from anything.
    #[error("a principal component analysis of {rows} rows is not possible")]
    TooFewRows {
        /// Rows given.
        rows: usize,
    },
    /// No components, or more than the matrix can have.
    #[error("{asked} components asked for; {rows} rows and {cols} columns have 1 to {}", rows.min(cols))]
    Components {
        /// Components asked for.
        asked: usize,
        /// Rows given.
        rows: usize,
        /// Columns given.
        cols: usize,
    },
    /// An infinite number or a NaN.
    #[error("row {row}, column {col} is {value}", row = row + 1, col = col + 1)]
    NotFinite {
        /// Its row, counted from 0.
        row: usize,
        /// Its column, counted from 0.
        col: usize,
        /// The number, written out.
        value: String,
    },
    /// The iteration did not settle.
    #[error("the components could not be separated from one another")]
    NotConverged,
}

impl Coded for AnalysisError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFewRows { .. } => "pca.too_few_rows",
            Self::Components { .. } => "pca.components",
            Self::NotFinite { .. } => "analysis.not_finite",
            Self::NotConverged => "pca.not_converged",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::TooFewRows { .. } => "give at least two sequences",
            Self::Components { .. } => "ask for fewer components, or give more sequences",
            Self::NotFinite { .. } => "the embedding of this row is broken: please report it",
            Self::NotConverged => {
                "ask for fewer components: the last ones explain the same share of the variance"
            }
        }
        .to_owned()
    }
}

/// Finds the first number that is not finite.
pub(super) fn check_finite(view: crate::matrix::View) -> Result<(), AnalysisError> {
    for (row, numbers) in view.iter_rows().enumerate() {
        if let Some((col, value)) = numbers.iter().enumerate().find(|(_, value)| !value.is_finite()) {
            return Err(AnalysisError::NotFinite { row, col, value: value.to_string() });
        }
    }
    Ok(())
}
