//! The search in steps: one step compares a tile of queries with everything it has not met.

use super::nearest::Nearest;
use super::tile::{Space, check_directions};
use super::{Metric, Neighbours};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::products::{Products, rounding};
use crate::analysis::walk::{Meeting, Walk};
use crate::matrix::{Matrix, View};
use std::ops::Range;

/// Rows of a tile: 256 × 1,280 f32 are 1.3 MB, which the second cache holds.
const TILE: usize = 256;

/// A search that can be driven step by step, and dropped between two steps.
///
/// With [`Products`] at hand, [`step`](Search::step) does it all. Where products arrive later,
/// whoever makes them asks for the next [`meeting`](Search::meeting) and its rows, and hands the
/// products to [`take`](Search::take). The neighbours are the same to the last bit, for products
/// only rule out.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    rows: View<'a>,
    /// `None`: the rows themselves, each without itself.
    queries: Option<View<'a>>,
    space: Space,
    k: usize,
    /// Squared lengths of the queries, where there are any, and of the rows.
    squares: [Vec<f32>; 2],
    nearest: Vec<Nearest>,
    /// What a pair's squared distance in a tile may at most be to matter, per query.
    limits: Vec<f32>,
    walk: Walk,
}

impl<'a> Search<'a> {
    /// A search for the `k` nearest other rows of each row.
    ///
    /// # Errors
    ///
    /// As [`knn`](super::knn).
    pub fn within(view: View<'a>, k: usize, metric: Metric) -> Result<Self, AnalysisError> {
        Self::new(None, view, k, metric, view.rows().saturating_sub(1))
    }

    /// A search for the `k` nearest rows of each query.
    ///
    /// # Errors
    ///
    /// As [`knn_of`](super::knn_of).
    pub fn of(queries: View<'a>, view: View<'a>, k: usize, metric: Metric) -> Result<Self, AnalysisError> {
        if queries.cols() != view.cols() {
            return Err(AnalysisError::Columns { left: queries.cols(), right: view.cols() });
        }
        Self::new(Some(queries), view, k, metric, view.rows())
    }

    fn new(
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
            walk: queries.map_or(Walk::within(count, TILE), |_| Walk::across(count, view.rows(), TILE)),
        })
    }

    /// The same search, not begun, in tiles of about so many rows: for those who would rather multiply
    /// much at a time. A tile's products are `[rows, rows]`.
    #[must_use]
    pub fn in_tiles(mut self, rows: usize) -> Self {
        self.nearest.fill(Nearest::new(self.k));
        self.limits.fill(f32::INFINITY);
        self.walk = self.walk.in_blocks((rows / TILE).max(1) * TILE);
        self
    }

    /// Number of queries that have met every row.
    #[must_use]
    pub fn done(&self) -> usize {
        self.walk.rows_done()
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

    /// Which queries and rows are to be multiplied next; `None` at the end.
    #[must_use]
    pub fn meeting(&self) -> Option<Meeting> {
        self.walk.now()
    }

    /// Queries as they are multiplied. Without queries these are rows.
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

    /// Compares one tile of queries; `false` when there was nothing left to do.
    pub fn step(&mut self, products: &mut dyn Products) -> bool {
        let Some(Meeting { left, .. }) = self.meeting() else { return false };
        let (queries, mut tile) = (self.left(&left), Vec::new());
        while let Some(meeting) = self.meeting().filter(|meeting| meeting.left == left) {
            let rows = self.right(&meeting.right);
            tile.resize(left.len() * meeting.right.len(), 0.0);
            products.products(queries.view(), rows.view(), &mut tile);
            self.take(&tile);
        }
        true
    }

    /// Takes in the products of the [`meeting`](Search::meeting), which is over then. Whatever is
    /// missing or no number rules nothing out.
    ///
    /// # Shape
    ///
    /// `[left, right]`
    pub fn take(&mut self, products: &[f32]) {
        let Some(meeting) = self.meeting() else { return };
        for left in tiles(&meeting.left) {
            for right in tiles(&meeting.right) {
                // Within one set, tiles of a large tile that lie the other way round have met.
                if self.queries.is_some() || left.start <= right.start {
                    self.sift(products, &meeting, left.clone(), right);
                }
            }
        }
        self.walk.advance();
    }

    /// Measures every pair of a tile that the products could not rule out.
    #[expect(clippy::cast_possible_truncation, reason = "the margin covers it")]
    fn sift(&mut self, products: &[f32], meeting: &Meeting, left: Range<usize>, right: Range<usize>) {
        const LANES: usize = 8;
        // |a|² + |b|² − 2ab, each with its rounding, the centring with its own.
        let keep = 1.0 - (2.0 * rounding(self.rows.cols())) as f32;
        let both = self.queries.is_none() && left.start != right.start;
        let mut candidates = Vec::new();
        for i in left {
            candidates.clear();
            {
                let at = (i - meeting.left.start) * meeting.right.len() + right.start - meeting.right.start;
                let row = products.get(at..at + right.len()).unwrap_or_default();
                let [queries, rows] = &self.squares;
                let squares = rows.get(right.clone()).unwrap_or_default();
                let own = if self.queries.is_some() { queries } else { rows };
                let square = own.get(i).copied().unwrap_or_default();
                let own = self.limits.get(i).copied().unwrap_or(f32::INFINITY);
                let others = if both { self.limits.get(right.start..).unwrap_or_default() } else { &[] };
                let limit = |j: usize| others.get(j).map_or(own, |&other| own.max(other));
                // What is no number is not outside.
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

    /// The neighbours; of a search that was not driven to its end, what was found so far is padded
    /// with the row itself at an infinite distance.
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

/// A range in tiles of [`TILE`], as it starts at a whole one.
fn tiles(rows: &Range<usize>) -> impl Iterator<Item = Range<usize>> + use<> {
    let end = rows.end;
    rows.clone().step_by(TILE).map(move |first| first..(first + TILE).min(end))
}
