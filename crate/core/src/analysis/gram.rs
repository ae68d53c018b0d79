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
//! The engine has a micro-kernel of the same size, 4 × 8, for its linear layers. This one is kept apart from it:
//! the core depends on no engine.

use super::gemm::{Operand, gemm};
use crate::matrix::View;

/// Rows of `a` that are taken together.
const LEFT: usize = 4;
/// Rows of `b` that are taken together: two vectors of four f32, in wasm and on any x86-64.
const RIGHT: usize = 8;

/// Computes Gram matrices of the rows of two matrices.
pub trait Gram {
    /// Writes the product of every row of `a` with every row of `b`.
    ///
    /// # Shape
    ///
    /// `a` `[m, d]`, `b` `[p, d]` → `into` `[m, p]`
    fn gram(&mut self, a: View, b: View, into: &mut [f32]);
}

/// Gram matrices on the processor: natively by a library that detects the vector instructions, in wasm in
/// blocks that stay in caches and registers.
#[derive(Clone, Debug, Default)]
pub struct CpuGram {
    /// `[p / RIGHT, d, RIGHT]`
    right: Vec<f32>,
    /// `[d, LEFT]`
    left: Vec<f32>,
}

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
        let (cols, width) = (a.cols().min(b.cols()), b.rows());
        if width == 0 || cols == 0 {
            into.fill(0.0);
        } else if cfg!(target_family = "wasm") {
            self.blocks(a, b, into);
        } else {
            let [a, b] = [a, b].map(|x| Operand::new(x.data(), x.rows(), x.cols()));
            gemm(into, a, b.transposed(), 0.0);
        }
    }
}

impl CpuGram {
    /// Neither side empty.
    fn blocks(&mut self, a: View, b: View, into: &mut [f32]) {
        let (cols, width) = (a.cols().min(b.cols()), b.rows());
        pack::<RIGHT>(b, 0, b.rows(), &mut self.right);
        for (first, rows) in (0..a.rows()).step_by(LEFT).zip(into.chunks_mut(LEFT * width)) {
            pack::<LEFT>(a, first, (first + LEFT).min(a.rows()), &mut self.left);
            let (left, _) = self.left.as_chunks::<LEFT>();
            for (panel, right) in self.right.chunks_exact(cols * RIGHT).enumerate() {
                let (right, _) = right.as_chunks::<RIGHT>();
                let sums = block(left, right);
                let start = panel * RIGHT;
                let end = (start + RIGHT).min(width);
                for (row, sums) in rows.chunks_exact_mut(width).zip(&sums) {
                    if let Some(into) = row.get_mut(start..end) {
                        for (into, sum) in into.iter_mut().zip(sums) {
                            *into = *sum;
                        }
                    }
                }
            }
        }
    }
}

/// The sums of one block: 32 running sums, eight vector registers.
#[inline]
fn block(left: &[[f32; LEFT]], right: &[[f32; RIGHT]]) -> [[f32; RIGHT]; LEFT] {
    let mut sums = [[0.0; RIGHT]; LEFT];
    for (left, right) in left.iter().zip(right) {
        for (sums, left) in sums.iter_mut().zip(left) {
            for (sum, right) in sums.iter_mut().zip(right) {
                *sum += left * right;
            }
        }
    }
    sums
}

/// Lays groups of `WIDTH` rows out column after column; a last group is filled up with zeros.
fn pack<const WIDTH: usize>(view: View, first: usize, end: usize, into: &mut Vec<f32>) {
    let cols = view.cols();
    into.clear();
    into.resize((end - first).div_ceil(WIDTH) * WIDTH * cols, 0.0);
    for (group, start) in into.chunks_exact_mut(WIDTH * cols).zip((first..end).step_by(WIDTH)) {
        let (group, _) = group.as_chunks_mut::<WIDTH>();
        for lane in 0..WIDTH.min(end - start) {
            for (into, x) in group.iter_mut().zip(view.row(start + lane).unwrap_or_default()) {
                if let Some(into) = into.get_mut(lane) {
                    *into = *x;
                }
            }
        }
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
            CpuGram::default().gram(a, b, &mut found);
            assert_eq!(found, expected, "{m} x {p}, {d} columns");
            if !expected.is_empty() && d > 0 {
                found.fill(f32::NAN);
                CpuGram::default().blocks(a, b, &mut found);
                assert_eq!(found, expected, "{m} x {p}, {d} columns, in blocks");
            }
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
