//! t-SNE: a map that keeps the probabilities of neighbours (van der Maaten and Hinton 2008).
//!
//! The references are openTSNE and scikit-learn's `TSNE`: early exaggeration of 12 for 250 iterations, momentum
//! 0.5 and then 0.8, and the learning rate n / early exaggeration / 4, at least 50 (`learning_rate="auto"`).
//! Attraction is summed over the exact neighbours, repulsion over all pairs without approximation (scikit-learn:
//! `method="exact"`). It runs iteration by iteration, as [`Umap`](super::Umap) does.

use super::error::AnalysisError;
use super::knn::Neighbours;
use super::umap::start_points;
use crate::math::{exp, ln};
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use serde::{Deserialize, Serialize};

/// Iterations with exaggerated attraction.
const EARLY_EXAGGERATION_ITER: usize = 250;
/// The factor of the attraction in these iterations.
const EARLY_EXAGGERATION: f32 = 12.0;

/// Options of t-SNE; the defaults are scikit-learn's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct TsneOptions {
    /// Effective number of neighbours, 30 by default; 5 to 50 is usual. [`Tsne::new`] needs at least as many
    /// neighbours; three times as many are usual.
    pub perplexity: f64,
    /// Iterations (scikit-learn: `max_iter`), 1,000 by default, the first 250 with early exaggeration.
    pub iterations: usize,
    /// The seed of the noise added to the start (scikit-learn: `random_state`); 42 by default.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seed: u64,
}

impl Default for TsneOptions {
    fn default() -> Self {
        Self { perplexity: 30.0, iterations: 1000, seed: 42 }
    }
}

/// A map in progress.
#[derive(Clone, Debug)]
pub struct Tsne {
    /// Coordinates, `[n]` each.
    at: [Vec<f32>; 2],
    speed: [Vec<f32>; 2],
    gains: [Vec<f32>; 2],
    /// First edge of each row, and the end. `[n + 1]`
    first: Vec<usize>,
    edges: Vec<(u32, f32)>,
    iterations: usize,
    iteration: usize,
}

impl Tsne {
    /// A map of the rows whose neighbours are given, beginning at `start`.
    ///
    /// # Shape
    ///
    /// `neighbours` `[n, k]`, `start` `[n, 2]`
    ///
    /// # Errors
    ///
    /// `map.option` for a perplexity that is not above 1 and at most k, and for no iterations;
    /// `analysis.row_mismatch`, `knn.columns`, `analysis.not_finite`.
    pub fn new(neighbours: &Neighbours, start: View, options: TsneOptions) -> Result<Self, AnalysisError> {
        let n = neighbours.rows();
        if !(options.perplexity > 1.0 && options.perplexity <= neighbours.k() as f64) {
            return Err(AnalysisError::MapOption {
                name: "perplexity",
                value: options.perplexity.to_string(),
            });
        }
        if options.iterations == 0 || options.iterations > 100_000 {
            return Err(AnalysisError::MapOption {
                name: "iterations",
                value: options.iterations.to_string(),
            });
        }
        let points = start_points(start, n, 1e-4, 1e-8, &mut Random::new(options.seed))?;
        let (first, edges) = graph(neighbours, options.perplexity);
        Ok(Self {
            at: [points.iter().map(|p| p[0]).collect(), points.iter().map(|p| p[1]).collect()],
            speed: [vec![0.0; n], vec![0.0; n]],
            gains: [vec![1.0; n], vec![1.0; n]],
            first,
            edges,
            iterations: options.iterations,
            iteration: 0,
        })
    }

    /// Iterations done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.iteration
    }

    /// Iterations in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.iterations
    }

    /// Runs all iterations and answers the map. Every iteration is reported.
    ///
    /// # Shape
    ///
    /// `[n, 2]`
    ///
    /// # Errors
    ///
    /// `analysis.cancelled`.
    pub fn run(mut self, progress: &mut dyn Progress) -> Result<Matrix, AnalysisError> {
        progress.begin(Stage::Map);
        while self.step() {
            report(progress, self.done(), self.total())?;
        }
        Ok(self.map())
    }

    /// One iteration; `false` if none was left.
    #[expect(clippy::cast_possible_truncation, reason = "maps are f32")]
    pub fn step(&mut self) -> bool {
        if self.iteration >= self.iterations {
            return false;
        }
        let n = self.first.len().saturating_sub(1);
        let early = self.iteration < EARLY_EXAGGERATION_ITER;
        let (exaggeration, momentum) = if early { (EARLY_EXAGGERATION, 0.5) } else { (1.0, 0.8) };
        let rate = (n as f32 / EARLY_EXAGGERATION / 4.0).max(50.0);
        let [xs, ys] = &self.at;
        let mut pushes = Vec::with_capacity(n);
        let mut total = 0.0_f64;
        for (&x, &y) in xs.iter().zip(ys) {
            let [sum, dx, dy] = repulsion(x, y, xs, ys);
            // The point itself adds 1 to the sum and nothing to the force.
            total += f64::from(sum) - 1.0;
            pushes.push([dx, dy]);
        }
        let scale = (1.0 / total.max(1e-12)) as f32;
        let mut forces = [Vec::with_capacity(n), Vec::with_capacity(n)];
        for (i, (push, ends)) in pushes.iter().zip(self.first.windows(2)).enumerate() {
            let (x, y) = (xs.get(i).copied().unwrap_or_default(), ys.get(i).copied().unwrap_or_default());
            let mut pull = [0.0_f32; 2];
            let range = ends.first().copied().unwrap_or_default()..ends.last().copied().unwrap_or_default();
            for &(j, p) in self.edges.get(range).unwrap_or_default() {
                let (Some(other_x), Some(other_y)) = (xs.get(j as usize), ys.get(j as usize)) else {
                    continue;
                };
                let (dx, dy) = (x - other_x, y - other_y);
                let q = p / (1.0 + dx * dx + dy * dy);
                pull = [pull[0] + q * dx, pull[1] + q * dy];
            }
            for (axis, force) in forces.iter_mut().enumerate() {
                let (pull, push) = (pull.get(axis).copied(), push.get(axis).copied());
                force
                    .push(4.0 * (exaggeration * pull.unwrap_or_default() - scale * push.unwrap_or_default()));
            }
        }
        for (((at, speed), gains), forces) in
            self.at.iter_mut().zip(&mut self.speed).zip(&mut self.gains).zip(&forces)
        {
            for (((x, speed), gain), force) in at.iter_mut().zip(speed).zip(gains).zip(forces) {
                *gain = if (*force > 0.0) == (*speed > 0.0) { (*gain * 0.8).max(0.01) } else { *gain + 0.2 };
                *speed = momentum * *speed - rate * *gain * force;
                *x += *speed;
            }
            let mean = at.iter().map(|&x| f64::from(x)).sum::<f64>() / n.max(1) as f64;
            at.iter_mut().for_each(|x| *x -= mean as f32);
        }
        self.iteration += 1;
        true
    }

    /// The map as it is now.
    ///
    /// # Shape
    ///
    /// `[n, 2]`
    #[must_use]
    pub fn map(&self) -> Matrix {
        let [xs, ys] = &self.at;
        Matrix::from_parts(xs.iter().zip(ys).flat_map(|(&x, &y)| [x, y]).collect(), xs.len(), 2)
    }
}

