//! Newton's method for a logistic loss: each step by conjugate gradients (Nocedal and Wright, *Numerical Optimization*,
//! algorithm 7.1).
//!
//! The steps are found in single precision and the loss and its gradient in double: a step need only point well, and the next
//! gradient says what it missed.

use super::class_hessians::ClassHessians;
use super::curvature::Curvature;
use super::logistic_loss::LogisticLoss;
use crate::analysis::gemm::{Operand, PackedLeft};

/// Most conjugate gradients of a step.
const CONJUGATE: usize = 400;
/// Conjugate gradients of a step from which on the Hessians of the classes are worth their cost.
const PATIENCE: usize = 25;

/// The loss around a point as a quadratic, and what scales its directions.
pub(super) struct Newton<'a> {
    problem: &'a LogisticLoss<'a>,
    curvature: Option<&'a Curvature>,
    /// Rows of the problem. `[n, d]`
    x: Vec<f32>,
    /// The same, and transposed, for products.
    rows: PackedLeft<f32>,
    columns: PackedLeft<f32>,
    hessians: Option<ClassHessians>,
    impatient: bool,
}

impl<'a> Newton<'a> {
    pub(super) fn new(problem: &'a LogisticLoss<'a>, curvature: Option<&'a Curvature>) -> Self {
        let x = narrow(problem.x);
        // Without a bound of the Hessian there is nothing to be patient with.
        let operand = Operand::new(&x, problem.rows(), problem.cols);
        let (rows, columns) = (PackedLeft::new(operand), PackedLeft::new(operand.transposed()));
        Self { problem, curvature, x, rows, columns, hessians: None, impatient: curvature.is_none() }
    }

    /// The step to the optimum of the quadratic; its residual is at most `share` of the gradient.
    pub(super) fn step(&mut self, at: &[f64], gradient: &[f64], share: f64) -> Vec<f64> {
        let p = narrow(&self.problem.probabilities(at));
        if self.impatient && self.hessians.is_none() {
            self.hessians = self.class_hessians(&p);
        }
        let diagonal = self.diagonal(&p);
        let mut step = vec![0.0; at.len()];
        let mut residual: Vec<f32> = gradient.iter().map(|&g| -g as f32).collect();
        let mut flat = self.flat(&residual, &diagonal);
        let mut direction = flat.clone();
        let mut size = dot(&residual, &flat);
        let enough = share * share * size;
        for round in 0..CONJUGATE {
            if size <= enough || size <= f64::from(f32::MIN_POSITIVE) {
                break;
            }
            self.impatient |= round >= PATIENCE;
            let bent = self.bend(&p, &direction);
            let along = dot(&direction, &bent);
            if along <= 0.0 {
                break;
            }
            step.iter_mut().zip(&direction).for_each(|(s, &d)| *s += size / along * f64::from(d));
            residual.iter_mut().zip(&bent).for_each(|(r, b)| *r -= (size / along) as f32 * b);
            flat = self.flat(&residual, &diagonal);
            let next = dot(&residual, &flat);
            direction = flat.iter().zip(&direction).map(|(f, d)| f + (next / size) as f32 * d).collect();
            size = next;
        }
        step
    }

    fn penalty(&self) -> f32 {
        (1.0 / (self.problem.c * self.problem.rows() as f64)) as f32
    }

    fn class_hessians(&self, p: &[f32]) -> Option<ClassHessians> {
        ClassHessians::new(&self.x, self.problem.cols, p, self.problem.outputs, self.penalty())
    }

    /// A residual on a scale on which all directions bend about alike.
    fn flat(&self, residual: &[f32], diagonal: &[f32]) -> Vec<f32> {
        let mut flat = residual.to_vec();
        match (&self.hessians, self.curvature) {
            (Some(hessians), _) => hessians.flatten(&mut flat),
            (None, Some(curvature)) => curvature.flatten(&mut flat, self.problem.cols, self.problem.outputs),
            (None, None) => flat.iter_mut().zip(diagonal).for_each(|(x, d)| *x /= d),
        }
        flat
    }

    /// The Hessian of the loss times a vector, where rows have the probabilities `p`.
    fn bend(&self, p: &[f32], v: &[f32]) -> Vec<f32> {
        let LogisticLoss { cols, outputs, multinomial, .. } = *self.problem;
        let rows = self.problem.rows();
        let (weights, intercepts) = v.split_at(cols * outputs);
        let mut z = intercepts.repeat(rows);
        self.rows.times(&mut z, Operand::new(weights, cols, outputs), 1.0);
        for (z, p) in z.chunks_mut(outputs.max(1)).zip(p.chunks(outputs.max(1))) {
            let mean: f32 = if multinomial { z.iter().zip(p).map(|(z, p)| z * p).sum() } else { 0.0 };
            for (z, p) in z.iter_mut().zip(p) {
                *z = if multinomial { p * (*z - mean) } else { p * (1.0 - p) * *z } / rows as f32;
            }
        }
        let mut bent = vec![0.0; v.len()];
        let (by_weight, by_intercept) = bent.split_at_mut(cols * outputs);
        self.columns.times(by_weight, Operand::new(&z, rows, outputs), 0.0);
        by_weight.iter_mut().zip(weights).for_each(|(b, w)| *b += self.penalty() * w);
        for row in z.chunks(outputs.max(1)) {
            by_intercept.iter_mut().zip(row).for_each(|(sum, r)| *sum += r);
        }
        bent
    }

    /// The diagonal of the Hessian, where nothing better is at hand.
    fn diagonal(&self, p: &[f32]) -> Vec<f32> {
        if self.hessians.is_some() || self.curvature.is_some() {
            return Vec::new();
        }
        let LogisticLoss { cols, outputs, .. } = *self.problem;
        let rows = self.problem.rows() as f32;
        let mut diagonal = vec![self.penalty(); (cols + 1) * outputs];
        let (by_weight, by_intercept) = diagonal.split_at_mut(cols * outputs);
        by_intercept.fill(1e-12);
        for (x, p) in self.x.chunks(cols.max(1)).zip(p.chunks(outputs.max(1))) {
            let weight: Vec<f32> = p.iter().map(|p| p * (1.0 - p) / rows).collect();
            for (x, to) in x.iter().zip(by_weight.chunks_mut(outputs.max(1))) {
                to.iter_mut().zip(&weight).for_each(|(to, w)| *to += x * x * w);
            }
            by_intercept.iter_mut().zip(&weight).for_each(|(to, w)| *to += w);
        }
        diagonal
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

fn narrow(x: &[f64]) -> Vec<f32> {
    x.iter().map(|&x| x as f32).collect()
}
