//! One pair of spaces over any number of batches, as if all rows had been given at once.
//!
//! Kept are sums of products of columns, in f64: memory grows with the columns, never with the
//! rows. Rows are shifted by the mean of the first batch, so that little cancels later. With
//! sums over all rows x of the first space and y of the second,
//!
//! ```text
//! Σᵢⱼ Kᵢⱼ Lᵢⱼ = |Σ x yᵀ|²      Σⱼ Kᵢⱼ = xᵢ · Σ x      Kᵢᵢ = |xᵢ|²
//! ```

use super::hsic::{Cka, Pair, Quotient};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::standardise::means;
use crate::matrix::View;

/// Sums of one pair of spaces, linear kernel.
#[derive(Clone, Debug, Default)]
pub struct CkaStream {
    rows: usize,
    shift: [Vec<f64>; 2],
    /// Σ xᵢ of both spaces.
    sums: [Vec<f64>; 2],
    /// X·X, X·Y, Y·Y.
    blocks: [CrossSums; 3],
}

/// Sums for two spaces a and b, which may be the same space.
#[derive(Clone, Debug, Default)]
struct CrossSums {
    /// Σ a bᵀ `[p, q]`
    products: Vec<f64>,
    /// Σ a |b|² `[p]`
    left: Vec<f64>,
    /// Σ b |a|² `[q]`
    right: Vec<f64>,
    /// Σ |a|² |b|²
    diagonal: f64,
}

impl CkaStream {
    /// Adds the same rows of both spaces.
    ///
    /// # Shape
    ///
    /// `x` `[n, p]`, `y` `[n, q]`; n may differ from call to call, p and q may not.
    ///
    /// # Errors
    ///
    /// `analysis.row_mismatch`, `analysis.not_finite`, `cka.layers` for other columns than before.
    pub fn add(&mut self, x: View, y: View) -> Result<(), AnalysisError> {
        if x.rows() != y.rows() {
            return Err(AnalysisError::RowMismatch { left: x.rows(), right: y.rows() });
        }
        check_finite(x)?;
        check_finite(y)?;
        if x.rows() == 0 {
            return Ok(());
        }
        if self.rows == 0 {
            self.shift = [means(x), means(y)];
            self.sums = [vec![0.0; x.cols()], vec![0.0; y.cols()]];
            self.blocks = [(x, x), (x, y), (y, y)].map(|(a, b)| CrossSums::new(a.cols(), b.cols()));
        }
        for (view, shift) in [x, y].iter().zip(&self.shift) {
            if view.cols() != shift.len() {
                return Err(AnalysisError::CkaLayers { found: view.cols(), expected: shift.len() });
            }
        }
        self.rows += x.rows();
        let [shift_x, shift_y] = &self.shift;
        let shifted = |row: &[f32], shift: &[f64]| -> Vec<f64> {
            row.iter().zip(shift).map(|(&x, shift)| f64::from(x) - shift).collect()
        };
        for (x, y) in x.iter_rows().zip(y.iter_rows()) {
            let (x, y) = (shifted(x, shift_x), shifted(y, shift_y));
            for (sums, row) in self.sums.iter_mut().zip([&x, &y]) {
                add_scaled(sums, 1.0, row);
            }
            for (block, (a, b)) in self.blocks.iter_mut().zip([(&x, &x), (&x, &y), (&y, &y)]) {
                block.add(a, b);
            }
        }
        Ok(())
    }

    /// Rows added so far.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The similarity over all rows added so far.
    ///
    /// # Errors
    ///
    /// `cka.too_few_rows` for fewer than four.
    pub fn finish(&self, quotient: Quotient) -> Result<Cka, AnalysisError> {
        if self.rows < 4 {
            return Err(AnalysisError::CkaRows { rows: self.rows });
        }
        let [x, y] = &self.sums;
        let [xx, xy, yy] = &self.blocks;
        let (trace_x, trace_y) = (xx.trace(), yy.trace());
        let both = xy.pair(x, y, [trace_x, trace_y]).hsic(self.rows);
        let own = xx.pair(x, x, [trace_x; 2]).hsic(self.rows);
        let other = yy.pair(y, y, [trace_y; 2]).hsic(self.rows);
        Ok(Cka::new(both, own, other, quotient))
    }
}

impl CrossSums {
    fn new(p: usize, q: usize) -> Self {
        Self { products: vec![0.0; p * q], left: vec![0.0; p], right: vec![0.0; q], diagonal: 0.0 }
    }

    fn add(&mut self, a: &[f64], b: &[f64]) {
        if b.is_empty() {
            return;
        }
        for (row, &a) in self.products.chunks_exact_mut(b.len()).zip(a) {
            add_scaled(row, a, b);
        }
        let (aa, bb) = (dot(a, a), dot(b, b));
        add_scaled(&mut self.left, bb, a);
        add_scaled(&mut self.right, aa, b);
        self.diagonal += aa * bb;
    }

    /// Σ |a|², for a block of a space with itself.
    fn trace(&self) -> f64 {
        self.products.iter().step_by(self.left.len() + 1).sum()
    }

    fn pair(&self, a: &[f64], b: &[f64], traces: [f64; 2]) -> Pair {
        let rows = self.products.chunks_exact(b.len().max(1)).zip(a).map(|(row, a)| a * dot(row, b)).sum();
        Pair {
            all: dot(&self.products, &self.products),
            diagonal: self.diagonal,
            rows,
            mixed: dot(a, &self.left) + dot(b, &self.right),
            totals: [dot(a, a), dot(b, b)],
            traces,
        }
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add_scaled(sum: &mut [f64], by: f64, row: &[f64]) {
    for (sum, x) in sum.iter_mut().zip(row) {
        *sum += by * x;
    }
}
