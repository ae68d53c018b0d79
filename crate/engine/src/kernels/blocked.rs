//! Linear layers on packed panels, a block of rows at a time.
//!
//! Rows are interleaved once per block and then meet one panel after the other: a panel stays in the
//! first cache while all rows of the block pass, the rows stay in the second. Bias and residual are
//! added to the sums while they are in registers, an activation runs over finished rows, where its
//! constants stay in registers.

use super::activation::Activation;
use super::panel::{HEIGHT, WIDTH, interleave, product, put};
use std::ops::Range;

/// Rows whose inputs stay in the cache while all panels pass.
pub(super) const BLOCK: usize = 64;

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
    /// Room for up to [`BLOCK`] rows of `k` numbers out of `t`.
    pub fn new(t: usize, k: usize) -> Self {
        Self { inputs: vec![[0.0; HEIGHT]; t.min(BLOCK).div_ceil(HEIGHT) * k], k, rows: 0 }
    }

    /// Takes the rows of `x [rows, k]` in.
    pub fn fill(&mut self, x: &[f32]) {
        self.rows = x.len() / self.k;
        interleave(x, self.rows, self.k, self.k, &mut self.inputs);
    }

    /// The rows times one panel into columns `columns` of `y [rows, n]`, with bias and residual.
    ///
    /// # Shape
    /// `panel [k, WIDTH]`.
    pub fn pass(&self, panel: &[f32], y: &mut [f32], columns: Range<usize>, end: End<'_>) {
        let (n, panel) = (end.bias.len(), panel.as_chunks().0);
        let mut bias = [0.0; WIDTH];
        bias.iter_mut().zip(&end.bias[columns.clone()]).for_each(|(slot, b)| *slot = *b);
        let blocks = self.inputs.chunks_exact(self.k).take(self.rows.div_ceil(HEIGHT));
        for (i, inputs) in blocks.enumerate() {
            let sums = product::<HEIGHT, 0>(inputs, panel);
            for (r, sums) in sums.iter().enumerate().take(self.rows - i * HEIGHT) {
                let at = (i * HEIGHT + r) * n;
                let mut row = *sums;
                row.iter_mut().zip(&bias).for_each(|(v, b)| *v += b);
                if let Some(residual) = end.residual {
                    let residual = &residual[at..][columns.clone()];
                    row.iter_mut().zip(residual).for_each(|(v, r)| *v += r);
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
    let mut y = vec![0.0_f32; t * n];
    let mut block = Block::new(t, k);
    for (i, (x, y)) in x.chunks(BLOCK * k).zip(y.chunks_mut(BLOCK * n)).enumerate() {
        let end = end.skip_rows(i * BLOCK);
        block.fill(x);
        for (p, panel) in weight.chunks_exact(k * WIDTH).enumerate() {
            block.pass(panel, y, p * WIDTH..n.min((p + 1) * WIDTH), end);
        }
        end.activation.apply(y);
    }
    y
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
            let (x, w, b, r) = (numbers(t * k, 1), numbers(n * k, 2), numbers(n, 3), numbers(t * n, 4));
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
        t(64, 33, 16);
        t(65, 20, 33);
        t(130, 64, 24);
    }
}
