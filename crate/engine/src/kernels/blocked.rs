//! Linear layers on packed panels, a block of rows at a time.
//!
//! Rows are interleaved once per block and then meet one panel after the other: a panel stays in the
//! first cache while all rows of the block pass, the rows stay in the second. Meanwhile the next
//! panel is touched, a share of it before each product: it would otherwise come from memory just
//! when it is needed, and wasm has no instruction to prefetch. Bias and residual are added to the
//! sums while they are in registers, an activation runs over finished rows, where its constants stay
//! in registers.

use super::activation::Activation;
use super::panel::{HEIGHT, WIDTH, interleave, product, put, take};
use std::array::from_fn;
use std::hint::black_box;
use std::ops::Range;

/// Most inputs of a block: they stay in the second cache while all panels pass.
const ROOM: usize = 132 * 1280;
/// Numbers in a line of a cache.
const LINE: usize = 16;

/// Most rows of `k` inputs in a block.
pub(super) fn rows_of(k: usize) -> usize {
    (ROOM / k).max(HEIGHT)
}

/// Rows per block of `t` rows, at most about `most`: blocks of about the same height, because a last
/// block of few rows would fetch all weights for them alone.
pub(super) fn block_rows(t: usize, most: usize) -> usize {
    t.div_ceil(t.div_ceil(most).max(1)).next_multiple_of(HEIGHT).max(HEIGHT)
}

/// The next `count` numbers of `y`, zero: asked for block by block, they are in the cache still when
/// the sums come.
pub(super) fn grown(y: &mut Vec<f32>, count: usize) -> &mut [f32] {
    let start = y.len();
    y.resize(start + count, 0.0);
    &mut y[start..]
}

/// What ends a row: the bias, then a residual, then an activation.
#[derive(Clone, Copy)]
pub(super) struct End<'a> {
    pub bias: &'a [f32],             // [n]
    pub residual: Option<&'a [f32]>, // [t, n]
    pub activation: Activation,
}

impl<'a> End<'a> {
    /// The end of the rows behind the first `count`.
    pub fn skip_rows(self, count: usize) -> Self {
        Self { residual: self.residual.map(|r| &r[count * self.bias.len()..]), ..self }
    }

    /// Ends whole rows `y [rows, n]`.
    pub fn finish(self, y: &mut [f32]) {
        let n = self.bias.len();
        for (i, row) in y.chunks_exact_mut(n).enumerate() {
            for (y, b) in row.iter_mut().zip(self.bias) {
                *y += b;
            }
            for (y, r) in row.iter_mut().zip(self.residual.map(|r| &r[i * n..]).unwrap_or_default()) {
                *y += r;
            }
            self.activation.apply(row);
        }
    }
}

/// Rows of inputs, interleaved, that panels pass.
pub(super) struct Block {
    inputs: Vec<[f32; HEIGHT]>, // [⌈rows / HEIGHT⌉, k, HEIGHT]
    k: usize,
    rows: usize,
}

impl Block {
    /// Room for `rows` rows of `k` numbers.
    pub fn new(rows: usize, k: usize) -> Self {
        Self { inputs: vec![[0.0; HEIGHT]; rows.div_ceil(HEIGHT) * k], k, rows: 0 }
    }

    /// Takes the rows of `x [rows, k]` in.
    pub fn fill(&mut self, x: &[f32]) {
        self.rows = x.len() / self.k;
        interleave(x, self.rows, self.k, self.k, &mut self.inputs);
    }

    /// The rows times one panel into columns `columns` of `y [rows, n]`, with bias and residual;
    /// `next` is the panel that comes after it.
    ///
    /// # Shape
    /// `panel [k, WIDTH]`, `next [k, WIDTH]` or empty.
    pub fn pass(&self, panel: &[f32], next: &[f32], y: &mut [f32], columns: Range<usize>, end: End<'_>) {
        let (n, panel) = (end.bias.len(), panel.as_chunks().0);
        let bias = take(&end.bias[columns.clone()]);
        let count = self.rows.div_ceil(HEIGHT);
        let mut ahead = next.chunks(next.len().div_ceil(count.max(1)).next_multiple_of(LINE).max(LINE));
        for (i, inputs) in self.inputs.chunks_exact(self.k).take(count).enumerate() {
            touch(ahead.next().unwrap_or_default());
            let sums = product::<HEIGHT, 0>(inputs, panel);
            let rows = self.rows - i * HEIGHT;
            #[expect(clippy::needless_range_loop, reason = "unrolled, the turns find the sums in registers")]
            for r in 0..HEIGHT {
                if r >= rows {
                    break;
                }
                let at = (i * HEIGHT + r) * n;
                let mut row: [f32; WIDTH] = from_fn(|j| sums[r][j] + bias[j]);
                if let Some(residual) = end.residual {
                    let residual = take(&residual[at..][columns.clone()]);
                    row = from_fn(|j| row[j] + residual[j]);
                }
                put(&mut y[at..][columns.clone()], &row);
            }
        }
    }
}