/// Σ 1/(1 + d²) and Σ (x − xⱼ)/(1 + d²)² for both axes, eight sums side by side.
fn repulsion(x: f32, y: f32, xs: &[f32], ys: &[f32]) -> [f32; 3] {
    const LANES: usize = 8;
    let ((xs, xs_rest), (ys, ys_rest)) = (xs.as_chunks::<LANES>(), ys.as_chunks::<LANES>());
    let mut sums = [[0.0_f32; LANES]; 3];
    let [sum, along_x, along_y] = &mut sums;
    for (xs, ys) in xs.iter().zip(ys) {
        for ((((sum, ax), ay), other_x), other_y) in
            sum.iter_mut().zip(&mut *along_x).zip(&mut *along_y).zip(xs).zip(ys)
        {
            let (dx, dy) = (x - other_x, y - other_y);
            let q = 1.0 / (1.0 + dx * dx + dy * dy);
            *sum += q;
            *ax += q * q * dx;
            *ay += q * q * dy;
        }
    }
    let mut found = sums.map(|lanes| lanes.iter().sum::<f32>());
    for (other_x, other_y) in xs_rest.iter().zip(ys_rest) {
        let (dx, dy) = (x - other_x, y - other_y);
        let q = 1.0 / (1.0 + dx * dx + dy * dy);
        found = [found[0] + q, found[1] + q * q * dx, found[2] + q * q * dy];
    }
    found
}

/// The joint probabilities of all pairs, symmetric, as rows of edges.
#[expect(clippy::cast_possible_truncation, reason = "probabilities are f32")]
fn graph(neighbours: &Neighbours, perplexity: f64) -> (Vec<usize>, Vec<(u32, f32)>) {
    let n = neighbours.rows();
    let mut pairs: Vec<(u32, u32, f64)> = Vec::with_capacity(2 * neighbours.indices().len());
    for row in 0..n {
        let probabilities = conditional_probabilities(neighbours.distances_of(row), perplexity);
        let own = u32::try_from(row).unwrap_or(u32::MAX);
        for (&other, probability) in neighbours.of(row).iter().zip(probabilities) {
            let half = probability / (2.0 * n as f64);
            pairs.extend([(own, other, half), (other, own, half)]);
        }
    }
    pairs.sort_by_key(|&(from, to, _)| (from, to));
    let (mut first, mut edges): (Vec<usize>, Vec<(u32, f32)>) = (vec![0], Vec::new());
    let mut row = 0;
    for group in pairs.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let Some(&(from, to, _)) = group.first() else { continue };
        while row < from as usize {
            first.push(edges.len());
            row += 1;
        }
        edges.push((to, group.iter().map(|pair| pair.2).sum::<f64>() as f32));
    }
    first.resize(n + 1, edges.len());
    (first, edges)
}

/// exp(−β d²), normalised, where β gives the entropy of `perplexity` equal neighbours.
fn conditional_probabilities(distances: &[f32], perplexity: f64) -> Vec<f64> {
    let nearest = distances.first().map_or(0.0, |&d| f64::from(d).powi(2));
    let squares: Vec<f64> = distances.iter().map(|&d| f64::from(d).powi(2) - nearest).collect();
    let (mut low, mut high) = (0.0, f64::INFINITY);
    let largest = squares.iter().copied().fold(0.0, f64::max);
    let mut beta = if largest > 0.0 { 1.0 / largest } else { 1.0 };
    let mut weights = Vec::new();
    for _ in 0..100 {
        weights = squares.iter().map(|square| exp(-beta * square)).collect();
        let sum: f64 = weights.iter().sum();
        let mean = weights.iter().zip(&squares).map(|(weight, square)| weight * square).sum::<f64>() / sum;
        let entropy = ln(sum) + beta * mean - ln(perplexity);
        weights.iter_mut().for_each(|weight| *weight /= sum);
        if entropy.abs() < 1e-5 {
            break;
        }
        if entropy > 0.0 {
            low = beta;
        } else {
            high = beta;
        }
        beta = if high.is_infinite() { beta * 2.0 } else { f64::midpoint(low, high) };
    }
    weights
}
