//! Rows as the search multiplies them, and the measure that decides.

use super::Metric;
use crate::analysis::error::AnalysisError;
use crate::analysis::standardise::means;
use crate::matrix::{Matrix, View};

/// What both sides of a search share.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub(super) metric: Metric,
    /// The mean of the searched rows: a shift changes no distance, and near zero f32 is finest. `[d]`
    mean: Vec<f64>,
    /// Rows are multiplied by this before they are products, so that squares fit into f32.
    scale: f64,
}

impl Space {
    /// The space of the searched rows and the queries.
    pub(super) fn new(metric: Metric, rows: View, queries: Option<View>) -> Self {
        let mean = if metric == Metric::Euclidean { means(rows) } else { Vec::new() };
        let mut largest = 0.0_f64;
        if metric == Metric::Euclidean {
            for row in rows.iter_rows().chain(queries.into_iter().flat_map(|view| view.iter_rows())) {
                for (&x, mean) in row.iter().zip(&mean) {
                    largest = largest.max((f64::from(x) - mean).abs());
                }
            }
        }
        // Only numbers far from 1 need it; for others the factor is exactly 1.
        let scale = if largest > 1e6 || (largest > 0.0 && largest < 1e-6) { 1.0 / largest } else { 1.0 };
        Self { metric, mean, scale }
    }

    /// Rows as they are multiplied: centred (Euclidean) or of length 1 (cosine).
    pub(super) fn tile(&self, rows: View) -> Matrix {
        let mut data = Vec::with_capacity(rows.data().len());
        rows.iter_rows().for_each(|row| self.extend(&mut data, row));
        Matrix::from_parts(data, rows.rows(), rows.cols())
    }

    /// Squared lengths of such rows.
    #[expect(clippy::cast_possible_truncation, reason = "the error is bounded")]
    pub(super) fn squares(&self, rows: View) -> Vec<f32> {
        if self.metric == Metric::Cosine {
            return vec![1.0; rows.rows()];
        }
        let mut centred = Vec::with_capacity(rows.cols());
        let square = |row| {
            centred.clear();
            self.extend(&mut centred, row);
            product(&centred, &centred) as f32
        };
        rows.iter_rows().map(square).collect()
    }

    #[expect(clippy::cast_possible_truncation, reason = "products are f32; the error is bounded")]
    fn extend(&self, data: &mut Vec<f32>, row: &[f32]) {
        match self.metric {
            Metric::Euclidean => data.extend(
                row.iter().zip(&self.mean).map(|(&x, mean)| ((f64::from(x) - mean) * self.scale) as f32),
            ),
            Metric::Cosine => {
                let length = product(row, row).sqrt();
                data.extend(row.iter().map(|&x| (f64::from(x) / length) as f32));
            }
        }
    }

    /// The measure that decides: a squared distance, or 1 − cos.
    pub(super) fn measure(&self, a: &[f32], b: &[f32]) -> f64 {
        measure(self.metric, a, b)
    }

    /// The measure in the units of a tile's squared distances.
    pub(super) fn in_tile(&self, measure: f64) -> f64 {
        match self.metric {
            Metric::Euclidean => measure * self.scale * self.scale,
            Metric::Cosine => 2.0 * measure,
        }
    }

    /// The distance that the user sees.
    #[expect(clippy::cast_possible_truncation, reason = "results are f32")]
    pub(super) fn distance(&self, measure: f64) -> f32 {
        match self.metric {
            Metric::Euclidean => measure.sqrt() as f32,
            Metric::Cosine => measure.max(0.0) as f32,
        }
    }
}

/// A squared distance, or 1 − cos, in f64.
pub(in crate::analysis) fn measure(metric: Metric, a: &[f32], b: &[f32]) -> f64 {
    match metric {
        Metric::Euclidean => difference(a, b),
        Metric::Cosine => 1.0 - product(a, b) / (product(a, a) * product(b, b)).sqrt(),
    }
}

/// Refuses rows without a direction.
pub(super) fn check_directions(view: View) -> Result<(), AnalysisError> {
    match view.iter_rows().position(|row| row.iter().all(|&x| x == 0.0)) {
        Some(row) => Err(AnalysisError::ZeroRow { row }),
        None => Ok(()),
    }
}

/// Σ a·b in f64, eight sums side by side.
fn product(a: &[f32], b: &[f32]) -> f64 {
    sum(a, b, |a, b| a * b)
}

/// Σ (a − b)² in f64, eight sums side by side.
fn difference(a: &[f32], b: &[f32]) -> f64 {
    sum(a, b, |a, b| (a - b) * (a - b))
}

#[inline]
fn sum(a: &[f32], b: &[f32], term: impl Fn(f64, f64) -> f64) -> f64 {
    let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (a, b) in a.iter().zip(b) {
        for ((sum, &a), &b) in sums.iter_mut().zip(a).zip(b) {
            *sum += term(f64::from(a), f64::from(b));
        }
    }
    let rest: f64 = a_rest.iter().zip(b_rest).map(|(&a, &b)| term(f64::from(a), f64::from(b))).sum();
    sums.iter().sum::<f64>() + rest
}
