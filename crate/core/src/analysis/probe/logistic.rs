//! Logistic regression. The loss is convex, so a descent that converges has found the optimum of scikit-learn's `LogisticRegression`.
//!
//! L-BFGS comes near the optimum; Newton's method with conjugate gradients finishes, and says how
//! far it still is: a Newton step that moves no logit of a training row by 2e-6 moves no probability by 1e-5. The
//! gradient alone cannot say that: the weaker the penalty, the further from the optimum the same gradient lies.

use super::curvature::Curvature;
use super::lbfgs;
use super::logistic_loss::{LogisticLoss, dot};
use super::newton::Newton;

/// Most steps of Newton's method; well-posed problems take one or two.
const NEWTON_STEPS: usize = 60;

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
    lbfgs::descend(problem, &mut at, curvature);
    let mut newton = Newton::new(problem, curvature);
    let mut gradient = vec![0.0; at.len()];
    let mut value = problem.loss(&at, &mut gradient);
    for _ in 0..NEWTON_STEPS {
        let step = newton.step(&at, &gradient, precision.residual);
        let moved = problem.logits(&step);
        let largest = moved.iter().fold(0.0_f64, |most, z| most.max(z.abs()));
        let falls = dot(&step, &gradient);
        let mut share = 1.0;
        loop {
            let mut next_gradient = vec![0.0; at.len()];
            let next: Vec<f64> = at.iter().zip(&step).map(|(x, s)| x + share * s).collect();
            let next_value = problem.loss(&next, &mut next_gradient);
            if next_value <= value + 1e-4 * share * falls {
                (at, value, gradient) = (next, next_value, next_gradient);
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

#[cfg(test)]
mod tests {
    use super::super::logistic_loss::probabilities;
    use super::*;
    use crate::analysis::gemm::{Operand, gemm};
    use crate::random::Random;

    /// The Hessian of the loss times a vector.
    fn bend(problem: &LogisticLoss, p: &[f64], v: &[f64]) -> Vec<f64> {
        let (rows, outputs) = (problem.rows(), problem.outputs);
        let mut z = problem.logits(v);
        for (z, p) in z.chunks_mut(outputs).zip(p.chunks(outputs)) {
            let mean = if problem.multinomial { dot(z, p) } else { 0.0 };
            for (z, p) in z.iter_mut().zip(p) {
                *z = if problem.multinomial { p * (*z - mean) } else { p * (1.0 - p) * *z } / rows as f64;
            }
        }
        let mut bent = vec![0.0; v.len()];
        let (by_weight, by_intercept) = bent.split_at_mut(problem.cols * outputs);
        let x = Operand::new(problem.x, rows, problem.cols);
        gemm(by_weight, x.transposed(), Operand::new(&z, rows, outputs), 0.0);
        by_weight.iter_mut().zip(v).for_each(|(b, v)| *b += v / (problem.c * rows as f64));
        z.chunks(outputs).for_each(|row| by_intercept.iter_mut().zip(row).for_each(|(sum, r)| *sum += r));
        bent
    }

    /// At the optimum the gradient is zero; from a first solution, plain Newton steps by Gaussian elimination go on until
    /// nothing moves.
    fn exact(problem: &LogisticLoss, from: &[f64]) -> Vec<f64> {
        let mut at = from.to_vec();
        let size = at.len();
        let mut gradient = vec![0.0; size];
        for _ in 0..100 {
            problem.loss(&at, &mut gradient);
            let p = problem.probabilities(&at);
            let unit = |j: usize| (0..size).map(|i| f64::from(u8::from(i == j))).collect::<Vec<_>>();
            let columns: Vec<f64> = (0..size).flat_map(|j| bend(problem, &p, &unit(j))).collect();
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
                let problem = LogisticLoss::new((&x, cols), (&y, outputs), classes > 2, c);
                let said = |at: &[f64]| probabilities(at, &x, cols, outputs, classes > 2);
                let own = Curvature::of_fold(&x, cols, c);
                assert_eq!(own.is_some(), cols <= rows);
                for curvature in [None, own.as_ref()] {
                    let found = solve(&problem, curvature, EXACT);
                    assert!(found.converged, "{rows} {cols} {c}");
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
}
