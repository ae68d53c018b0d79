//! The Hessian of a logistic loss, class by class: Xᵀ diag(pₖ (1 − pₖ)) X / n + λ. What it leaves out is how classes bend
//! together. It is a scale for conjugate gradients and changes no optimum, so single precision is enough.

use crate::analysis::gemm::{Operand, gemm};
use nalgebra::{Cholesky, DMatrix, DMatrixViewMut, Dyn};

/// Most numbers of all factors, 64 MiB.
const MOST_NUMBERS: usize = 16 << 20;
/// Most columns: the cost of a factor is cubic.
const MOST_COLUMNS: usize = 768;
/// Added to the diagonal, as a share of its sum: rounding must not make a factor indefinite.
const RIDGE: f32 = 3e-7;

/// Cholesky factors of the Hessian of each class, the intercept last. `[d + 1, d + 1]` each
pub(super) struct ClassHessians {
    factors: Vec<Cholesky<f32, Dyn>>,
}

impl ClassHessians {
    /// For rows that have the probabilities `p`; `None` where it would not pay.
    ///
    /// # Shape
    ///
    /// `x` `[n, d]`, `p` `[n, k]`
    pub(super) fn new(x: &[f32], cols: usize, p: &[f32], outputs: usize, penalty: f32) -> Option<Self> {
        let (rows, size) = (x.len() / cols.max(1), cols + 1);
        if cols > MOST_COLUMNS || outputs * size * size > MOST_NUMBERS {
            return None;
        }
        let mut weighted = vec![0.0; rows * size];
        let factor = |output: usize| {
            for ((to, x), p) in weighted.chunks_mut(size).zip(x.chunks(cols.max(1))).zip(p.chunks(outputs)) {
                let p = p.get(output).copied().unwrap_or_default();
                let weight = (p * (1.0 - p) / rows as f32).sqrt();
                for (to, x) in to.iter_mut().zip(x.iter().chain([&1.0])) {
                    *to = weight * x;
                }
            }
            let mut hessian = vec![0.0; size * size];
            let x = Operand::new(&weighted, rows, size);
            gemm(&mut hessian, x.transposed(), x, 0.0);
            let trace = hessian.iter().step_by(size + 1).sum::<f32>() + penalty;
            hessian.iter_mut().step_by(size + 1).for_each(|x| *x += penalty + RIDGE * trace);
            DMatrix::from_vec(size, size, hessian).cholesky()
        };
        Some(Self { factors: (0..outputs).map(factor).collect::<Option<_>>()? })
    }

    /// Flattens a gradient: weights `[d, k]`, then intercepts `[k]`.
    pub(super) fn flatten(&self, gradient: &mut [f32]) {
        let outputs = self.factors.len();
        let rows = gradient.len() / outputs.max(1);
        for (output, factor) in self.factors.iter().enumerate() {
            // Weights and intercepts are the rows of one matrix [d + 1, k].
            let mut column: Vec<f32> = gradient.iter().skip(output).step_by(outputs).copied().collect();
            factor.solve_mut(&mut DMatrixViewMut::from_slice(&mut column, rows, 1));
            gradient.iter_mut().skip(output).step_by(outputs).zip(column).for_each(|(to, x)| *to = x);
        }
    }
}
