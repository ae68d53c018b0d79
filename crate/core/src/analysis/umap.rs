//! UMAP: a map in which near neighbours stay near (McInnes, Healy and Melville 2018).
//!
//! The reference is umap-learn, and the parameters have its names and defaults. The graph comes from exact
//! neighbours (umap-learn approximates them above 4,096 rows), the start from the caller (umap-learn's
//! `init="pca"`; principal components are a good start), and every random choice is seeded. It runs epoch by
//! epoch: a caller can draw or stop in between, or call [`Umap::run`].
//!
//! | file | what it holds |
//! |---|---|
//! | `graph` | distances → weights of edges |
//! | `curve` | `min_dist` → the two numbers of the curve, and its powers |

mod curve;
mod graph;

use super::error::{AnalysisError, check_finite};
use super::knn::Neighbours;
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use curve::{Curve, power};
use serde::{Deserialize, Serialize};

/// Negative samples that repel a point at once: two vectors of four f32 hold the usual five.
const LANES: usize = 8;

/// Options of UMAP, under the names of umap-learn; the defaults are umap-learn's.
///
/// `n_neighbors` is the number of neighbours given to [`Umap::new`] plus the row itself; 15 is umap-learn's
/// default.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
pub struct UmapOptions {
    /// The smallest distance between neighbouring points of the map, 0 to 1; 0.1 by default.
    pub min_dist: f64,
    /// Epochs; by default 500 up to 10,000 rows, then 200.
    #[serde(rename = "epochs")]
    pub n_epochs: Option<usize>,
    /// Negative samples per attraction; 5 by default.
    pub negative_sample_rate: usize,
    /// The seed of every random choice (umap-learn: `random_state`); 42 by default.
    #[cfg_attr(feature = "typescript", ts(type = "number"))]
    pub seed: u64,
}

impl Default for UmapOptions {
    fn default() -> Self {
        Self { min_dist: 0.1, n_epochs: None, negative_sample_rate: 5, seed: 42 }
    }
}

/// A map in progress.
#[derive(Clone, Debug)]
pub struct Umap {
    /// `[n, 2]`
    points: Vec<[f32; 2]>,
    edges: Vec<Edge>,
    curve: Curve,
    epochs: usize,
    epoch: usize,
    negatives: f32,
    random: Random,
}

/// An edge and when it is due.
#[derive(Clone, Copy, Debug)]
struct Edge {
    from: u32,
    to: u32,
    /// Epochs from one visit to the next.
    every: f32,
    next: f32,
    next_negative: f32,
}

impl Umap {
    /// A map of the rows whose neighbours are given, beginning at `start`.
    ///
    /// umap-learn counts a row among its own neighbours: its `n_neighbors` of 15 are 14 here.
    ///
    /// # Shape
    ///
    /// `neighbours` `[n, k]`, `start` `[n, 2]`
    ///
    /// # Errors
    ///
    /// `map.option`, `analysis.row_mismatch`, `knn.columns` unless the start has two columns,
    /// `analysis.not_finite`.
    pub fn new(neighbours: &Neighbours, start: View, options: UmapOptions) -> Result<Self, AnalysisError> {
        let n = neighbours.rows();
        if !(0.0..=1.0).contains(&options.min_dist) {
            return Err(AnalysisError::MapOption { name: "min_dist", value: options.min_dist.to_string() });
        }
        let epochs = options.n_epochs.unwrap_or(if n <= 10_000 { 500 } else { 200 });
        if epochs == 0 || epochs > 100_000 {
            return Err(AnalysisError::MapOption { name: "epochs", value: epochs.to_string() });
        }
        let negatives = options.negative_sample_rate;
        if negatives == 0 || negatives > 1000 {
            return Err(AnalysisError::MapOption { name: "negatives", value: negatives.to_string() });
        }
        let mut random = Random::new(options.seed);
        let points = start_points(start, n, 10.0, 1e-4, &mut random)?;
        #[expect(clippy::cast_possible_truncation, reason = "an epoch is small")]
        let edges = graph::edges(neighbours, epochs)
            .into_iter()
            .map(|(from, to, every)| {
                let (every, negative) = (every as f32, every as f32 / negatives as f32);
                Edge { from, to, every, next: every, next_negative: negative }
            })
            .collect();
        let curve = Curve::new(options.min_dist);
        Ok(Self { points, edges, curve, epochs, epoch: 0, negatives: negatives as f32, random })
    }

