//! How a CKA is tested, and what the test says.

use super::hsic::Value;
use crate::analysis::evaluation::units::Units;

/// A debiased linear or Gaussian CKA with its p-value and interval.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaTest {
    /// The debiased similarity.
    pub value: Value,
    /// (1 + shuffles that reach it) / (1 + shuffles), rows of one space shuffled; `None` where the value is undefined.
    pub p_value: Option<f64>,
    /// The middle 95 % of the bootstrap, if enough draws were defined.
    pub interval: Option<[f64; 2]>,
    /// Draws whose similarity was undefined.
    pub undefined: usize,
}

/// How a CKA is tested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CkaTestOptions<'a> {
    /// Permutations of the units of y.
    pub shuffles: usize,
    /// Bootstrap draws of units.
    pub draws: usize,
    /// Seed of both.
    pub seed: u64,
    /// Rows of a batch, each centred by itself; 0 for all rows at once.
    pub batch: usize,
    /// Rows that depend on one another; `None` for independent rows.
    pub units: Option<&'a Units>,
}
