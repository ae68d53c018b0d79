//! How much of a space a map keeps.
//!
//! **Trustworthiness** (Venna and Kaski 2001; scikit-learn: `trustworthiness`) asks whether neighbours in the map
//! are neighbours in the space, **continuity** the reverse; both weigh a false neighbour by its rank. 1 is
//! perfect. **Silhouette** (Rousseeuw 1987; scikit-learn: `silhouette_score`) asks whether groups lie apart.

use super::error::{AnalysisError, check_finite};
use super::knn::{Metric, Neighbours, knn, knn_of, overlap};
use crate::limits::{QUALITY_EXACT_ROWS, QUALITY_FEWEST_ROWS, QUALITY_SAMPLED_PAIRS, QUALITY_SAMPLED_ROWS};
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use serde::Serialize;

/// What a map keeps of the neighbours of its space.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NeighbourPreservation {
    /// Are neighbours in the map neighbours in the space?
    pub trustworthiness: f64,
    /// Are neighbours in the space neighbours in the map?
    pub continuity: f64,
    /// The share of common neighbours.
    pub overlap: f64,
}

/// The rows on which the quality of a map of `n` rows is measured, ascending: `None` for all rows, up to
/// [`QUALITY_EXACT_ROWS`]; otherwise a random sample.
#[must_use]
pub fn sampled_rows(n: usize, seed: u64) -> Option<Vec<usize>> {
    if n <= QUALITY_EXACT_ROWS {
        return None;
    }
    let wanted = (QUALITY_SAMPLED_PAIRS / n).clamp(QUALITY_FEWEST_ROWS, QUALITY_SAMPLED_ROWS);
    let mut random = Random::new(seed);
    let mut rows: Vec<usize> = (0..n).collect();
    for at in 0..wanted {
        rows.swap(at, at + random.below(n - at));
    }
    rows.truncate(wanted);
    rows.sort_unstable();
    Some(rows)
}

