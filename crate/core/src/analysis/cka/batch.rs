//! One batch of rows, summed pair of tiles by pair of tiles.

use super::hsic::Pair;
use super::kernel::{Fitted, Kernel, centred};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::gram::Gram;
use crate::analysis::tile_pairs::{TilePair, TilePairs};
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use std::ops::Range;

/// Rows of a tile on the processor. 33 kernels of 64 × 64 f32 are 528 KiB.
const TILE: usize = 64;
/// Products that are summed in f32.
const RUN: usize = 64;

/// The same rows in every layer, and the sums over the tiles done so far.
///
/// [`run`](LayerBatch::run) drives it to its end; with a [`Gram`], [`step`](LayerBatch::step) does one pair of
/// tiles. If the products arrive later, the caller asks for the next [`tile_pair`](LayerBatch::tile_pair) and its
/// rows in each layer, and hands the products of all layers to [`add_products`](LayerBatch::add_products).
#[derive(Clone, Debug)]
pub struct LayerBatch {
    layers: Vec<Layer>,
    /// Pairs of layers whose kernels are multiplied, and Σᵢⱼ Kᵢⱼ Lᵢⱼ of each.
    pairs: Vec<(usize, usize)>,
    all: Vec<f64>,
    tile_pairs: TilePairs,
    count: usize,
    /// Buffers for the tiles of a step, one per layer.
    tiles: Vec<Vec<f32>>,
}

#[derive(Clone, Debug)]
struct Layer {
    rows: Matrix,
    scale: f64,
    kernel: Fitted,
    squares: Vec<f32>,
    /// Row sums of the kernel. `[n]`
    totals: Vec<f64>,
    /// Its diagonal. `[n]`
    diagonal: Vec<f64>,
}

impl LayerBatch {
    /// Views of the same number of rows.
    pub(super) fn new(
        views: &[View],
        kernel: Kernel,
        scales: &[f64],
        pairs: Vec<(usize, usize)>,
    ) -> Result<Self, AnalysisError> {
        let mut layers = Vec::with_capacity(views.len());
        for (i, view) in views.iter().enumerate() {
            check_finite(*view)?;
            layers.push(Layer::new(*view, kernel, scales.get(i).copied())?);
        }
        let count = views.first().map_or(0, View::rows);
        Ok(Self {
            layers,
            all: vec![0.0; pairs.len()],
            pairs,
            tile_pairs: TilePairs::symmetric(count, TILE),
            count,
            tiles: Vec::new(),
        })
    }

    /// The same batch from its start, in tiles of `rows` rows: fewer, larger products suit a GPU. The products of
    /// a pair of tiles are `[rows, rows]` in each layer.
    #[must_use]
    pub fn in_tiles(mut self, rows: usize) -> Self {
        self.tile_pairs = self.tile_pairs.in_tiles(rows);
        self
    }

