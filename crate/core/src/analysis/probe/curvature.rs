//! How the loss of a logistic regression bends: XᵀX / 4n + λ of the standardised columns (Böhning 1992, *AISM* 44:197, bounds the Hessian by
//! it).
//!
//! It only chooses the scale on which a descent takes its steps, not where the descent ends, so all permutations and halves
//! of a table share that of all its rows, and single precision is enough. A fold whose predictions are reported has one of its
//! training rows alone.

use super::features::Scale;
use crate::analysis::gemm::{Operand, gemm};
use crate::matrix::View;
use nalgebra::{Cholesky, DMatrix, DMatrixViewMut, Dyn};

/// Columns up to which it is worth its cubic cost.
const COLUMNS: usize = 1024;
/// The same for a fold that has its own.
const COLUMNS_OF_FOLD: usize = 384;
/// Folds from which on a shared one is worth it.
const FOLDS: usize = 4;
/// Least penalty per column: rounding must not make the bound indefinite.
const LEAST: f32 = 1e-7;

/// The Cholesky factor of the bound. `[d, d]`
pub(super) struct Curvature {
    factor: Cholesky<f32, Dyn>,
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
        let mut x: Vec<f32> = Vec::with_capacity(rows * cols);
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
        if cols > COLUMNS_OF_FOLD || cols > rows {
            return None;
        }
        Self::new(&x.iter().map(|&x| x as f32).collect::<Vec<_>>(), (rows, cols), c)
    }

    fn new(x: &[f32], (rows, cols): (usize, usize), c: f64) -> Option<Self> {
        let mut gram = vec![0.0; cols * cols];
        let x = Operand::new(x, rows, cols);
        gemm(&mut gram, x.transposed(), x, 0.0);
        let penalty = (1.0 / (c * rows as f64)) as f32;
        let bound = DMatrix::from_vec(cols, cols, gram) * (0.25 / rows as f32)
            + DMatrix::identity(cols, cols) * penalty.max(LEAST * cols as f32);
        Some(Self { factor: bound.cholesky()? })
    }

    /// Flattens a gradient: weights `[d, k]`, then intercepts `[k]`.
    pub(super) fn flatten(&self, gradient: &mut [f32], cols: usize, outputs: usize) {
        let (weights, intercepts) = gradient.split_at_mut(cols * outputs);
        let mut columns = DMatrix::from_row_slice(cols, outputs, weights);
        for mut column in columns.column_iter_mut() {
            let at = column.as_mut_slice();
            self.factor.solve_mut(&mut DMatrixViewMut::from_slice(at, cols, 1));
        }
        weights.copy_from_slice(columns.transpose().as_slice());
        intercepts.iter_mut().for_each(|x| *x *= 4.0);
    }
}