/// A whole layer.
///
/// # Shape
/// `x [t, k]`, `weight [⌈n / WIDTH⌉, k, WIDTH]` → `[t, n]`.
pub(super) fn linear(x: &[f32], k: usize, weight: &[f32], end: End<'_>) -> Vec<f32> {
    let (t, n) = (x.len() / k, end.bias.len());
    let mut y = Vec::with_capacity(t * n);
    let rows = block_rows(t, rows_of(k));
    let mut block = Block::new(rows, k);
    for x in x.chunks(rows * k) {
        let (end, y) = (end.skip_rows(y.len() / n), grown(&mut y, x.len() / k * n));
        block.fill(x);
        for (p, panel) in weight.chunks_exact(k * WIDTH).enumerate() {
            let next = weight.chunks_exact(k * WIDTH).nth(p + 1).unwrap_or_default();
            block.pass(panel, next, y, p * WIDTH..n.min((p + 1) * WIDTH), end);
        }
        end.activation.apply(y);
    }
    y
}

/// Reads one number of each cache line.
#[inline(always)]
fn touch(numbers: &[f32]) {
    black_box(numbers.iter().step_by(LINE).sum::<f32>());
}

#[cfg(test)]
mod tests {
    use super::super::linear::linear_plain;
    use super::super::panel::pack;
    use super::*;

    /// Natively nothing else runs the panels.
    #[test]
    fn panels_agree_with_the_twin() {
        fn t(t: usize, k: usize, n: usize) {
            let number = |i: usize| ((i * 7919 + 13) % 1000) as f32 / 500.0 - 1.0;
            let numbers =
                |count: usize, seed: usize| (0..count).map(|i| number(i + seed)).collect::<Vec<_>>();
            let (x, mut w, b, r) = (numbers(t * k, 1), numbers(n * k, 2), numbers(n, 3), numbers(t * n, 4));
            // As in a model: outputs of about the size of the inputs, however many there are.
            w.iter_mut().for_each(|w| *w /= (k as f32).sqrt());
            let packed = pack(n, k, |j| &w[j * k..][..k]);
            let close = |y: &[f32], plain: &[f32]| {
                y.len() == plain.len() && y.iter().zip(plain).all(|(a, b)| (a - b).abs() < 2e-5)
            };
            let end = End { bias: &b, residual: None, activation: Activation::Gelu };
            let y = linear(&x, k, &packed, end);
            assert!(close(&y, &linear_plain(&x, &w, &b, Activation::Gelu)), "{t} {k} {n}");
            let end = End { residual: Some(&r), activation: Activation::None, ..end };
            let y = linear(&x, k, &packed, end);
            let plain = linear_plain(&x, &w, &b, Activation::None);
            let plain: Vec<f32> = plain.iter().zip(&r).map(|(y, r)| y + r).collect();
            assert!(close(&y, &plain), "{t} {k} {n} with a residual");
            // A row gives the same bits alone.
            let last = End { bias: &b, residual: Some(&r[(t - 1) * n..]), activation: Activation::None };
            assert_eq!(linear(&x[(t - 1) * k..], k, &packed, last), y[(t - 1) * n..], "{t} {k} {n}");
        }
        t(1, 1, 1);
        t(3, 4, 7);
        t(4, 8, 8);
        t(5, 12, 9);
        t(rows_of(330), 330, 16);
        t(rows_of(500) + 1, 500, 33);
        t(2 * rows_of(1280) + 2, 1280, 24);
    }

    #[test]
    fn blocks_are_of_about_the_same_height() {
        for (t, rows) in [(0, 4), (1, 4), (5, 8), (132, 132), (133, 68), (258, 132), (265, 92)] {
            assert_eq!(block_rows(t, 132), rows, "{t} rows");
        }
    }
}
