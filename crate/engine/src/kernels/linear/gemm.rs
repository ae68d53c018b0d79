//! The matrix product (GEMM) of f32 linear layers on packed panels, a block of rows at a time.
//!
//! The rows of a block are interleaved once and then multiplied with one panel after the other: a panel
//! stays in the L1 cache for all rows of the block, the rows stay in the L2 cache. Meanwhile the next
//! panel is prefetched, a share of it before each call of the microkernel: it would otherwise arrive
//! from memory late, and wasm has no prefetch instruction. Bias and residual are added to the sums while
//! these are in registers; the activation runs over finished rows, so that its constants stay in
//! registers.

use super::epilogue::RowEpilogue;
use crate::kernels::panel::{HEIGHT, WIDTH, interleave, load, microkernel, store};
use std::array::from_fn;
use std::hint::black_box;
use std::ops::Range;

/// Largest number of inputs in a block: they stay in the L2 cache for all panels.
const BLOCK_INPUTS: usize = 132 * 1280;
/// Floats in a cache line.
const LINE: usize = 16;

/// Largest number of rows in a block with `k` inputs per row.
pub(super) fn largest_block(k: usize) -> usize {
    (BLOCK_INPUTS / k).max(HEIGHT)
}

/// Rows per block if `t` rows are cut into blocks of about `most` rows. All blocks have about the same
/// height, because a last block of a few rows would load all weights for these rows alone.
pub(super) fn block_rows(t: usize, most: usize) -> usize {
    t.div_ceil(t.div_ceil(most).max(1)).next_multiple_of(HEIGHT).max(HEIGHT)
}

/// Appends `count` zeros to `y` and returns them. A caller appends block by block, so that the zeros are
/// still in the cache when the sums replace them.
pub(super) fn append_zeroed(y: &mut Vec<f32>, count: usize) -> &mut [f32] {
    let start = y.len();
    y.resize(start + count, 0.0);
    &mut y[start..]
}

/// A block of rows of inputs, interleaved.
pub(super) struct RowBlock {
    inputs: Vec<[f32; HEIGHT]>, // [⌈rows / HEIGHT⌉, k, HEIGHT]
    k: usize,
    rows: usize,
}

impl RowBlock {
    /// A buffer for `rows` rows of `k` numbers.
    pub fn new(rows: usize, k: usize) -> Self {
        Self { inputs: vec![[0.0; HEIGHT]; rows.div_ceil(HEIGHT) * k], k, rows: 0 }
    }

    /// Interleaves the rows of `x`.
    ///
    /// # Shape
    /// `x [rows, k]`.
    pub fn fill(&mut self, x: &[f32]) {
        self.rows = x.len() / self.k;
        interleave(x, self.rows, self.k, self.k, &mut self.inputs);
    }

    /// Multiplies the rows with one panel and stores the sums, with bias and residual, in columns
    /// `columns` of `y`. Meanwhile it prefetches `next`, the panel that follows.
    ///
    /// # Shape
    /// `panel [k, WIDTH]`, `next [k, WIDTH]` or empty → `y [rows, n]`.
    pub fn multiply(
        &self,
        panel: &[f32],
        next: &[f32],
        y: &mut [f32],
        columns: Range<usize>,
        epilogue: RowEpilogue<'_>,
    ) {
        let (n, panel) = (epilogue.bias.len(), panel.as_chunks().0);
        let bias = load(&epilogue.bias[columns.clone()]);
        let count = self.rows.div_ceil(HEIGHT);
        let mut ahead = next.chunks(next.len().div_ceil(count.max(1)).next_multiple_of(LINE).max(LINE));
        for (i, inputs) in self.inputs.chunks_exact(self.k).take(count).enumerate() {
            prefetch(ahead.next().unwrap_or_default());
            let sums = microkernel::<HEIGHT, 0>(inputs, panel);
            let rows = self.rows - i * HEIGHT;
            #[expect(
                clippy::needless_range_loop,
                reason = "unrolled, the iterations find the sums in registers"
            )]
            for r in 0..HEIGHT {
                if r >= rows {
                    break;
                }
                let at = (i * HEIGHT + r) * n;
                let mut row: [f32; WIDTH] = from_fn(|j| sums[r][j] + bias[j]);
                if let Some(residual) = epilogue.residual {
                    let residual = load(&residual[at..][columns.clone()]);
                    row = from_fn(|j| row[j] + residual[j]);
                }
                store(&mut y[at..][columns.clone()], &row);
            }
        }
    }
}

