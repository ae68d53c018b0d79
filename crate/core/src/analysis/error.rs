//! Why an analysis is refused.

use crate::error::Coded;
use crate::progress::Cancelled;
use thiserror::Error;

/// A refused analysis.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum AnalysisError {
    /// Fewer than two rows.
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
    /// The iteration did not converge.
    #[error("the components could not be separated from one another")]
    NotConverged,
    /// The caller asked to stop.
    #[error("the analysis was cancelled")]
    Cancelled,
    /// No neighbours, or more than there are.
    #[error("{asked} neighbours asked for; 1 to {most} are possible")]
    Neighbours {
        /// Neighbours asked for.
        asked: usize,
        /// Most that are possible.
        most: usize,
    },
    /// No columns, or other columns than the rows searched.
    #[error("a search needs the same columns on both sides, not {left} and {right}")]
    Columns {
        /// Columns of the queries.
        left: usize,
        /// Columns of the rows.
        right: usize,
    },
    /// A row of zeros points nowhere.
    #[error("row {row} is all zeros and has no direction", row = row + 1)]
    ZeroRow {
        /// The row, counted from 0.
        row: usize,
    },
    /// Labels that do not match the rows.
    #[error("{found} labels or values for {rows} rows")]
    Labels {
        /// Labels given.
        found: usize,
        /// Rows given.
        rows: usize,
    },
    /// Two matrices that should describe the same rows.
    #[error("{left} rows cannot be compared with {right} rows")]
    RowMismatch {
        /// Rows of the first.
        left: usize,
        /// Rows of the second.
        right: usize,
    },
    /// A mutant to something else than one of the 20 amino acids.
    #[error("mutant {row} has no amino acid: `{letter}`", row = row + 1)]
    AminoAcid {
        /// The row, counted from 0.
        row: usize,
        /// The letter given.
        letter: char,
    },
    /// Too few rows for a similarity.
    #[error("CKA of {rows} rows is not possible")]
    CkaRows {
        /// Rows given.
        rows: usize,
    },
    /// More rows than a permutation or bootstrap holds in memory.
    #[error("{rows} rows are too many for a permutation or a bootstrap")]
    CkaManyRows {
        /// Rows given.
        rows: usize,
    },
    /// A bandwidth that is not a positive number, or no two rows that differ.
    #[error("a kernel of bandwidth {value} is not possible")]
    CkaBandwidth {
        /// The bandwidth, written out.
        value: String,
    },
    /// Layers that differ between two batches.
    #[error("a batch has {found} layers or columns where the first had {expected}")]
    CkaLayers {
        /// Found in this batch.
        found: usize,
        /// Found in the first.
        expected: usize,
    },
    /// A map option outside its range.
    #[error("{name} cannot be {value}")]
    MapOption {
        /// The option.
        name: &'static str,
        /// Its value, written out.
        value: String,
    },
    /// An identity that is not a share of letters.
    #[error("sequences cannot be clustered at an identity of {value}")]
    Identity {
        /// The identity, written out.
        value: String,
    },
    /// Nothing to align: all points of a map coincide.
    #[error("the points of a map all lie in one place")]
    OnePlace,
}

impl From<Cancelled> for AnalysisError {
    fn from(_: Cancelled) -> Self {
        Self::Cancelled
    }
}

impl Coded for AnalysisError {
    fn code(&self) -> &'static str {
        match self {
            Self::TooFewRows { .. } => "pca.too_few_rows",
            Self::Components { .. } => "pca.components",
            Self::NotFinite { .. } => "analysis.not_finite",
            Self::NotConverged => "pca.not_converged",
            Self::Cancelled => "analysis.cancelled",
            Self::Neighbours { .. } => "knn.neighbours",
            Self::Columns { .. } => "knn.columns",
            Self::ZeroRow { .. } => "knn.zero_row",
            Self::Labels { .. } => "analysis.labels",
            Self::RowMismatch { .. } => "analysis.row_mismatch",
            Self::AminoAcid { .. } => "neighbourhood.amino_acid",
            Self::CkaRows { .. } => "cka.too_few_rows",
            Self::CkaManyRows { .. } => "cka.too_many_rows",
            Self::CkaBandwidth { .. } => "cka.bandwidth",
            Self::CkaLayers { .. } => "cka.layers",
            Self::Identity { .. } => "clusters.identity",
            Self::MapOption { .. } => "map.option",
            Self::OnePlace => "procrustes.one_place",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::TooFewRows { .. } => "give at least two sequences",
            Self::Components { .. } => "ask for fewer components, or give more sequences",
            Self::NotFinite { .. } => {
                "leave the row out or correct its numbers; infinite and undefined numbers cannot be compared"
            }
            Self::NotConverged => {
                "ask for fewer components: the last ones explain the same share of the variance"
            }
            Self::Cancelled => "start it again when you want the answer",
            Self::Neighbours { .. } => "ask for fewer neighbours, or give more rows",
            Self::Columns { .. } => "give rows of the same embedding",
            Self::ZeroRow { .. } => "leave this row out, or use Euclidean distance",
            Self::Labels { .. } => "give one label for each row",
            Self::RowMismatch { .. } => "give the same rows, in the same order, on both sides",
            Self::AminoAcid { .. } => "leave out mutants without a new amino acid, such as stops",
            Self::CkaRows { .. } => "give at least four rows: the debiased estimate divides by n - 3",
            Self::CkaManyRows { .. } => "give a random sample of the rows",
            Self::CkaBandwidth { .. } => "give a positive bandwidth, and rows that differ",
            Self::CkaLayers { .. } => "give the same layers, in the same order, with every batch",
            Self::Identity { .. } => "give a number above 0 and at most 1, such as 0.5",
            Self::MapOption { .. } => "see the option's description for its range",
            Self::OnePlace => "give maps whose points differ",
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
