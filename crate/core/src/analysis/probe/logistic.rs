//! Logistic regression by L-BFGS in f64 (Liu and Nocedal 1989): mean cross-entropy + |w|² / (2 C n), no penalty
//! on the intercepts. The loss is convex, so a descent that converges has found the optimum of scikit-learn's
//! `LogisticRegression`.

use crate::analysis::gemm::{Operand, gemm};
use crate::math::{exp, ln, ln_1p};

/// Pairs of steps that the approximation remembers.
const MEMORY: usize = 10;
/// Largest element of the gradient at the end (scikit-learn: `tol`). 1e-6 moves a probability by far less than 1e-3.
const TOLERANCE: f64 = 1e-6;
/// Most iterations; well-posed problems take 20 to 200.
const ITERATIONS: usize = 3000;

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
}

/// Weights `[d, k]`, then intercepts `[k]`.
pub(super) fn solve(problem: &LogisticLoss) -> Vec<f64> {
    let mut at = vec![0.0; (problem.cols + 1) * problem.outputs];
    let mut gradient = vec![0.0; at.len()];
    let mut value = problem.loss(&at, &mut gradient);
    let mut memory: Vec<(Vec<f64>, Vec<f64>, f64)> = Vec::new();
    for _ in 0..ITERATIONS {
        if gradient.iter().all(|s| s.abs() <= TOLERANCE) {
            break;
        }
        let direction = direction(&memory, &gradient);
        let falls = dot(&direction, &gradient);
        // The first step has no curvature to go by.
        let mut step = if memory.is_empty() { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
        let mut next_gradient = vec![0.0; at.len()];
        let (next, next_value) = loop {
            let next: Vec<f64> = at.iter().zip(&direction).map(|(x, d)| x + step * d).collect();
            let next_value = problem.loss(&next, &mut next_gradient);
            if next_value <= value + 1e-4 * step * falls || step < 1e-12 {
                break (next, next_value);
            }
            step *= 0.5;
        };
        if step < 1e-12 {
            if memory.is_empty() {
                break;
            }
            memory.clear();
            continue;
        }
        let moved: Vec<f64> = next.iter().zip(&at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let curvature = dot(&moved, &turned);
        if curvature > 1e-14 * dot(&turned, &turned) {
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            memory.push((moved, turned, 1.0 / curvature));
        }
        (at, gradient, value) = (next, next_gradient, next_value);
    }
    at
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
    let mut logits = logits(solution, x, cols, outputs);
    for row in logits.chunks_mut(outputs.max(1)) {
        if multinomial {
            softmax(row);
        } else {
            row.iter_mut().for_each(|z| *z = sigmoid(*z));
        }
    }
    logits
}

impl LogisticLoss<'_> {
    /// The loss; writes its gradient into `gradient`.
    fn loss(&self, at: &[f64], gradient: &mut [f64]) -> f64 {
        let rows = self.x.len() / self.cols.max(1);
        let count = rows.max(1) as f64;
        let mut residual = logits(at, self.x, self.cols, self.outputs);
        let mut loss = 0.0;
        for (z, y) in residual.chunks_mut(self.outputs).zip(self.y.chunks(self.outputs)) {
            loss += if self.multinomial { cross_entropy(z, y) } else { independent(z, y) };
        }
        residual.iter_mut().for_each(|r| *r /= count);
        let (weights, _) = at.split_at(self.cols * self.outputs);
        let penalty = 1.0 / (self.c * count);
        let (by_weight, by_intercept) = gradient.split_at_mut(self.cols * self.outputs);
        let r = Operand::new(&residual, rows, self.outputs);
        gemm(by_weight, Operand::new(self.x, rows, self.cols).transposed(), r, 0.0);
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

fn logits(at: &[f64], x: &[f64], cols: usize, outputs: usize) -> Vec<f64> {
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

/// The quasi-Newton direction by the two-loop recursion.
fn direction(memory: &[(Vec<f64>, Vec<f64>, f64)], gradient: &[f64]) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|s| -s).collect();
    let mut parts = Vec::with_capacity(memory.len());
    for (moved, turned, inverse) in memory.iter().rev() {
        let part = inverse * dot(moved, &q);
        add(&mut q, -part, turned);
        parts.push(part);
    }
    if let Some((_, turned, inverse)) = memory.last() {
        let scale = 1.0 / (inverse * dot(turned, turned));
        q.iter_mut().for_each(|q| *q *= scale);
    }
    for ((moved, turned, inverse), part) in memory.iter().zip(parts.into_iter().rev()) {
        let part = part - inverse * dot(turned, &q);
        add(&mut q, part, moved);
    }
    q
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn add(to: &mut [f64], scale: f64, x: &[f64]) {
    for (to, x) in to.iter_mut().zip(x) {
        *to += scale * x;
    }
}
