//! L-BFGS (Liu and Nocedal 1989, *Mathematical Programming* 45:503).

use super::curvature::Curvature;
use super::logistic_loss::{LogisticLoss, add, dot};

/// Pairs of steps that the approximation remembers.
const MEMORY: usize = 10;
/// Largest element of the gradient at which Newton's method takes over.
const NEAR: f64 = 1e-3;
/// Most iterations; well-posed problems take 10 to 200.
const ITERATIONS: usize = 1000;

/// Comes near the optimum.
pub(super) fn descend(problem: &LogisticLoss, at: &mut Vec<f64>, curvature: Option<&Curvature>) {
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
