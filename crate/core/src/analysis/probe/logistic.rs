//! Logistic regression in f64: mean cross-entropy + |w|² / (2 C n), no penalty on the intercepts. The loss is convex, so
//! a descent that converges has found the optimum of scikit-learn's `LogisticRegression`.
//!
//! L-BFGS (Liu and Nocedal 1989) comes near the optimum; Newton's method with conjugate gradients finishes, and says how
//! far it still is: a Newton step that moves no logit of a training row by 2e-6 moves no probability by 1e-5. The
//! gradient alone cannot say that: the weaker the penalty, the further from the optimum the same gradient lies.

use super::curvature::Curvature;
use crate::analysis::gemm::{Operand, gemm};
use crate::math::{exp, ln, ln_1p};

/// Pairs of steps that the approximation remembers.
const MEMORY: usize = 10;
/// Largest element of the gradient at which Newton's method takes over.
const NEAR: f64 = 1e-3;
/// Most iterations of L-BFGS; well-posed problems take 10 to 200.
const ITERATIONS: usize = 1000;
/// Most steps of Newton's method; well-posed problems take one or two.
const NEWTON_STEPS: usize = 60;
/// Most conjugate gradients of a step.
const CONJUGATE: usize = 400;

/// How near to the optimum a descent ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Precision {
    /// Residual of a Newton step, as a share of the gradient.
    residual: f64,
    /// Largest change of a logit by a Newton step at the end.
    logit: f64,
}

/// Of predictions that are reported.
pub(super) const EXACT: Precision = Precision { residual: 1e-2, logit: 2e-6 };
/// Of predictions that are only ranked and compared with others of their kind, under permuted labels and in halves.
pub(super) const RANKED: Precision = Precision { residual: 0.1, logit: 0.05 };

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

/// What was found.
pub(super) struct Solution {
    /// Weights `[d, k]`, then intercepts `[k]`.
    pub(super) at: Vec<f64>,
    /// Whether it is the optimum: of an exact one no probability is further than 1e-5 from it.
    pub(super) converged: bool,
}

/// The optimum. Only the training rows say when it is reached: a tested row changes no bit of its own model.
pub(super) fn solve(problem: &LogisticLoss, curvature: Option<&Curvature>, precision: Precision) -> Solution {
    let mut at = vec![0.0; (problem.cols + 1) * problem.outputs];
    descend(problem, &mut at, curvature);
    let mut gradient = vec![0.0; at.len()];
    for _ in 0..NEWTON_STEPS {
        let value = problem.loss(&at, &mut gradient);
        let step = problem.newton_step(&at, &gradient, curvature, precision.residual);
        let moved = logits(&step, problem.x, problem.cols, problem.outputs);
        let largest = moved.iter().fold(0.0_f64, |most, z| most.max(z.abs()));
        let falls = dot(&step, &gradient);
        let mut share = 1.0;
        let mut next_gradient = vec![0.0; at.len()];
        loop {
            let next: Vec<f64> = at.iter().zip(&step).map(|(x, s)| x + share * s).collect();
            if problem.loss(&next, &mut next_gradient) <= value + 1e-4 * share * falls {
                at = next;
                break;
            }
            share *= 0.5;
            if share < 1e-6 {
                break;
            }
        }
        // A last step may be too small for the loss to notice.
        if largest <= precision.logit {
            return Solution { at, converged: true };
        }
        if share < 1e-6 {
            break;
        }
    }
    Solution { at, converged: false }
}

/// L-BFGS.
fn descend(problem: &LogisticLoss, at: &mut Vec<f64>, curvature: Option<&Curvature>) {
    let mut gradient = vec![0.0; at.len()];
    let mut value = problem.loss(at, &mut gradient);
    let mut memory: Vec<Step> = Vec::new();
    for _ in 0..ITERATIONS {
        if gradient.iter().all(|s| s.abs() <= NEAR) {
            break;
        }
        let direction = direction(&memory, &gradient, |v| problem.flattened(v, curvature));
        let falls = dot(&direction, &gradient);
        // The first step has no curvature to go by.
        let unknown = memory.is_empty() && curvature.is_none();
        let mut step = if unknown { 1.0 / dot(&gradient, &gradient).sqrt().max(1.0) } else { 1.0 };
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
        let moved: Vec<f64> = next.iter().zip(&*at).map(|(a, b)| a - b).collect();
        let turned: Vec<f64> = next_gradient.iter().zip(&gradient).map(|(a, b)| a - b).collect();
        let bend = dot(&moved, &turned);
        if bend > 1e-14 * dot(&turned, &turned) {
            if memory.len() == MEMORY {
                memory.remove(0);
            }
            let flat = dot(&turned, &problem.flattened(turned.clone(), curvature));
            memory.push(Step { moved, turned, inverse: 1.0 / bend, scale: bend / flat });
        }
        (*at, gradient, value) = (next, next_gradient, next_value);
    }
}