    /// Layers of both lists.
    #[must_use]
    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Columns of the widest layer.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.layers.iter().map(|layer| layer.rows.cols()).max().unwrap_or_default()
    }

    /// Multiply-adds of the products of all rows in all layers.
    #[must_use]
    pub fn work(&self) -> f64 {
        let cols: usize = self.layers.iter().map(|layer| layer.rows.cols()).sum();
        self.count as f64 / 2.0 * self.count as f64 * cols as f64
    }

    /// Pairs of tiles done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.tile_pairs.done()
    }

    /// Pairs of tiles in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.tile_pairs.total()
    }

    /// The rows to multiply next, in every layer; `None` at the end.
    #[must_use]
    pub fn tile_pair(&self) -> Option<TilePair> {
        self.tile_pairs.current()
    }

    /// Rows of a layer as they are multiplied; none past the last layer.
    ///
    /// # Shape
    ///
    /// `[rows, d]`
    #[must_use]
    pub fn rows(&self, layer: usize, rows: &Range<usize>) -> View<'_> {
        self.layers
            .get(layer)
            .map_or_else(View::default, |layer| layer.rows.view().part(rows.start, rows.end))
    }

    /// Drives the batch to its end. Every pair of tiles is reported.
    ///
    /// # Errors
    ///
    /// `analysis.cancelled`.
    pub fn run(&mut self, gram: &mut dyn Gram, progress: &mut dyn Progress) -> Result<(), AnalysisError> {
        progress.begin(Stage::Cka);
        report(progress, self.done(), self.total())?;
        while self.step(gram) {
            report(progress, self.done(), self.total())?;
        }
        Ok(())
    }

    /// Sums one pair of tiles of every layer; `false` if nothing was left to do.
    pub fn step(&mut self, gram: &mut dyn Gram) -> bool {
        let Some(pair) = self.tile_pair() else { return false };
        let mut tiles = std::mem::take(&mut self.tiles);
        tiles.resize(self.layers.len(), Vec::new());
        for (layer, tile) in tiles.iter_mut().enumerate() {
            let [left, right] = [&pair.left, &pair.right].map(|rows| self.rows(layer, rows));
            tile.resize(left.rows() * right.rows(), 0.0);
            gram.gram(left, right, tile);
        }
        self.add_products(&mut tiles);
        self.tiles = tiles;
        true
    }

    /// Adds the products of the current [`tile_pair`](LayerBatch::tile_pair), one tile per layer, and moves on to
    /// the next. The tiles hold kernel values afterwards.
    ///
    /// # Shape
    ///
    /// layers × `[left, right]`
    pub fn add_products(&mut self, tiles: &mut [Vec<f32>]) {
        let Some(pair) = self.tile_pair() else { return };
        for (layer, tile) in self.layers.iter_mut().zip(tiles.iter_mut()) {
            layer.add(tile, &pair);
        }
        let twice = if pair.left == pair.right { 1.0 } else { 2.0 };
        for (sum, &(i, j)) in self.all.iter_mut().zip(&self.pairs) {
            if let (Some(a), Some(b)) = (tiles.get(i), tiles.get(j)) {
                *sum += twice * product(a, b);
            }
        }
        self.tile_pairs.advance();
    }

    /// What every layer was multiplied by.
    pub(super) fn scales(&self) -> Vec<f64> {
        self.layers.iter().map(|layer| layer.scale).collect()
    }

    /// Rows.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The sums of each pair of layers.
    pub(super) fn sums(&self) -> impl Iterator<Item = Pair> {
        self.all
            .iter()
            .zip(&self.pairs)
            .filter_map(|(&all, &(i, j))| Some(Layer::pair(self.layers.get(i)?, self.layers.get(j)?, all)))
    }
}

impl Layer {
    #[expect(clippy::cast_possible_truncation, reason = "kernels are f32")]
    fn new(view: View, kernel: Kernel, scale: Option<f64>) -> Result<Self, AnalysisError> {
        let (rows, scale) = centred(view, scale);
        let kernel = kernel.fit(rows.view(), scale)?;
        let squares = rows.view().iter_rows().map(|row| product(row, row) as f32).collect();
        let n = rows.rows();
        Ok(Self { rows, scale, kernel, squares, totals: vec![0.0; n], diagonal: vec![0.0; n] })
    }

    /// Turns products into kernel values of two tiles of rows, and adds their row sums and diagonal.
    fn add(&mut self, tile: &mut [f32], TilePair { left, right }: &TilePair) {
        let squares = |rows: &Range<usize>| self.squares.get(rows.clone()).unwrap_or_default();
        self.kernel.apply(tile, squares(left), squares(right));
        for (i, row) in tile.chunks_exact(right.len().max(1)).enumerate() {
            let mut sum = 0.0;
            for (j, &x) in row.iter().enumerate() {
                sum += f64::from(x);
                if left != right
                    && let Some(total) = self.totals.get_mut(right.start + j)
                {
                    *total += f64::from(x);
                }
            }
            if let Some(total) = self.totals.get_mut(left.start + i) {
                *total += sum;
            }
            if left == right
                && let (Some(to), Some(&x)) = (self.diagonal.get_mut(left.start + i), row.get(i))
            {
                *to = f64::from(x);
            }
        }
    }

    fn pair(a: &Self, b: &Self, all: f64) -> Pair {
        let dot = |x: &[f64], y: &[f64]| -> f64 { x.iter().zip(y).map(|(x, y)| x * y).sum() };
        Pair {
            all,
            diagonal: dot(&a.diagonal, &b.diagonal),
            rows: dot(&a.totals, &b.totals),
            mixed: dot(&a.totals, &b.diagonal) + dot(&a.diagonal, &b.totals),
            totals: [a.totals.iter().sum(), b.totals.iter().sum()],
            traces: [a.diagonal.iter().sum(), b.diagonal.iter().sum()],
        }
    }
}

/// Σ a·b: f32 in short runs, the runs in f64.
fn product(a: &[f32], b: &[f32]) -> f64 {
    let mut total = 0.0;
    for (a, b) in a.chunks(RUN).zip(b.chunks(RUN)) {
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<8>(), b.as_chunks::<8>());
        let mut sums = [0.0_f32; 8];
        for (a, b) in a.iter().zip(b) {
            for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
                *sum += a * b;
            }
        }
        total += sums.iter().map(|&sum| f64::from(sum)).sum::<f64>();
        total += a_rest.iter().zip(b_rest).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum::<f64>();
    }
    total
}
