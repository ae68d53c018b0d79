//! One cross-validation of a job.

use super::RunKind;
use crate::analysis::evaluation::Target;
use crate::analysis::evaluation::folds::Folds;

/// One cross-validation: its folds and its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossValidation {
    /// Which rows are tested together.
    pub folds: Folds,
    /// Seed of the model's start, batches and validation rows.
    pub seed: u64,
}

/// A cross-validation of a plan, and what it is for.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedRun {
    /// What it is for.
    pub kind: RunKind,
    /// Its folds and its seed.
    pub validation: CrossValidation,
    /// The permuted truth that it learns and is scored against; `None` for the truth itself.
    pub truth: Option<Target>,
}

impl PlannedRun {
    /// A run on the truth.
    pub(super) fn probe(validation: CrossValidation) -> Self {
        Self { kind: RunKind::Probe, validation, truth: None }
    }
}