/// Compares the `k` nearest neighbours of some rows in a map with those in its space, among all rows: an estimate of
/// [`quality`].
///
/// # Shape
///
/// `space` `[n, d]`, `map` `[n, 2]`, `rows` `[m]` below n
///
/// # Errors
///
/// Those of [`quality`].
pub fn quality_of(
    rows: &[usize],
    space: View,
    map: View,
    k: usize,
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<NeighbourPreservation, AnalysisError> {
    let n = space.rows();
    check_sizes(n, map.rows(), k)?;
    let far = others(rows, space, k, metric, progress)?;
    let near = others(rows, map, k, Metric::Euclidean, progress)?;
    progress.begin(Stage::Quality);
    let (mut false_neighbours, mut missed_neighbours, mut shared) = (0.0, 0.0, 0);
    let mut row = vec![0.0; n];
    for (at, ((&i, far), near)) in rows.iter().zip(&far).zip(&near).enumerate() {
        report(progress, at, rows.len())?;
        false_neighbours += excess(space, metric, i, k, near, far, &mut row);
        missed_neighbours += excess(map, Metric::Euclidean, i, k, far, near, &mut row);
        shared += near.iter().filter(|other| far.contains(other)).count();
    }
    let (n, k, m) = (n as f64, k as f64, rows.len().max(1) as f64);
    let share = |sum: f64| 1.0 - 2.0 / (m * k * (2.0 * n - 3.0 * k - 1.0)) * sum;
    Ok(NeighbourPreservation {
        trustworthiness: share(false_neighbours),
        continuity: share(missed_neighbours),
        overlap: shared as f64 / (m * k),
    })
}

/// The `k` nearest other rows of some rows.
fn others(
    rows: &[usize],
    view: View,
    k: usize,
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<Vec<Vec<u32>>, AnalysisError> {
    let data = rows.iter().flat_map(|&row| view.row(row).unwrap_or_default()).copied().collect();
    let queries = Matrix::new(data, rows.len(), view.cols())
        .map_err(|_| AnalysisError::RowMismatch { left: rows.len(), right: view.rows() })?;
    let found: Neighbours = knn_of(queries.view(), view, k + 1, metric, progress)?;
    // A row is its own nearest neighbour; among its exact copies it may come later, or not at all.
    let of = |(at, &own): (usize, &usize)| {
        let near = found.of(at).iter().copied().filter(|&other| other as usize != own);
        near.take(k).collect()
    };
    Ok(rows.iter().enumerate().map(of).collect())
}

fn check_sizes(n: usize, rows: usize, k: usize) -> Result<(), AnalysisError> {
    if n != rows {
        return Err(AnalysisError::RowMismatch { left: n, right: rows });
    }
    let most = n.saturating_sub(1) / 2;
    if k == 0 || k > most { Err(AnalysisError::Neighbours { asked: k, most }) } else { Ok(()) }
}

/// Compares the `k` nearest neighbours in a map with those in its space.
///
/// # Shape
///
/// `space` `[n, d]`, `map` `[n, 2]`
///
/// # Errors
///
/// Those of [`knn()`], `analysis.row_mismatch`, and `knn.neighbours` unless k < n / 2.
pub fn quality(
    space: View,
    map: View,
    k: usize,
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<NeighbourPreservation, AnalysisError> {
    let n = space.rows();
    check_sizes(n, map.rows(), k)?;
    let (far, near) = (knn(space, k, metric, progress)?, knn(map, k, Metric::Euclidean, progress)?);
    progress.begin(Stage::Quality);
    let (mut false_neighbours, mut missed_neighbours) = (0.0, 0.0);
    let mut row = vec![0.0; n];
    for i in 0..n {
        report(progress, i, n)?;
        false_neighbours += excess(space, metric, i, k, near.of(i), far.of(i), &mut row);
        missed_neighbours += excess(map, Metric::Euclidean, i, k, far.of(i), near.of(i), &mut row);
    }
    let (n, k) = (n as f64, k as f64);
    let share = |sum: f64| 1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * sum;
    Ok(NeighbourPreservation {
        trustworthiness: share(false_neighbours),
        continuity: share(missed_neighbours),
        overlap: overlap(&far, &near)?.shared,
    })
}

/// Σ (rank − k) over the rows in `there` that are not in `here`, ranked in this space.
fn excess(
    view: View,
    metric: Metric,
    i: usize,
    k: usize,
    there: &[u32],
    here: &[u32],
    row: &mut [f64],
) -> f64 {
    if there.iter().all(|other| here.contains(other)) {
        return 0.0;
    }
    let own = view.row(i).unwrap_or_default();
    for (to, other) in row.iter_mut().zip(view.iter_rows()) {
        *to = distance(own, other, metric);
    }
    let rank = |j: usize| {
        let at = row.get(j).copied().unwrap_or_default();
        let nearer = |&(other, &x): &(usize, &f64)| other != i && (x < at || (x == at && other < j));
        row.iter().enumerate().filter(nearer).count() + 1
    };
    there.iter().map(|&j| rank(j as usize).saturating_sub(k) as f64).sum()
}

/// The mean silhouette of the rows' groups, from −1 to 1; 0 for a row alone in its group.
///
/// # Shape
///
/// `view` `[n, d]`, `labels` `[n]`
///
/// # Errors
///
/// `analysis.labels` unless there is one label per row and at least two groups,
/// `analysis.not_finite`, `analysis.cancelled`.
pub fn silhouette(
    view: View,
    labels: &[u32],
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<f64, AnalysisError> {
    let all: Vec<usize> = (0..view.rows()).collect();
    silhouette_of(&all, view, labels, metric, progress)
}

/// The mean silhouette of some rows, each compared with all rows: an estimate of [`silhouette`].
///
/// # Shape
///
/// `rows` `[m]` below n, `view` `[n, d]`, `labels` `[n]`
///
/// # Errors
///
/// Those of [`silhouette`].
pub fn silhouette_of(
    rows: &[usize],
    view: View,
    labels: &[u32],
    metric: Metric,
    progress: &mut dyn Progress,
) -> Result<f64, AnalysisError> {
    let n = view.rows();
    let mut names = labels.to_vec();
    names.sort_unstable();
    names.dedup();
    if labels.len() != n || names.len() < 2 {
        return Err(AnalysisError::Labels { found: names.len(), rows: n });
    }
    check_finite(view)?;
    let groups: Vec<usize> = labels.iter().map(|label| names.partition_point(|name| name < label)).collect();
    let mut sizes = vec![0.0; names.len()];
    for &group in &groups {
        if let Some(size) = sizes.get_mut(group) {
            *size += 1.0;
        }
    }
    progress.begin(Stage::Quality);
    let mut total = 0.0;
    for (at, &row) in rows.iter().enumerate() {
        report(progress, at, rows.len())?;
        let (Some(own), Some(&group)) = (view.row(row), groups.get(row)) else { continue };
        let mut sums = vec![0.0; names.len()];
        for (other, &group) in view.iter_rows().zip(&groups) {
            if let Some(sum) = sums.get_mut(group) {
                let far = distance(own, other, metric);
                *sum += if metric == Metric::Euclidean { far.sqrt() } else { far };
            }
        }
        let size = sizes.get(group).copied().unwrap_or_default();
        if size <= 1.0 {
            continue;
        }
        let inside = sums.get(group).copied().unwrap_or_default() / (size - 1.0);
        let others = sums.iter().zip(&sizes).enumerate().filter(|&(other, _)| other != group);
        let outside = others.map(|(_, (sum, size))| sum / size).fold(f64::INFINITY, f64::min);
        let larger = inside.max(outside);
        total += if larger > 0.0 { (outside - inside) / larger } else { 0.0 };
    }
    Ok(total / rows.len().max(1) as f64)
}

/// A squared distance, or 1 − cos.
fn distance(a: &[f32], b: &[f32], metric: Metric) -> f64 {
    super::knn::measure(metric, a, b)
}
