//! Layers × layers in one pass over the pairs of rows.
//!
//! The kernels of all layers are computed tile by tile; every pair of layers takes its sums from
//! the tile, and the tile is dropped. Work grows with n², memory with n.
//!
//! Batches are added one after another, each centred for itself, and the quotient is taken at the
//! end: with one batch that is CKA; with many it is mini-batch CKA, and its biased value is the
//! published layer × layer matrix (Xiao et al. 2025).

use super::hsic::{Cka, Hsic, Pair, Quotient};
use super::kernel::{Fitted, Kernel, centred};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::products::{Cpu, Products};
use crate::analysis::progress::{Progress, report};
use crate::matrix::{Matrix, View};

/// Rows of a tile. 33 kernels of 64 × 64 f32 are 528 KiB.
const TILE: usize = 64;

/// The similarity of every layer of one list with every layer of another.
#[derive(Clone, Debug, PartialEq)]
pub struct CkaMatrix {
    rows: usize,
    cols: usize,
    /// `[rows, cols]`
    cells: Vec<Cka>,
}

/// Sums over batches, until the quotients are taken.
#[derive(Clone, Debug)]
pub struct LayerSums {
    kernel: Kernel,
    /// Columns of each layer, of both lists.
    widths: Vec<usize>,
    /// What the first batch of each layer was multiplied by.
    scales: Vec<f64>,
    left: usize,
    /// With one list, its layers are compared with each other.
    alone: bool,
    /// Every pair i ≤ j of all layers that is needed.
    pairs: Vec<(usize, usize)>,
    sums: Vec<Hsic>,
}

/// One layer of a batch on its way through the tiles.
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

impl CkaMatrix {
    /// Layers of the first list.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Layers of the second list, or of the first again.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// One pair of layers; undefined outside the matrix.
    #[must_use]
    pub fn at(&self, row: usize, col: usize) -> Cka {
        let none = Cka::new(Hsic::default(), Hsic::default(), Hsic::default(), Quotient::Plain);
        if col >= self.cols {
            return none;
        }
        self.cells.get(row * self.cols + col).copied().unwrap_or(none)
    }

    /// All pairs, row after row.
    #[must_use]
    pub fn cells(&self) -> &[Cka] {
        &self.cells
    }
}

impl LayerSums {
    /// For the layers of one list with each other, or with those of another.
    #[must_use]
    pub fn new(kernel: Kernel) -> Self {
        Self {
            kernel,
            widths: Vec::new(),
            scales: Vec::new(),
            left: 0,
            alone: true,
            pairs: Vec::new(),
            sums: Vec::new(),
        }
    }

    /// Adds a batch: the same rows in every layer.
    ///
    /// # Errors
    ///
    /// As [`cka_layers`], and `cka.layers` if the layers are not those of the first batch.
    pub fn add(
        &mut self,
        xs: &[View],
        ys: Option<&[View]>,
        products: &mut dyn Products,
        progress: Progress,
    ) -> Result<(), AnalysisError> {
        let views: Vec<View> = xs.iter().chain(ys.unwrap_or_default()).copied().collect();
        let rows = views.first().map_or(0, View::rows);
        if let Some(other) = views.iter().find(|view| view.rows() != rows) {
            return Err(AnalysisError::RowMismatch { left: rows, right: other.rows() });
        }
        if rows < 4 {
            return Err(AnalysisError::CkaRows { rows });
        }
        self.fix_layers(xs, ys)?;
        let mut layers = Vec::with_capacity(views.len());
        for (i, view) in views.into_iter().enumerate() {
            check_finite(view)?;
            layers.push(Layer::new(view, self.kernel, self.scales.get(i).copied())?);
        }
        if self.scales.is_empty() {
            self.scales = layers.iter().map(|layer| layer.scale).collect();
        }
        let mut all = vec![0.0; self.pairs.len()];
        let tiles = rows.div_ceil(TILE);
        let (mut done, total) = (0, tiles * (tiles + 1) / 2);
        let mut kernels = vec![Vec::new(); layers.len()];
        for first in (0..rows).step_by(TILE) {
            for second in (first..rows).step_by(TILE) {
                report(progress, done, total)?;
                for (layer, tile) in layers.iter_mut().zip(&mut kernels) {
                    layer.fill(tile, first, second, products);
                }
                let twice = if first == second { 1.0 } else { 2.0 };
                for (sum, &(i, j)) in all.iter_mut().zip(&self.pairs) {
                    if let (Some(a), Some(b)) = (kernels.get(i), kernels.get(j)) {
                        *sum += twice * product(a, b);
                    }
                }
                done += 1;
            }
        }
        for ((sum, all), &(i, j)) in self.sums.iter_mut().zip(all).zip(&self.pairs) {
            if let (Some(a), Some(b)) = (layers.get(i), layers.get(j)) {
                *sum += Layer::pair(a, b, all).hsic(rows);
            }
        }
        Ok(())
    }

