//! The search in steps: one step compares a tile of queries with all rows that it was not compared with yet.

use super::nearest::Nearest;
use super::tile::{Space, check_directions};
use super::{Metric, Neighbours};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::gram::{CpuGram, Gram, rounding};
use crate::analysis::tile_pairs::{TilePair, TilePairs};
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use std::ops::Range;

/// Rows of a tile: 256 × 1,280 f32 are 1.3 MB, which the second cache holds.
const TILE: usize = 256;

/// A search that can be driven step by step, and dropped between two steps.
///
/// [`run`](Search::run) drives it to its end; with a [`Gram`], [`step`](Search::step) does one tile of queries.
/// If the products arrive later, the caller asks for the next [`tile_pair`](Search::tile_pair) and its rows, and
/// hands the products to [`add_products`](Search::add_products). The neighbours are the same to the last bit,
/// because products only rule pairs out.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    rows: View<'a>,
    /// `None`: the rows themselves, each without itself.
    queries: Option<View<'a>>,
    space: Space,
    k: usize,
    /// Squared lengths of the queries (empty without queries) and of the rows.
    squares: [Vec<f32>; 2],
    nearest: Vec<Nearest>,
    /// The largest squared distance in a tile that can still be among the nearest, per query.
    limits: Vec<f32>,
    pairs: TilePairs,
}

impl<'a> Search<'a> {
    /// A search for the `k` nearest other rows of each row.
    ///
    /// # Shape
    ///
    /// `view` `[n, d]`
    ///
    /// # Errors
    ///
    /// As [`knn`](super::knn).
    pub fn new(view: View<'a>, k: usize, metric: Metric) -> Result<Self, AnalysisError> {
        Self::prepare(None, view, k, metric, view.rows().saturating_sub(1))
    }

    /// A search for the `k` nearest rows of each query.
    ///
    /// # Shape
    ///
    /// `queries` `[m, d]`, `view` `[n, d]`
    ///
    /// # Errors
    ///
    /// As [`knn_of`](super::knn_of).
    pub fn queries(
        queries: View<'a>,
        view: View<'a>,
        k: usize,
        metric: Metric,
    ) -> Result<Self, AnalysisError> {
        if queries.cols() != view.cols() {
            return Err(AnalysisError::Columns { left: queries.cols(), right: view.cols() });
        }
        Self::prepare(Some(queries), view, k, metric, view.rows())
    }

    fn prepare(
        queries: Option<View<'a>>,
        view: View<'a>,
        k: usize,
        metric: Metric,
        most: usize,
    ) -> Result<Self, AnalysisError> {
        if view.cols() == 0 {
            return Err(AnalysisError::Columns { left: 0, right: 0 });
        }
        if k == 0 || k > most {
            return Err(AnalysisError::Neighbours { asked: k, most });
        }
        for view in [Some(view), queries].into_iter().flatten() {
            check_finite(view)?;
            if metric == Metric::Cosine {
                check_directions(view)?;
            }
        }
        let count = queries.unwrap_or(view).rows();
        let space = Space::new(metric, view, queries);
        Ok(Self {
            rows: view,
            queries,
            k,
            squares: [queries.map(|queries| space.squares(queries)).unwrap_or_default(), space.squares(view)],
            space,
            nearest: vec![Nearest::new(k); count],
            limits: vec![f32::INFINITY; count],
            pairs: queries.map_or(TilePairs::symmetric(count, TILE), |_| {
                TilePairs::rectangular(count, view.rows(), TILE)
            }),
        })
    }

    /// The same search from its start, in larger tiles of about `rows` rows: fewer, larger products suit a GPU.
    /// The products of a pair of tiles are `[rows, rows]`.
    #[must_use]
    pub fn in_tiles(mut self, rows: usize) -> Self {
        self.nearest.fill(Nearest::new(self.k));
        self.limits.fill(f32::INFINITY);
        self.pairs = self.pairs.in_tiles((rows / TILE).max(1) * TILE);
        self
    }

    /// Queries that were compared with every row.
    #[must_use]
    pub fn done(&self) -> usize {
        self.pairs.rows_done()
    }

    /// Number of queries.
    #[must_use]
    pub fn total(&self) -> usize {
        self.nearest.len()
    }

    /// Columns of the rows.
    #[must_use]
    pub fn cols(&self) -> usize {
        self.rows.cols()
    }

    /// Multiply-adds of all products of the search.
    #[must_use]
    pub fn work(&self) -> f64 {
        let each = self.total() as f64 * self.rows.rows() as f64 * self.cols() as f64;
        if self.queries.is_some() { each } else { each / 2.0 }
    }

    /// The queries and rows to multiply next; `None` at the end.
    #[must_use]
    pub fn tile_pair(&self) -> Option<TilePair> {
        self.pairs.current()
    }

    /// Queries as they are multiplied; the rows themselves without queries.
    ///
    /// # Shape
    ///
    /// `[rows, d]`
    #[must_use]
    pub fn left(&self, rows: &Range<usize>) -> Matrix {
        self.space.tile(self.queries.unwrap_or(self.rows).part(rows.start, rows.end))
    }

    /// Rows as they are multiplied.
    ///
    /// # Shape
    ///
    /// `[rows, d]`
    #[must_use]
    pub fn right(&self, rows: &Range<usize>) -> Matrix {
        self.space.tile(self.rows.part(rows.start, rows.end))
    }