/// A step of the descent that is remembered.
struct Step {
    moved: Vec<f64>,
    /// The change of the gradient.
    turned: Vec<f64>,
    /// 1 / moved · turned
    inverse: f64,
    /// What a flattened gradient is multiplied by.
    scale: f64,
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
    /// A gradient on a scale on which all directions bend about alike.
    fn flattened(&self, mut gradient: Vec<f64>, curvature: Option<&Curvature>) -> Vec<f64> {
        if let Some(curvature) = curvature {
            curvature.flatten(&mut gradient, self.cols, self.outputs);
        }
        gradient
    }

    /// The step to the optimum of the loss as it bends here, by conjugate gradients.
    fn newton_step(
        &self,
        at: &[f64],
        gradient: &[f64],
        curvature: Option<&Curvature>,
        residual_share: f64,
    ) -> Vec<f64> {
        let p = probabilities(at, self.x, self.cols, self.outputs, self.multinomial);
        let diagonal = if curvature.is_none() { self.diagonal(&p) } else { Vec::new() };
        let flatten = |v: Vec<f64>| match curvature {
            Some(_) => self.flattened(v, curvature),
            None => v.iter().zip(&diagonal).map(|(v, d)| v / d).collect(),
        };
        let mut step = vec![0.0; at.len()];
        let mut residual: Vec<f64> = gradient.iter().map(|g| -g).collect();
        let mut flat = flatten(residual.clone());
        let mut direction = flat.clone();
        let mut size = dot(&residual, &flat);
        let enough = residual_share * residual_share * size;
        for _ in 0..CONJUGATE {
            if size <= enough || size <= f64::MIN_POSITIVE {
                break;
            }
            let bent = self.bend(&p, &direction);
            let along = dot(&direction, &bent);
            if along <= 0.0 {
                break;
            }
            add(&mut step, size / along, &direction);
            add(&mut residual, -size / along, &bent);
            flat = flatten(residual.clone());
            let next = dot(&residual, &flat);
            direction = flat.iter().zip(&direction).map(|(f, d)| f + next / size * d).collect();
            size = next;
        }
        step
    }

    /// The Hessian of the loss times a vector, where rows have the probabilities `p`.
    fn bend(&self, p: &[f64], v: &[f64]) -> Vec<f64> {
        let outputs = self.outputs.max(1);
        let rows = p.len() / outputs;
        let mut z = logits(v, self.x, self.cols, self.outputs);
        for (z, p) in z.chunks_mut(outputs).zip(p.chunks(outputs)) {
            let mean: f64 = if self.multinomial { dot(z, p) } else { 0.0 };
            for (z, p) in z.iter_mut().zip(p) {
                *z = if self.multinomial { p * (*z - mean) } else { p * (1.0 - p) * *z };
                *z /= rows as f64;
            }
        }
        let mut bent = vec![0.0; v.len()];
        let (by_weight, by_intercept) = bent.split_at_mut(self.cols * self.outputs);
        let r = Operand::new(&z, rows, self.outputs);
        gemm(by_weight, Operand::new(self.x, rows, self.cols).transposed(), r, 0.0);
        let penalty = 1.0 / (self.c * rows as f64);
        add(by_weight, penalty, v.get(..self.cols * self.outputs).unwrap_or_default());
        for row in z.chunks(outputs) {
            by_intercept.iter_mut().zip(row).for_each(|(sum, r)| *sum += r);
        }
        bent
    }

