//! Layers × layers in one pass over the pairs of rows.
//!
//! The kernels of all layers are computed tile by tile; every pair of layers takes its sums from
//! the tile, and the tile is dropped. Work grows with n², memory with n.
//!
//! Batches are added one after another, each centred separately, and the quotient is taken at the
//! end: with one batch that is CKA; with many it is mini-batch CKA, and its biased value is the
//! published layer × layer matrix (Xiao et al. 2025).

use super::batch::LayerBatch;
use super::hsic::{Cka, Hsic, Quotient};
use super::kernel::Kernel;
use crate::analysis::error::AnalysisError;
use crate::analysis::gram::{CpuGram, Gram};
use crate::matrix::View;
use crate::progress::Progress;

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
    /// # Shape
    ///
    /// `xs` a × `[n, ·]`, `ys` b × `[n, ·]`
    ///
    /// # Errors
    ///
    /// As [`cka_layers`], and `cka.layers` if the layers are not those of the first batch.
    pub fn add(
        &mut self,
        xs: &[View],
        ys: Option<&[View]>,
        gram: &mut dyn Gram,
        progress: &mut dyn Progress,
    ) -> Result<(), AnalysisError> {
        let mut batch = self.begin(xs, ys)?;
        batch.run(gram, progress)?;
        self.end(&batch);
        Ok(())
    }

    /// Begins a batch that the caller drives and then hands to [`end`](LayerSums::end).
    ///
    /// # Shape
    ///
    /// As [`add`](LayerSums::add).
    ///
    /// # Errors
    ///
    /// As [`add`](LayerSums::add).
    pub fn begin(&mut self, xs: &[View], ys: Option<&[View]>) -> Result<LayerBatch, AnalysisError> {
        let views: Vec<View> = xs.iter().chain(ys.unwrap_or_default()).copied().collect();
        let rows = views.first().map_or(0, View::rows);
        if let Some(other) = views.iter().find(|view| view.rows() != rows) {
            return Err(AnalysisError::RowMismatch { left: rows, right: other.rows() });
        }
        if rows < 4 {
            return Err(AnalysisError::CkaRows { rows });
        }
        self.fix_layers(xs, ys)?;
        let batch = LayerBatch::new(&views, self.kernel, &self.scales, self.pairs.clone())?;
        if self.scales.is_empty() {
            self.scales = batch.scales();
        }
        Ok(batch)
    }

    /// Adds what a batch has summed up.
    pub fn end(&mut self, batch: &LayerBatch) {
        for (sum, pair) in self.sums.iter_mut().zip(batch.sums()) {
            *sum += pair.hsic(batch.count());
        }
    }

    /// The quotients.
    ///
    /// # Shape
    ///
    /// `[a, b]`, or `[a, a]` without a second list
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
    progress: &mut dyn Progress,
) -> Result<CkaMatrix, AnalysisError> {
    let mut sums = LayerSums::new(kernel);
    sums.add(xs, ys, &mut CpuGram, progress)?;
    Ok(sums.finish(Quotient::Plain))
}
