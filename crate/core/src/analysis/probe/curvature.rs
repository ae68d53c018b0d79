//! How the loss of a logistic regression bends: (XᵀX / 4n + λ)⁻¹ of the standardised columns (Böhning 1992 bounds the Hessian by it).
//!
//! It only chooses the scale on which a descent takes its steps, not where the descent ends, so all permutations and halves
//! of a table share that of all its rows. A fold whose predictions are reported has one of its training rows alone.

use super::features::Scale;
use crate::analysis::gemm::{Operand, gemm};
use crate::matrix::View;
use nalgebra::DMatrix;

/// Columns up to which it is worth its cubic cost.
const COLUMNS: usize = 1024;
/// The same for a fold that has its own.
const COLUMNS_OF_FOLD: usize = 384;
/// Folds from which on a shared one is worth it.
const FOLDS: usize = 4;

/// The inverse of a bound of the Hessian. `[d, d]`
pub(super) struct Curvature {
    inverse: Vec<f64>,
}

impl Curvature {
    /// For `folds` fits of these features; `None` where it would not pay.
    ///
    /// # Shape
    ///
    /// `[n, d]`
    pub(super) fn of(features: View, c: f64, folds: usize) -> Option<Self> {
        let (rows, cols) = (features.rows(), features.cols());
        if cols > COLUMNS || cols > rows || folds < FOLDS {
            return None;
        }
        let all: Vec<usize> = (0..rows).collect();
        let mut x: Vec<f64> = Vec::with_capacity(rows * cols);
        Scale::of(features, &all).apply(features, &all, &mut x);
        Self::new(&x, (rows, cols), c)
    }

    /// For one fit of standardised training rows; `None` where it would not pay.
    ///
    /// # Shape
    ///
    /// `x` `[n, d]`
    pub(super) fn of_fold(x: &[f64], cols: usize, c: f64) -> Option<Self> {
        let rows = x.len() / cols.max(1);
        if cols > COLUMNS_OF_FOLD || cols > rows { None } else { Self::new(x, (rows, cols), c) }
    }

    fn new(x: &[f64], (rows, cols): (usize, usize), c: f64) -> Option<Self> {
        let mut gram = vec![0.0; cols * cols];
        let x = Operand::new(x, rows, cols);
        gemm(&mut gram, x.transposed(), x, 0.0);
        let penalty = 1.0 / (c * rows as f64);
        let bend = DMatrix::from_vec(cols, cols, gram) * (0.25 / rows as f64)
            + DMatrix::identity(cols, cols) * penalty.max(1e-6);
        let inverse = bend.cholesky()?.inverse();
        Some(Self { inverse: inverse.iter().copied().collect() })
    }

    /// Flattens a gradient: weights `[d, k]`, then intercepts `[k]`.
    pub(super) fn flatten(&self, gradient: &mut [f64], cols: usize, outputs: usize) {
        let (weights, intercepts) = gradient.split_at_mut(cols * outputs);
        let mut flat = vec![0.0; weights.len()];
        gemm(&mut flat, Operand::new(&self.inverse, cols, cols), Operand::new(weights, cols, outputs), 0.0);
        weights.copy_from_slice(&flat);
        intercepts.iter_mut().for_each(|x| *x *= 4.0);
    }
}
