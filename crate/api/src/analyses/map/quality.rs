//! How much of the space a map keeps: neighbours, and distances between labelled groups.

use crate::defaults;
use crate::refusal::Refusal;
use crate::sources::some;
use crossgrain_core::analysis::labels::ClassCodes;
use crossgrain_core::analysis::{
    Metric, chance_overlap, quality, quality_of, sampled_rows, silhouette, silhouette_of,
};
use crossgrain_core::matrix::View;
use crossgrain_core::progress::{Progress, Stage};
use serde::Serialize;

/// Neighbours that a map keeps; 1 is perfect.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MapQuality"))]
pub struct MapQuality {
    /// Neighbours of each row: 15, or (n − 1) / 2 for few rows.
    pub k: usize,
    /// Are neighbours in the map neighbours in the space? 0 to 1 (Venna and Kaski 2001).
    pub trustworthiness: f64,
    /// Are neighbours in the space neighbours in the map? 0 to 1.
    pub continuity: f64,
    /// Mean share of neighbours that map and space have in common, 0 to 1.
    pub overlap: f64,
    /// The same share for neighbours picked at random: `k / (n − 1)`.
    pub chance: f64,
    /// Rows that were measured, each among all rows: all up to 5,000 rows, above that a random sample of 200 to 2,000.
    pub rows: usize,
    /// Whether `rows` is a sample, so that the numbers are estimates.
    pub sampled: bool,
}

/// Mean silhouette of labelled groups, −1 to 1: 1 if groups lie apart, 0 if they touch.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "MapSilhouette"))]
pub struct Silhouette {
    /// In the map, by Euclidean distance.
    pub map: f64,
    /// In the space, by the distance of the request.
    pub space: f64,
    /// Rows with a label.
    pub rows: usize,
    /// Different labels.
    pub groups: usize,
    /// Rows that were measured, each among all rows: all up to 5,000 rows, above that a random sample of 200 to 2,000.
    pub measured: usize,
}

/// Compares the neighbours in a map with those in its space.
///
/// # Shape
/// `space [n, d]`, `map [n, 2]`, n at least 3.
///
/// # Errors
/// `analysis.not_finite`, `analysis.cancelled`, `knn.*`.
pub fn measure(
    space: View,
    map: View,
    metric: Metric,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<MapQuality, Refusal> {
    let others = map.rows() - 1;
    let k = defaults::MAP_QUALITY_K.min(others / 2);
    progress.begin(Stage::Quality);
    let sample = sampled_rows(map.rows(), seed);
    let kept = match &sample {
        Some(rows) => quality_of(rows, space, map, k, metric, progress)?,
        None => quality(space, map, k, metric, progress)?,
    };
    Ok(MapQuality {
        k,
        trustworthiness: kept.trustworthiness,
        continuity: kept.continuity,
        overlap: kept.overlap,
        chance: chance_overlap(k, map.rows()),
        rows: sample.as_ref().map_or(map.rows(), Vec::len),
        sampled: sample.is_some(),
    })
}

/// Measures how far labelled groups lie apart; nothing for fewer than two groups.
///
/// # Shape
/// `space [n, d]`, `map [n, 2]`, `labels [n]`.
///
/// # Errors
/// `analysis.not_finite`, `analysis.cancelled`.
pub fn groups(
    space: View,
    map: View,
    labels: &[Option<String>],
    metric: Metric,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<Option<Silhouette>, Refusal> {
    let labels: Vec<Option<&str>> = labels.iter().map(Option::as_deref).collect();
    let classes = ClassCodes::new(&labels);
    if classes.names.len() < 2 {
        return Ok(None);
    }
    let (space, map) = (some(space, &classes.rows)?, some(map, &classes.rows)?);
    let sample = sampled_rows(classes.rows.len(), seed);
    let mut of = |view: View, metric: Metric| match &sample {
        Some(rows) => silhouette_of(rows, view, &classes.codes, metric, progress),
        None => silhouette(view, &classes.codes, metric, progress),
    };
    Ok(Some(Silhouette {
        space: of(space.view(), metric)?,
        map: of(map.view(), Metric::Euclidean)?,
        measured: sample.as_ref().map_or(classes.rows.len(), Vec::len),
        rows: classes.rows.len(),
        groups: classes.names.len(),
    }))
}
