//! The similarity of two rows: a product, or a Gaussian of the distance.

use crate::analysis::error::AnalysisError;
use crate::limits::CKA_MEDIAN_ROWS;
use crate::math::expf;
use crate::matrix::{Matrix, View};
use serde::{Deserialize, Serialize};

/// The kernel of two rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kernel {
    /// x · y
    Linear,
    /// exp(−|x − y|² / 2σ²)
    Rbf(Bandwidth),
}

/// σ of the Gaussian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bandwidth {
    /// This times the median distance of two rows, for each space separately.
    Median(f64),
    /// The same number for every space.
    Sigma(f64),
}

/// A kernel by its name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum KernelKind {
    /// The product of two rows.
    #[default]
    Linear,
    /// A Gaussian of their distance.
    Rbf,
}

impl KernelKind {
    /// The kernel; σ of a Gaussian is `bandwidth` times the median distance of two rows (1 is usual).
    #[must_use]
    pub fn with_bandwidth(self, bandwidth: f64) -> Kernel {
        match self {
            Self::Linear => Kernel::Linear,
            Self::Rbf => Kernel::Rbf(Bandwidth::Median(bandwidth)),
        }
    }
}

/// A kernel with its bandwidth for one space.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Fitted {
    Linear,
    /// 1 / 2σ²
    Rbf(f32),
}

impl Kernel {
    /// The kernel for these rows, which are centred.
    #[expect(clippy::cast_possible_truncation, reason = "kernels are f32")]
    pub(super) fn fit(self, view: View, scale: f64) -> Result<Fitted, AnalysisError> {
        let sigma = match self {
            Self::Linear => return Ok(Fitted::Linear),
            Self::Rbf(Bandwidth::Sigma(sigma)) => sigma * scale,
            Self::Rbf(Bandwidth::Median(share)) => share * median_distance(view),
        };
        let gamma = 0.5 / (sigma * sigma);
        if sigma > 0.0 && gamma.is_finite() && gamma > 0.0 {
            Ok(Fitted::Rbf(gamma as f32))
        } else {
            Err(AnalysisError::CkaBandwidth { value: (sigma / scale).to_string() })
        }
    }
}

impl Fitted {
    /// Turns products of rows into kernels, in place.
    ///
    /// # Shape
    ///
    /// `tile` `[m, p]`, `left` `[m]` and `right` `[p]` the squared lengths
    pub(super) fn apply(self, tile: &mut [f32], left: &[f32], right: &[f32]) {
        let Self::Rbf(gamma) = self else { return };
        if right.is_empty() {
            return;
        }
        for (row, a) in tile.chunks_exact_mut(right.len()).zip(left) {
            for (x, b) in row.iter_mut().zip(right) {
                *x = expf(-gamma * (a + b - 2.0 * *x).max(0.0));
            }
        }
    }
}

/// Centred columns, scaled so that the largest number is 1: kernels of any unit fit into f32.
/// Further batches of a layer take the scale of its first.
#[expect(clippy::cast_possible_truncation, reason = "kernels are f32")]
pub(super) fn centred(view: View, scale: Option<f64>) -> (Matrix, f64) {
    let mean = crate::analysis::standardise::means(view);
    let centred = |row: &'_ [f32]| -> Vec<f64> {
        row.iter().zip(&mean).map(|(&x, mean)| f64::from(x) - mean).collect()
    };
    let largest = view.iter_rows().flat_map(centred).fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let scale = scale.unwrap_or(if largest > 0.0 { 1.0 / largest } else { 1.0 });
    let data = view.iter_rows().flat_map(centred).map(|x| (x * scale) as f32).collect();
    (Matrix::from_parts(data, view.rows(), view.cols()), scale)
}

fn median_distance(view: View) -> f64 {
    let every = view.rows().div_ceil(CKA_MEDIAN_ROWS).max(1);
    let rows: Vec<&[f32]> = view.iter_rows().step_by(every).collect();
    let mut distances = Vec::with_capacity(rows.len() * rows.len().saturating_sub(1) / 2);
    for (i, a) in rows.iter().enumerate() {
        for b in rows.iter().take(i) {
            let square: f64 = a.iter().zip(*b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum();
            distances.push(square);
        }
    }
    if distances.is_empty() {
        return 0.0;
    }
    let middle = distances.len() / 2;
    let odd = distances.len() % 2 == 1;
    let (below, &mut upper, _) = distances.select_nth_unstable_by(middle, f64::total_cmp);
    let lower = if odd { upper } else { below.iter().copied().fold(0.0, f64::max) };
    f64::midpoint(lower.sqrt(), upper.sqrt())
}
