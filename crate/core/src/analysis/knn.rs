//! The nearest neighbours of every row: exact, whatever the rounding.
//!
//! The distances between two tiles of rows come from products in f32 ([`Gram`](super::Gram)). Such a distance
//! only rules pairs *out*: a pair that may be among the nearest, given the bound of the error, is measured again
//! in f64, and only that measure decides. Ties go to the smaller index. Within one set each pair of tiles serves
//! both of its sides, and memory grows with the number of rows, never with its square.
//!
//! The reference is a brute-force search (scikit-learn: `NearestNeighbors(algorithm="brute")`).
//!
//! | file | what it holds |
//! |---|---|
//! | `search` | the search itself, in steps |
//! | `tile` | rows of a tile, centred or scaled to length 1 |
//! | `nearest` | the k best of one row |
//! | `purity` | neighbours with the same label, against shuffled labels |
//! | `overlap` | neighbours shared by two spaces |
//! | `predict` | a number or a label from the neighbours |
//! | `likeness` | neighbours with similar numbers, against shuffled numbers |

mod likeness;
mod nearest;
mod overlap;
mod predict;
mod purity;
mod search;
mod tile;

use super::error::AnalysisError;
use crate::matrix::View;
use crate::progress::Progress;
use serde::{Deserialize, Serialize};

pub use likeness::{NumberLikeness, number_likeness};
pub use overlap::{Overlap, chance_overlap, overlap};
pub use predict::{Transfer, Weighting, regress, transfer};
pub use purity::{ClassPurity, Purity, purity, purity_of_units};
pub use search::Search;
pub(super) use tile::measure;

/// The distance between two rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Metric {
    /// √Σ(x − y)²
    #[default]
    Euclidean,
    /// 1 − cos(x, y), from 0 to 2. A row of zeros has no direction and is refused.
    Cosine,
}

/// The k nearest rows of each row, nearest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Neighbours {
    k: usize,
    /// `[n, k]`
    indices: Vec<u32>,
    /// `[n, k]`
    distances: Vec<f32>,
}

impl Neighbours {
    /// Neighbours of each row.
    #[must_use]
    pub fn k(&self) -> usize {
        self.k
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.indices.len().checked_div(self.k).unwrap_or_default()
    }

    /// The neighbours of a row, nearest first; empty past the last row.
    ///
    /// # Shape
    ///
    /// `[k]`
    #[must_use]
    pub fn of(&self, row: usize) -> &[u32] {
        self.indices.get(row * self.k..(row + 1) * self.k).unwrap_or_default()
    }

    /// Their distances; empty past the last row.
    ///
    /// # Shape
    ///
    /// `[k]`
    #[must_use]
    pub fn distances_of(&self, row: usize) -> &[f32] {
        self.distances.get(row * self.k..(row + 1) * self.k).unwrap_or_default()
    }

    /// All neighbours, row after row.
    ///
    /// # Shape
    ///
    /// `[n, k]`
    #[must_use]
    pub fn indices(&self) -> &[u32] {
        &self.indices
    }

    /// All distances, row after row.
    ///
    /// # Shape
    ///
    /// `[n, k]`
    #[must_use]
    pub fn distances(&self) -> &[f32] {
        &self.distances
    }

    /// Rows whose k-th neighbour is no nearer than the next, which was searched too: which of the two counts is decided by
    /// their order. 0 if no more than `k` were searched.
    #[must_use]
    pub fn ties(&self, k: usize) -> usize {
        let tied = |row: &usize| match self.distances_of(*row).get(k.saturating_sub(1)..=k) {
            Some([last, next]) => last.total_cmp(next).is_eq(),
            _ => false,
        };
        (0..self.rows()).filter(tied).count()
    }

    /// The `k` nearest of them, for a sweep over k from one search.
    ///
    /// # Shape
    ///
    /// `[n, k]`
    ///
    /// # Errors
    ///
    /// `knn.neighbours` for none, or for more than were searched.
    pub fn nearest(&self, k: usize) -> Result<Self, AnalysisError> {
        if k == 0 || k > self.k {
            return Err(AnalysisError::Neighbours { asked: k, most: self.k });
        }
        let cut = |row: usize| (row * self.k, row * self.k + k);
        let rows = 0..self.rows();
        Ok(Self {
            k,
            indices: rows
                .clone()
                .flat_map(|row| self.indices.get(cut(row).0..cut(row).1).unwrap_or_default())
                .copied()
                .collect(),
            distances: rows
                .flat_map(|row| self.distances.get(cut(row).0..cut(row).1).unwrap_or_default())
                .copied()
                .collect(),
        })
    }
}

/// How many to search among `others` rows, so that ties at the k-th are seen: one more, if there is one more. A k that would be
/// refused stays as it is.
#[must_use]
pub fn with_next(k: usize, others: usize) -> usize {
    if (1..others).contains(&k) { k + 1 } else { k }
}

/// Finds the `k` nearest other rows of every row.
///
/// ```
/// use crossgrain_core::analysis::{Metric, knn};
/// use crossgrain_core::matrix::View;
/// use crossgrain_core::progress::Silent;
///
/// let rows = [0.0, 1.0, 3.0, 7.0];
/// let found = knn(View::new(&rows, 4, 1)?, 1, Metric::Euclidean, &mut Silent)?;
/// assert_eq!(found.indices(), [1, 0, 1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Shape
///
/// `[n, d]` → `[n, k]`
///
/// # Errors
///
/// `knn.neighbours` for k = 0 or more than n − 1, `knn.columns` without columns,
/// `analysis.not_finite`, `knn.zero_row` for a row without direction, `analysis.cancelled`.
pub fn knn(
    view: View,
    k: usize,
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<Neighbours, AnalysisError> {
    Search::new(view, k, metric)?.run(progress)
}

/// Finds the `k` nearest rows of `view` for every row of `queries`, another set of rows.
///
/// # Shape
///
/// `queries` `[m, d]`, `view` `[n, d]` → `[m, k]`
///
/// # Errors
///
/// As [`knn`], with at most n neighbours; `knn.columns` also if the two have different columns.
pub fn knn_of(
    queries: View,
    view: View,
    k: usize,
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<Neighbours, AnalysisError> {
    Search::queries(queries, view, k, metric)?.run(progress)
}
