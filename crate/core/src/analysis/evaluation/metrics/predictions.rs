//! What a model predicts for each row.

/// What a model predicts for each row. `[n, k]`: a probability per class or label, or one number.
#[derive(Clone, Debug, PartialEq)]
pub struct Predictions {
    /// Row-major.
    pub data: Vec<f64>,
    /// Number of columns, k.
    pub cols: usize,
}

impl Predictions {
    /// The number of a row and column; 0 outside.
    #[must_use]
    pub fn at(&self, row: usize, col: usize) -> f64 {
        self.data.get(row * self.cols + col).copied().unwrap_or_default()
    }
}

/// How often a row counts; 0 outside.
pub(super) fn weight_of(weights: &[u32], row: usize) -> u32 {
    weights.get(row).copied().unwrap_or_default()
}
