//! One batch of rows on its way through the tiles.

use super::hsic::Pair;
use super::kernel::{Fitted, Kernel, centred};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::products::Products;
use crate::analysis::walk::{Meeting, Walk};
use crate::matrix::{Matrix, View};
use std::ops::Range;

/// Rows of a tile on the processor. 33 kernels of 64 × 64 f32 are 528 KiB.
const TILE: usize = 64;
/// Products that are summed in f32.
const RUN: usize = 64;

/// The same rows in every layer, and the sums over the tiles that are through.
///
/// With [`Products`] at hand, [`step`](LayerBatch::step) does it all. Where products arrive later, whoever
/// makes them asks for the next [`meeting`](LayerBatch::meeting) and its rows in each layer, and hands
/// the products of all layers to [`take`](LayerBatch::take).
#[derive(Clone, Debug)]
pub struct LayerBatch {
    layers: Vec<Layer>,
    /// Pairs of layers whose kernels are multiplied, and Σᵢⱼ Kᵢⱼ Lᵢⱼ of each.
    pairs: Vec<(usize, usize)>,
    all: Vec<f64>,
    walk: Walk,
    count: usize,
    /// Room for the tiles of a step, one per layer.
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
            walk: Walk::within(count, TILE),
            count,
            tiles: Vec::new(),
        })
    }

    /// The same batch, not begun, in tiles of so many rows: for those who would rather multiply much at a
    /// time. A tile's products are `[rows, rows]` in each layer.
    #[must_use]
    pub fn in_tiles(mut self, rows: usize) -> Self {
        self.walk = self.walk.in_blocks(rows);
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

    /// Tiles that are through.
    #[must_use]
    pub fn done(&self) -> usize {
        self.walk.done()
    }

    /// Tiles in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.walk.total()
    }

    /// Which rows are to be multiplied next, in every layer; `None` at the end.
    #[must_use]
    pub fn meeting(&self) -> Option<Meeting> {
        self.walk.now()
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

    /// Sums up one tile of every layer; `false` when there was nothing left to do.
    pub fn step(&mut self, products: &mut dyn Products) -> bool {
        let Some(meeting) = self.meeting() else { return false };
        let mut tiles = std::mem::take(&mut self.tiles);
        tiles.resize(self.layers.len(), Vec::new());
        for (layer, tile) in tiles.iter_mut().enumerate() {
            let [left, right] = [&meeting.left, &meeting.right].map(|rows| self.rows(layer, rows));
            tile.resize(left.rows() * right.rows(), 0.0);
            products.products(left, right, tile);
        }
        self.take(&mut tiles);
        self.tiles = tiles;
        true
    }

    /// Takes in the products of the [`meeting`](LayerBatch::meeting), one tile per layer, which is over
    /// then; the tiles are left as kernels.
    ///
    /// # Shape
    ///
    /// layers × `[left, right]`
    pub fn take(&mut self, tiles: &mut [Vec<f32>]) {
        let Some(meeting) = self.meeting() else { return };
        for (layer, tile) in self.layers.iter_mut().zip(tiles.iter_mut()) {
            layer.take(tile, &meeting);
        }
        let twice = if meeting.left == meeting.right { 1.0 } else { 2.0 };
        for (sum, &(i, j)) in self.all.iter_mut().zip(&self.pairs) {
            if let (Some(a), Some(b)) = (tiles.get(i), tiles.get(j)) {
                *sum += twice * product(a, b);
            }
        }
        self.walk.advance();
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

    /// Turns products into the kernel of two blocks of rows; its row sums go where they belong.
    fn take(&mut self, tile: &mut [f32], Meeting { left, right }: &Meeting) {
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