    /// The quotients.
    #[must_use]
    pub fn finish(&self, quotient: Quotient) -> CkaMatrix {
        let sum = |i: usize, j: usize| {
            let key = (i.min(j), i.max(j));
            self.pairs.binary_search(&key).ok().and_then(|at| self.sums.get(at)).copied().unwrap_or_default()
        };
        let others = if self.alone { 0..self.left } else { self.left..self.widths.len() };
        let cells = (0..self.left)
            .flat_map(|i| others.clone().map(move |j| (i, j)))
            .map(|(i, j)| Cka::new(sum(i, j), sum(i, i), sum(j, j), quotient))
            .collect();
        CkaMatrix { rows: self.left, cols: others.len(), cells }
    }

    /// The first batch says which layers there are.
    fn fix_layers(&mut self, xs: &[View], ys: Option<&[View]>) -> Result<(), AnalysisError> {
        let widths: Vec<usize> = xs.iter().chain(ys.unwrap_or_default()).map(View::cols).collect();
        if self.widths.is_empty() {
            let (left, all) = (xs.len(), widths.len());
            self.left = left;
            self.alone = ys.is_none();
            let needed = |&(i, j): &(usize, usize)| ys.is_none() || i == j || (i < left && j >= left);
            self.pairs = (0..all).flat_map(|i| (i..all).map(move |j| (i, j))).filter(needed).collect();
            self.sums = vec![Hsic::default(); self.pairs.len()];
            self.widths = widths;
            return Ok(());
        }
        if widths != self.widths || xs.len() != self.left || ys.is_none() != self.alone {
            return Err(AnalysisError::CkaLayers { found: widths.len(), expected: self.widths.len() });
        }
        Ok(())
    }
}

/// Compares every layer of `xs` with every layer of `ys`, or with each other.
///
/// Layers of one model; two models; or one layer of many checkpoints beside its first (`xs` the
/// reference alone): each is a list of embeddings of the same rows.
///
/// # Shape
///
/// `xs` a × `[n, ·]`, `ys` b × `[n, ·]` → `[a, b]`, or `[a, a]` without `ys`
///
/// # Errors
///
/// `analysis.row_mismatch`, `cka.too_few_rows` for fewer than four (or no layers),
/// `analysis.not_finite`, `cka.bandwidth`, `analysis.cancelled`.
pub fn cka_layers(
    xs: &[View],
    ys: Option<&[View]>,
    kernel: Kernel,
    progress: Progress,
) -> Result<CkaMatrix, AnalysisError> {
    let mut sums = LayerSums::new(kernel);
    sums.add(xs, ys, &mut Cpu::default(), progress)?;
    Ok(sums.finish(Quotient::Plain))
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

    /// The kernel of two tiles of rows; its row sums go where they belong.
    fn fill(&mut self, tile: &mut Vec<f32>, first: usize, second: usize, products: &mut dyn Products) {
        let part = |start: usize| {
            let end = (start + TILE).min(self.rows.rows());
            let cols = self.rows.cols();
            let data = self.rows.data().get(start * cols..end * cols).unwrap_or_default();
            (View::new(data, end - start, cols), self.squares.get(start..end).unwrap_or_default())
        };
        let ((Ok(a), left), (Ok(b), right)) = (part(first), part(second)) else { return };
        tile.resize(a.rows() * b.rows(), 0.0);
        products.products(a, b, tile);
        self.kernel.apply(tile, left, right);
        for (i, row) in tile.chunks_exact(b.rows()).enumerate() {
            let mut sum = 0.0;
            for (j, &x) in row.iter().enumerate() {
                sum += f64::from(x);
                if first != second
                    && let Some(total) = self.totals.get_mut(second + j)
                {
                    *total += f64::from(x);
                }
            }
            if let Some(total) = self.totals.get_mut(first + i) {
                *total += sum;
            }
            if first == second
                && let (Some(to), Some(&x)) = (self.diagonal.get_mut(first + i), row.get(i))
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
    for (a, b) in a.chunks(TILE).zip(b.chunks(TILE)) {
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
