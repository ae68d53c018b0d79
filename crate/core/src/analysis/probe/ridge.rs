//! Ridge regression: the w and b that minimise ‖y − X w − b‖² + α ‖w‖², as scikit-learn's `Ridge`.
//!
//! X is centred, so b is the mean of y. The smaller of (XᵀX + α) w = Xᵀ y and
//! w = Xᵀ (XXᵀ + α)⁻¹ y is solved by Cholesky in f64.

use super::ProbeError;
use crate::analysis::gemm::{Operand, gemm};
use nalgebra::{DMatrix, DVector};

/// Weights and intercept.
///
/// # Shape
///
/// x `[n, d]` with columns of mean zero, y `[n]` → `[d]`, and a number
pub(super) fn solve(x: &[f64], cols: usize, y: &[f64], alpha: f64) -> Result<(Vec<f64>, f64), ProbeError> {
    let rows = y.len();
    let mean = y.iter().sum::<f64>() / rows.max(1) as f64;
    let y: Vec<f64> = y.iter().map(|y| y - mean).collect();
    let x = Operand::new(x, rows, cols);
    let wide = cols > rows;
    let side = cols.min(rows);
    let mut gram = vec![0.0; side * side];
    if wide {
        gemm(&mut gram, x, x.transposed(), 0.0);
    } else {
        gemm(&mut gram, x.transposed(), x, 0.0);
    }
    let right = if wide {
        y
    } else {
        let mut right = vec![0.0; cols];
        gemm(&mut right, x.transposed(), Operand::new(&y, rows, 1), 0.0);
        right
    };
    let gram = DMatrix::from_vec(side, side, gram) + DMatrix::identity(side, side) * alpha;
    let solution = gram.cholesky().ok_or(ProbeError::Singular)?.solve(&DVector::from_vec(right));
    if solution.iter().any(|w| !w.is_finite()) {
        return Err(ProbeError::Singular);
    }
    let solution: Vec<f64> = solution.iter().copied().collect();
    if !wide {
        return Ok((solution, mean));
    }
    let mut weights = vec![0.0; cols];
    gemm(&mut weights, x.transposed(), Operand::new(&solution, rows, 1), 0.0);
    Ok((weights, mean))
}