    /// Epochs done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.epoch
    }

    /// Epochs in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.epochs
    }

    /// Runs all epochs and answers the map. Every epoch is reported.
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

    /// One epoch; `false` if none was left.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are small")]
    pub fn step(&mut self) -> bool {
        if self.epoch >= self.epochs {
            return false;
        }
        let rate = 1.0 - self.epoch as f32 / self.epochs as f32;
        let epoch = self.epoch as f32;
        let n = self.points.len();
        let Curve { a, b } = self.curve;
        let points = &mut self.points;
        for edge in &mut self.edges {
            if edge.next > epoch {
                continue;
            }
            let (i, j) = (edge.from as usize, edge.to as usize);
            let (Some(&own), Some(&other)) = (points.get(i), points.get(j)) else { continue };
            let (mut own, mut other) = (own, other);
            let (dx, dy) = (own[0] - other[0], own[1] - other[1]);
            let square = dx * dx + dy * dy;
            if square > 0.0 {
                let raised = a * power(square, b);
                let pull = -2.0 * b * raised / (square * (1.0 + raised));
                for (axis, d) in [dx, dy].into_iter().enumerate() {
                    let by = (pull * d).clamp(-4.0, 4.0) * rate;
                    if let (Some(x), Some(y)) = (own.get_mut(axis), other.get_mut(axis)) {
                        *x += by;
                        *y -= by;
                    }
                }
            }
            edge.next += edge.every;
            if let Some(to) = points.get_mut(j) {
                *to = other;
            }
            let gap = edge.every / self.negatives;
            let due = ((epoch - edge.next_negative) / gap).max(0.0) as usize;
            edge.next_negative += due as f32 * gap;
            let mut left = due;
            while left > 0 {
                // An unused lane holds the point itself, which repels nothing.
                let mut samples = [own; LANES];
                for sample in samples.iter_mut().take(left) {
                    let drawn = self.random.below(n);
                    *sample = points.get(drawn).copied().filter(|_| drawn != i).unwrap_or(own);
                }
                left = left.saturating_sub(LANES);
                own = repelled(own, &samples, self.curve, rate);
            }
            if let Some(to) = points.get_mut(i) {
                *to = own;
            }
        }
        self.epoch += 1;
        true
    }

    /// The map as it is now.
    ///
    /// # Shape
    ///
    /// `[n, 2]`
    #[must_use]
    pub fn map(&self) -> Matrix {
        Matrix::from_parts(self.points.as_flattened().to_vec(), self.points.len(), 2)
    }
}

/// A point repelled by several others at once.
#[inline]
fn repelled(own: [f32; 2], far: &[[f32; 2]; LANES], Curve { a, b }: Curve, rate: f32) -> [f32; 2] {
    let dx = far.map(|far| own[0] - far[0]);
    let dy = far.map(|far| own[1] - far[1]);
    let mut by = [[0.0_f32; LANES]; 2];
    let [along_x, along_y] = &mut by;
    for (((to_x, to_y), dx), dy) in along_x.iter_mut().zip(along_y).zip(dx).zip(dy) {
        let square = dx * dx + dy * dy;
        let push = 2.0 * b / ((0.001 + square) * (1.0 + a * power(square, b)));
        *to_x = (push * dx).clamp(-4.0, 4.0);
        *to_y = (push * dy).clamp(-4.0, 4.0);
    }
    let [x, y] = by.map(|by| by.iter().sum::<f32>());
    [own[0] + x * rate, own[1] + y * rate]
}

/// The start, scaled to a size, with a little noise so that no two points are the same.
///
/// # Shape
///
/// `[rows, 2]` → `[rows]`
#[expect(clippy::cast_possible_truncation, reason = "maps are f32")]
pub(super) fn start_points(
    start: View,
    rows: usize,
    size: f64,
    noise: f64,
    random: &mut Random,
) -> Result<Vec<[f32; 2]>, AnalysisError> {
    if start.rows() != rows {
        return Err(AnalysisError::RowMismatch { left: rows, right: start.rows() });
    }
    if start.cols() != 2 {
        return Err(AnalysisError::Columns { left: 2, right: start.cols() });
    }
    check_finite(start)?;
    let largest = start.data().iter().fold(0.0_f64, |largest, &x| largest.max(f64::from(x.abs())));
    let scale = if largest > 0.0 { size / largest } else { 0.0 };
    let (pairs, _) = start.data().as_chunks::<2>();
    Ok(pairs
        .iter()
        .map(|pair| pair.map(|x| (f64::from(x) * scale + noise * random.normal()) as f32))
        .collect())
}