/// The product of `x` and a packed weight, with its epilogue.
///
/// # Shape
/// `x [t, k]`, `weight [⌈n / WIDTH⌉, k, WIDTH]` → `[t, n]`.
pub(super) fn gemm(x: &[f32], k: usize, weight: &[f32], epilogue: RowEpilogue<'_>) -> Vec<f32> {
    let (t, n) = (x.len() / k, epilogue.bias.len());
    let mut y = Vec::with_capacity(t * n);
    let rows = block_rows(t, largest_block(k));
    let mut block = RowBlock::new(rows, k);
    for x in x.chunks(rows * k) {
        let (epilogue, y) = (epilogue.skip_rows(y.len() / n), append_zeroed(&mut y, x.len() / k * n));
        block.fill(x);
        for (p, panel) in weight.chunks_exact(k * WIDTH).enumerate() {
            let next = weight.chunks_exact(k * WIDTH).nth(p + 1).unwrap_or_default();
            block.multiply(panel, next, y, p * WIDTH..n.min((p + 1) * WIDTH), epilogue);
        }
        epilogue.activation.apply(y);
    }
    y
}

/// Reads one number of each cache line, so that the lines are in the cache.
#[inline(always)]
fn prefetch(numbers: &[f32]) {
    black_box(numbers.iter().step_by(LINE).sum::<f32>());
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernels::panel::pack;
    use crate::kernels::{Activation, linear_reference};

    /// The property tests reach the panels in wasm only.
    #[test]
    fn panels_agree_with_the_reference() {
        fn t(t: usize, k: usize, n: usize) {
            let number = |i: usize| ((i * 7919 + 13) % 1000) as f32 / 500.0 - 1.0;
            let numbers =
                |count: usize, seed: usize| (0..count).map(|i| number(i + seed)).collect::<Vec<_>>();
            let (x, mut w, b, r) = (numbers(t * k, 1), numbers(n * k, 2), numbers(n, 3), numbers(t * n, 4));
            // As in a model: outputs are about as large as inputs, whatever their number.
            w.iter_mut().for_each(|w| *w /= (k as f32).sqrt());
            let packed = pack(n, k, |j| &w[j * k..][..k]);
            let close = |y: &[f32], expected: &[f32]| {
                y.len() == expected.len() && y.iter().zip(expected).all(|(a, b)| (a - b).abs() < 2e-5)
            };
            let epilogue = RowEpilogue { bias: &b, residual: None, activation: Activation::Gelu };
            let y = gemm(&x, k, &packed, epilogue);
            assert!(close(&y, &linear_reference(&x, &w, &b, Activation::Gelu)), "{t} {k} {n}");
            let epilogue = RowEpilogue { residual: Some(&r), activation: Activation::None, ..epilogue };
            let y = gemm(&x, k, &packed, epilogue);
            let expected = linear_reference(&x, &w, &b, Activation::None);
            let expected: Vec<f32> = expected.iter().zip(&r).map(|(y, r)| y + r).collect();
            assert!(close(&y, &expected), "{t} {k} {n} with a residual");
            // A row gives the same bits alone.
            let last =
                RowEpilogue { bias: &b, residual: Some(&r[(t - 1) * n..]), activation: Activation::None };
            assert_eq!(gemm(&x[(t - 1) * k..], k, &packed, last), y[(t - 1) * n..], "{t} {k} {n}");
        }
        t(1, 1, 1);
        t(3, 4, 7);
        t(4, 8, 8);
        t(5, 12, 9);
        t(largest_block(330), 330, 16);
        t(largest_block(500) + 1, 500, 33);
        t(2 * largest_block(1280) + 2, 1280, 24);
    }

    #[test]
    fn blocks_have_about_the_same_height() {
        for (t, rows) in [(0, 4), (1, 4), (5, 8), (132, 132), (133, 68), (258, 132), (265, 92)] {
            assert_eq!(block_rows(t, 132), rows, "{t} rows");
        }
    }
}