    /// The diagonal of the Hessian.
    fn diagonal(&self, p: &[f64]) -> Vec<f64> {
        let outputs = self.outputs.max(1);
        let rows = (p.len() / outputs).max(1) as f64;
        let mut diagonal = vec![1.0 / (self.c * rows); (self.cols + 1) * outputs];
        let (by_weight, by_intercept) = diagonal.split_at_mut(self.cols * outputs);
        by_intercept.fill(1e-12);
        for (x, p) in self.x.chunks(self.cols.max(1)).zip(p.chunks(outputs)) {
            let weight: Vec<f64> = p.iter().map(|p| p * (1.0 - p) / rows).collect();
            for (x, to) in x.iter().zip(by_weight.chunks_mut(outputs)) {
                add(to, x * x, &weight);
            }
            add(by_intercept, 1.0, &weight);
        }
        diagonal
    }

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
fn direction(memory: &[Step], gradient: &[f64], flatten: impl Fn(Vec<f64>) -> Vec<f64>) -> Vec<f64> {
    let mut q: Vec<f64> = gradient.iter().map(|s| -s).collect();
    let mut parts = Vec::with_capacity(memory.len());
    for step in memory.iter().rev() {
        let part = step.inverse * dot(&step.moved, &q);
        add(&mut q, -part, &step.turned);
        parts.push(part);
    }
    let mut q = flatten(q);
    if let Some(step) = memory.last() {
        q.iter_mut().for_each(|q| *q *= step.scale);
    }
    for (step, part) in memory.iter().zip(parts.into_iter().rev()) {
        let part = part - step.inverse * dot(&step.turned, &q);
        add(&mut q, part, &step.moved);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// At the optimum the gradient is zero; from a first solution, plain Newton steps by Gaussian elimination go on until
    /// nothing moves.
    fn exact(problem: &LogisticLoss, from: &[f64]) -> Vec<f64> {
        let mut at = from.to_vec();
        let size = at.len();
        let mut gradient = vec![0.0; size];
        for _ in 0..100 {
            problem.loss(&at, &mut gradient);
            let p = probabilities(&at, problem.x, problem.cols, problem.outputs, problem.multinomial);
            let unit = |j: usize| (0..size).map(|i| f64::from(u8::from(i == j))).collect::<Vec<_>>();
            let columns: Vec<f64> = (0..size).flat_map(|j| problem.bend(&p, &unit(j))).collect();
            let mut hessian = nalgebra::DMatrix::from_vec(size, size, columns);
            // The intercepts of a softmax are known up to a constant.
            let intercepts = problem.cols * problem.outputs;
            (intercepts..size).for_each(|i| hessian[(i, i)] += 1e-12);
            let step = hessian.lu().solve(&nalgebra::DVector::from_vec(gradient.clone())).unwrap();
            let largest = step.iter().fold(0.0_f64, |most, s| most.max(s.abs()));
            let share = (1.0 / largest).min(1.0);
            at.iter_mut().zip(step.iter()).for_each(|(x, s)| *x -= share * s);
            if largest < 1e-11 {
                break;
            }
        }
        at
    }

    #[test]
    fn the_optimum_is_found_under_any_penalty() {
        let mut random = Random::new(4);
        for (rows, cols, classes, signal) in
            [(80, 12, 2, 1.0), (46, 20, 2, 0.5), (40, 60, 2, 0.3), (90, 8, 3, 1.0)]
        {
            let labels: Vec<usize> = (0..rows).map(|row| row % classes).collect();
            let scales: Vec<f64> = (0..cols).map(|c| if c % 3 == 0 { 0.2 } else { 1.0 }).collect();
            let mut x = Vec::new();
            for &label in &labels {
                let shared = random.normal();
                x.extend(scales.iter().enumerate().map(|(c, s)| {
                    let mean = if c % classes == label { signal } else { 0.0 };
                    s * (random.normal() + mean) + 0.8 * shared
                }));
            }
            let outputs = if classes == 2 { 1 } else { classes };
            let y: Vec<f64> = labels
                .iter()
                .flat_map(|&label| {
                    (0..outputs).map(move |c| f64::from(u8::from(label == if outputs == 1 { 1 } else { c })))
                })
                .collect();
            for c in [1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4] {
                let problem = LogisticLoss { x: &x, y: &y, cols, outputs, multinomial: classes > 2, c };
                let found = solve(&problem, None, EXACT);
                assert!(found.converged, "{rows} {cols} {c}");
                let said = |at: &[f64]| probabilities(at, &x, cols, outputs, classes > 2);
                let best = exact(&problem, &found.at);
                let apart = said(&found.at)
                    .iter()
                    .zip(said(&best))
                    .fold(0.0_f64, |most, (a, b)| most.max((a - b).abs()));
                assert!(apart < 2e-5, "{rows} × {cols}, C {c}: {apart:e}");
            }
        }
    }
}
