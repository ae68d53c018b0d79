//! How much of a space a map keeps.
//!
//! **Trustworthiness** (Venna and Kaski 2001; scikit-learn: `trustworthiness`) asks whether neighbours in the map
//! are neighbours in the space, **continuity** the reverse; both weigh a false neighbour by its rank. 1 is
//! perfect. **Silhouette** (Rousseeuw 1987; scikit-learn: `silhouette_score`) asks whether groups lie apart.

use super::error::{AnalysisError, check_finite};
use super::knn::{Metric, knn, overlap};
use crate::matrix::View;
use crate::progress::{Progress, Stage, report};
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
    if n != map.rows() {
        return Err(AnalysisError::RowMismatch { left: n, right: map.rows() });
    }
    let most = n.saturating_sub(1) / 2;
    if k == 0 || k > most {
        return Err(AnalysisError::Neighbours { asked: k, most });
    }
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
    for (i, (own, &group)) in view.iter_rows().zip(&groups).enumerate() {
        report(progress, i, n)?;
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
    Ok(total / n as f64)
}

/// A squared distance, or 1 − cos.
fn distance(a: &[f32], b: &[f32], metric: Metric) -> f64 {
    super::knn::measure(metric, a, b)
}
