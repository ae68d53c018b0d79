//! Gram matrices of the rows of two matrices, A Bᵀ: the heavy sum of the neighbour search and of CKA.
//!
//! ```text
//! into[i, j] = Σ_k a[i, k] · b[j, k]
//! ```
//!
//! An implementation may round as f32 does. The neighbour search knows a bound of the error ([`rounding`]) and
//! decides close cases in f64; CKA sums many products, and their errors cancel.
//!
//! [`Gram`] is synchronous, as [`CpuGram`] is. A GPU in a browser answers later: its caller asks
//! [`Search`](super::Search) or [`LayerBatch`](super::LayerBatch) for the next pair of tiles and hands the
//! products over.
//!
//! The engine has a micro-kernel of the same size for its linear layers; the core depends on no engine.

use super::gemm::{Operand, gemm};
use crate::matrix::View;

/// Computes Gram matrices of the rows of two matrices.
pub trait Gram {
    /// Writes the product of every row of `a` with every row of `b`.
    ///
    /// # Shape
    ///
    /// `a` `[m, d]`, `b` `[p, d]` → `into` `[m, p]`
    fn gram(&mut self, a: View, b: View, into: &mut [f32]);
}

/// Gram matrices on the processor.
#[derive(Clone, Copy, Debug, Default)]
pub struct CpuGram;

/// The largest error of one product of rows of lengths `|a|` and `|b|`, as a share of `|a| |b|`.
///
/// Whatever the order of the sum, and fused or not, a term passes through at most `cols` + 6 roundings:
/// its own, one per addition (a GPU fills columns up to four and ends with a scale and a bias). Each
/// costs at most [`f32::EPSILON`], which is twice what rounding to the nearest costs: WGSL promises no
/// more than one of the two neighbouring numbers. By Cauchy and Schwarz Σ|aₖbₖ| ≤ `|a| |b|`.
pub(super) fn rounding(cols: usize) -> f64 {
    (cols as f64 + 8.0) * f64::from(f32::EPSILON)
}

impl Gram for CpuGram {
    fn gram(&mut self, a: View, b: View, into: &mut [f32]) {
        let [a, b] = [a, b].map(|x| Operand::new(x.data(), x.rows(), x.cols()));
        gemm(into, a, b.transposed(), 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_of_every_size_match_the_definition() {
        fn t(m: usize, p: usize, d: usize) {
            let numbers = |count: usize, by: usize| -> Vec<f32> {
                (0..count).map(|i| ((i * by + 3) % 17) as f32 - 8.0).collect()
            };
            let (a, b) = (numbers(m * d, 37), numbers(p * d, 29));
            let (a, b) = (View::new(&a, m, d).unwrap(), View::new(&b, p, d).unwrap());
            let mut found = vec![f32::NAN; m * p];
            let expected: Vec<f32> = a
                .iter_rows()
                .flat_map(|x| b.iter_rows().map(|y| x.iter().zip(y).map(|(x, y)| x * y).sum()))
                .collect();
            CpuGram.gram(a, b, &mut found);
            assert_eq!(found, expected, "{m} x {p}, {d} columns");
        }
        t(0, 3, 2);
        t(3, 0, 2);
        t(3, 2, 0);
        t(1, 1, 1);
        t(4, 8, 5);
        t(5, 9, 3);
        t(13, 31, 64);
    }
}
