//! The search in steps: one step compares a tile of queries with everything it has not met.

use super::nearest::Nearest;
use super::tile::{Rows, Space, check_directions};
use super::{Metric, Neighbours};
use crate::analysis::error::{AnalysisError, check_finite};
use crate::analysis::products::{Products, rounding};
use crate::matrix::View;

/// Rows of a tile: 256 × 1,280 f32 are 1.3 MB, which the second cache holds.
const TILE: usize = 256;

/// A search that can be driven step by step, and dropped between two steps.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    rows: Rows<'a>,
    /// `None`: the rows themselves, each without itself.
    queries: Option<Rows<'a>>,
    space: Space,
    k: usize,
    nearest: Vec<Nearest>,
    /// What a pair's squared distance in a tile may at most be to matter, per query.
    limits: Vec<f32>,
    /// First query of the next step.
    next: usize,
}

/// A tile of one side.
struct Side<'t> {
    first: usize,
    squares: &'t [f32],
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
        Ok(Self {
            rows: Rows { view },
            queries: queries.map(|view| Rows { view }),
            space: Space::new(metric, view, queries),
            k,
            nearest: vec![Nearest::new(k); count],
            limits: vec![f32::INFINITY; count],
            next: 0,
        })
    }

    /// Number of queries that have met every row.
    #[must_use]
    pub fn done(&self) -> usize {
        self.next.min(self.nearest.len())
    }

    /// Number of queries.
    #[must_use]
    pub fn total(&self) -> usize {
        self.nearest.len()
    }

    /// Compares one tile of queries; `false` when there was nothing left to do.
    pub fn step(&mut self, products: &mut dyn Products) -> bool {
        if self.next >= self.total() {
            return false;
        }
        let (first, end) = (self.next, (self.next + TILE).min(self.total()));
        let (left, left_squares) = self.space.tile(self.queries.unwrap_or(self.rows), first, end);
        let start = if self.queries.is_none() { first } else { 0 };
        let mut tile = Vec::new();
        for other in (start..self.rows.view.rows()).step_by(TILE) {
            let other_end = (other + TILE).min(self.rows.view.rows());
            let (right, right_squares) = self.space.tile(self.rows, other, other_end);
            tile.resize(left.rows() * right.rows(), 0.0);
            products.products(left.view(), right.view(), &mut tile);
            let sides =
                [Side { first, squares: &left_squares }, Side { first: other, squares: &right_squares }];
            self.sift(&tile, sides);
        }
        self.next = end;
        true
    }

    /// Measures every pair of a tile that the products could not rule out.
    #[expect(clippy::cast_possible_truncation, reason = "the margin covers it")]
    fn sift(&mut self, tile: &[f32], [left, right]: [Side; 2]) {
        const LANES: usize = 8;
        // |a|² + |b|² − 2ab, each with its rounding, the centring with its own.
        let keep = 1.0 - (2.0 * rounding(self.rows.view.cols())) as f32;
        let both = self.queries.is_none() && left.first != right.first;
        let width = right.squares.len();
        let mut candidates = Vec::new();
        for ((i, row), &square) in (left.first..).zip(tile.chunks_exact(width)).zip(left.squares) {
            candidates.clear();
            {
                let own = self.limits.get(i).copied().unwrap_or(f32::INFINITY);
                let others = if both { self.limits.get(right.first..).unwrap_or_default() } else { &[] };
                let limit = |j: usize| others.get(j).map_or(own, |&other| own.max(other));
                for (chunk, (products, squares)) in
                    row.chunks(LANES).zip(right.squares.chunks(LANES)).enumerate()
                {
                    let base = chunk * LANES;
                    let mut any = false;
                    for (lane, (&product, &other)) in products.iter().zip(squares).enumerate() {
                        any |= (square + other) * keep - 2.0 * product <= limit(base + lane);
                    }
                    if any {
                        for (lane, (&product, &other)) in products.iter().zip(squares).enumerate() {
                            if (square + other) * keep - 2.0 * product <= limit(base + lane) {
                                candidates.push(right.first + base + lane);
                            }
                        }
                    }
                }
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
        let query = self.queries.unwrap_or(self.rows).view.row(i).unwrap_or_default();
        let measure = self.space.measure(query, self.rows.view.row(j).unwrap_or_default());
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
