//! Mean cross-entropy + |w|² / (2 C n) of a logistic regression in f64, without a penalty on the intercepts.

use super::curvature::Curvature;
use crate::analysis::gemm::{Operand, PackedLeft, gemm};
use crate::math::{exp, ln, ln_1p};

/// The problem of one fold.
pub(super) struct LogisticLoss<'a> {
    /// `[n, d]`
    pub(super) x: &'a [f64],
    /// 1 for a held class or label, else 0. `[n, k]`
    pub(super) y: &'a [f64],
    pub(super) cols: usize,
    pub(super) outputs: usize,
    /// Outputs are classes that exclude one another, not independent labels.
    pub(super) multinomial: bool,
    pub(super) c: f64,
    /// `x` and its transpose, laid out for products.
    packed: (PackedLeft<f64>, PackedLeft<f64>),
}

/// Probabilities of rows.
///
/// # Shape
///
/// x `[n, d]` → `[n, k]`
pub(super) fn probabilities(
    solution: &[f64],
    x: &[f64],
    cols: usize,
    outputs: usize,
    multinomial: bool,
) -> Vec<f64> {
    likely(logits(solution, x, cols, outputs), outputs, multinomial)
}

/// The probabilities of logits.
fn likely(mut logits: Vec<f64>, outputs: usize, multinomial: bool) -> Vec<f64> {
    for row in logits.chunks_mut(outputs.max(1)) {
        if multinomial {
            softmax(row);
        } else {
            row.iter_mut().for_each(|z| *z = sigmoid(*z));
        }
    }
    logits
}

impl<'a> LogisticLoss<'a> {
    /// # Shape
    ///
    /// x `[n, d]`, y `[n, outputs]`
    pub(super) fn new(
        (x, cols): (&'a [f64], usize),
        (y, outputs): (&'a [f64], usize),
        multinomial: bool,
        c: f64,
    ) -> Self {
        let operand = Operand::new(x, x.len() / cols.max(1), cols);
        let packed = (PackedLeft::new(operand), PackedLeft::new(operand.transposed()));
        Self { x, y, cols, outputs, multinomial, c, packed }
    }

    /// Logits of the rows. `[n, k]`
    pub(super) fn logits(&self, at: &[f64]) -> Vec<f64> {
        let (weights, intercepts) = at.split_at(self.cols * self.outputs);
        let mut logits = intercepts.repeat(self.rows());
        self.packed.0.times(&mut logits, Operand::new(weights, self.cols, self.outputs), 1.0);
        logits
    }

    /// A gradient on a scale on which all directions bend about alike.
    pub(super) fn flattened(&self, gradient: Vec<f64>, curvature: Option<&Curvature>) -> Vec<f64> {
        let Some(curvature) = curvature else { return gradient };
        let mut flat: Vec<f32> = gradient.iter().map(|&x| x as f32).collect();
        curvature.flatten(&mut flat, self.cols, self.outputs);
        flat.into_iter().map(f64::from).collect()
    }

    pub(super) fn rows(&self) -> usize {
        self.x.len() / self.cols.max(1)
    }

    /// Probabilities of the rows. `[n, k]`
    pub(super) fn probabilities(&self, at: &[f64]) -> Vec<f64> {
        likely(self.logits(at), self.outputs, self.multinomial)
    }

    /// The loss; writes its gradient into `gradient`.
    pub(super) fn loss(&self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let rows = self.x.len() / self.cols.max(1);
        let count = rows.max(1) as f64;
        let mut residual = self.logits(at);
        let mut loss = 0.0;
        for (z, y) in residual.chunks_mut(self.outputs).zip(self.y.chunks(self.outputs)) {
            loss += if self.multinomial { cross_entropy(z, y) } else { independent(z, y) };
        }
        residual.iter_mut().for_each(|r| *r /= count);
        let (weights, _) = at.split_at(self.cols * self.outputs);
        let penalty = 1.0 / (self.c * count);
        let (by_weight, by_intercept) = gradient.split_at_mut(self.cols * self.outputs);
        let r = Operand::new(&residual, rows, self.outputs);
        self.packed.1.times(by_weight, r, 0.0);
        for (gradient, w) in by_weight.iter_mut().zip(weights) {
            *gradient += penalty * w;
        }
        by_intercept.fill(0.0);
        for row in residual.chunks(self.outputs) {
            for (gradient, r) in by_intercept.iter_mut().zip(row) {
                *gradient += r;
            }
        }
        loss / count + 0.5 * penalty * dot(weights, weights)
    }
}

/// Logits of rows. `[n, k]`
pub(super) fn logits(at: &[f64], x: &[f64], cols: usize, outputs: usize) -> Vec<f64> {
    let rows = x.len() / cols.max(1);
    let (weights, intercepts) = at.split_at(cols * outputs);
    let mut logits = intercepts.repeat(rows);
    gemm(&mut logits, Operand::new(x, rows, cols), Operand::new(weights, cols, outputs), 1.0);
    logits
}

/// The loss of a row; its logits become probabilities less the truth.
fn cross_entropy(z: &mut [f64], y: &[f64]) -> f64 {
    let largest = z.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let log_sum = ln(z.iter().map(|z| exp(z - largest)).sum::<f64>()) + largest;
    let mut loss = 0.0;
    for (z, y) in z.iter_mut().zip(y) {
        loss += y * (log_sum - *z);
        *z = exp(*z - log_sum) - y;
    }
    loss
}

fn independent(z: &mut [f64], y: &[f64]) -> f64 {
    let mut loss = 0.0;
    for (z, y) in z.iter_mut().zip(y) {
        // ln(1 + e^z) − y z without overflow
        loss += z.max(0.0) + ln_1p(exp(-z.abs())) - y * *z;
        *z = sigmoid(*z) - y;
    }
    loss
}

pub(super) fn sigmoid(z: f64) -> f64 {
    if z >= 0.0 { 1.0 / (1.0 + exp(-z)) } else { exp(z) / (1.0 + exp(z)) }
}

pub(super) fn softmax(row: &mut [f64]) {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    row.iter_mut().for_each(|z| *z = exp(*z - largest));
    let sum: f64 = row.iter().sum();
    row.iter_mut().for_each(|z| *z /= sum);
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

pub(super) fn add(to: &mut [f64], scale: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += scale * x;
    }
}