    /// Drives the search to its end on the processor. Every tile of queries is reported.
    ///
    /// # Errors
    ///
    /// `analysis.cancelled`.
    pub fn run(mut self, progress: &mut dyn Progress) -> Result<Neighbours, AnalysisError> {
        let mut gram = CpuGram;
        progress.begin(Stage::Neighbours);
        report(progress, 0, self.total())?;
        while self.step(&mut gram) {
            report(progress, self.done(), self.total())?;
        }
        Ok(self.finish())
    }

    /// Compares one tile of queries; `false` if nothing was left to do.
    pub fn step(&mut self, gram: &mut dyn Gram) -> bool {
        let Some(TilePair { left, .. }) = self.tile_pair() else { return false };
        let (queries, mut tile) = (self.left(&left), Vec::new());
        while let Some(pair) = self.tile_pair().filter(|pair| pair.left == left) {
            let rows = self.right(&pair.right);
            tile.resize(left.len() * pair.right.len(), 0.0);
            gram.gram(queries.view(), rows.view(), &mut tile);
            self.add_products(&tile);
        }
        true
    }

    /// Adds the products of the current [`tile_pair`](Search::tile_pair) and moves on to the next. A product that
    /// is missing or NaN rules nothing out.
    ///
    /// # Shape
    ///
    /// `[left, right]`
    pub fn add_products(&mut self, products: &[f32]) {
        let Some(pair) = self.tile_pair() else { return };
        for left in tiles(&pair.left) {
            for right in tiles(&pair.right) {
                // Within one set, a large tile holds some pairs of small tiles in both orders: one is enough.
                if self.queries.is_some() || left.start <= right.start {
                    self.filter(products, &pair, left.clone(), right);
                }
            }
        }
        self.pairs.advance();
    }

    /// Measures every pair of a tile that the products could not rule out.
    #[expect(clippy::cast_possible_truncation, reason = "the margin covers it")]
    fn filter(&mut self, products: &[f32], pair: &TilePair, left: Range<usize>, right: Range<usize>) {
        const LANES: usize = 8;
        // |a|² + |b|² − 2ab, each with its rounding, the centring with its own.
        let keep = 1.0 - (2.0 * rounding(self.rows.cols())) as f32;
        let both = self.queries.is_none() && left.start != right.start;
        let mut candidates = Vec::new();
        for i in left {
            candidates.clear();
            {
                let at = (i - pair.left.start) * pair.right.len() + right.start - pair.right.start;
                let row = products.get(at..at + right.len()).unwrap_or_default();
                let [queries, rows] = &self.squares;
                let squares = rows.get(right.clone()).unwrap_or_default();
                let own = if self.queries.is_some() { queries } else { rows };
                let square = own.get(i).copied().unwrap_or_default();
                let own = self.limits.get(i).copied().unwrap_or(f32::INFINITY);
                let others = if both { self.limits.get(right.start..).unwrap_or_default() } else { &[] };
                let limit = |j: usize| others.get(j).map_or(own, |&other| own.max(other));
                // NaN is not outside.
                let outside =
                    |product: f32, other: f32, j: usize| (square + other) * keep - 2.0 * product > limit(j);
                for (chunk, (products, squares)) in row.chunks(LANES).zip(squares.chunks(LANES)).enumerate() {
                    let base = chunk * LANES;
                    let mut any = false;
                    for (lane, (&product, &other)) in products.iter().zip(squares).enumerate() {
                        any |= !outside(product, other, base + lane);
                    }
                    if any {
                        for (lane, (&product, &other)) in products.iter().zip(squares).enumerate() {
                            if !outside(product, other, base + lane) {
                                candidates.push(right.start + base + lane);
                            }
                        }
                    }
                }
                candidates.extend(right.start + row.len()..right.end);
            }
            for &j in &candidates {
                self.settle(i, j, both);
            }
        }
    }

    /// The measure in f64 decides, for one side or for both.
    fn settle(&mut self, i: usize, j: usize, both: bool) {
        if self.queries.is_none() && i == j {
            return;
        }
        let query = self.queries.unwrap_or(self.rows).row(i).unwrap_or_default();
        let measure = self.space.measure(query, self.rows.row(j).unwrap_or_default());
        self.offer(i, j, measure);
        if both {
            self.offer(j, i, measure);
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "rounded up by the factor")]
    fn offer(&mut self, query: usize, row: usize, measure: f64) {
        let (Some(nearest), Some(limit)) = (self.nearest.get_mut(query), self.limits.get_mut(query)) else {
            return;
        };
        nearest.offer(measure, u32::try_from(row).unwrap_or(u32::MAX));
        *limit = (self.space.in_tile(nearest.worst()) * (1.0 + 1e-6) + 1e-30) as f32;
    }

    /// The neighbours. If the search was not driven to its end, what was found so far is padded with the row
    /// itself at an infinite distance.
    ///
    /// # Shape
    ///
    /// `[m, k]`
    #[must_use]
    pub fn finish(self) -> Neighbours {
        let total = self.nearest.len();
        let (mut indices, mut distances) =
            (Vec::with_capacity(total * self.k), Vec::with_capacity(total * self.k));
        for (own, nearest) in (0_u32..).zip(&self.nearest) {
            indices.extend(nearest.found().iter().map(|found| found.1));
            distances.extend(nearest.found().iter().map(|found| self.space.distance(found.0)));
            let missing = self.k - nearest.found().len();
            indices.extend(std::iter::repeat_n(own, missing));
            distances.extend(std::iter::repeat_n(f32::INFINITY, missing));
        }
        Neighbours { k: self.k, indices, distances }
    }
}

/// A range, which starts at a whole tile, in tiles of [`TILE`].
fn tiles(rows: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = rows.end;
    rows.clone().step_by(TILE).map(move |first| first..(first + TILE).min(end))
}
