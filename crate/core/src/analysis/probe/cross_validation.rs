//! One cross-validation of a job.

use crate::analysis::evaluation::folds::Folds;

/// One cross-validation: its folds and its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossValidation {
    /// Which rows are tested together.
    pub folds: Folds,
    /// Seed of the model's start, batches and validation rows.
    pub seed: u64,
}
