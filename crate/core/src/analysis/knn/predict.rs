//! A number or a label from the neighbours.

use super::{Neighbours, purity::check_labels};
use crate::analysis::error::AnalysisError;
use serde::{Deserialize, Serialize};

/// The weight of a neighbour (scikit-learn: `weights` of `KNeighborsRegressor` and `KNeighborsClassifier`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Weighting {
    /// All neighbours weigh the same (scikit-learn: `uniform`).
    #[default]
    Equal,
    /// By 1 / distance; neighbours at distance 0 alone, if there are any.
    Distance,
}

/// A label taken from the neighbours, and its share of the weight.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Transfer {
    /// The label with the largest weight; of equals, that of the nearest neighbour.
    pub label: u32,
    /// Its share of the weight, from 0 to 1.
    pub share: f64,
}

/// Predicts a number for each query: the mean of its neighbours' numbers.
///
/// # Shape
///
/// `values` `[n]` of the `rows` searched → `[m]`, one per query
///
/// # Errors
///
/// `analysis.labels` if a neighbour has no number, `analysis.not_finite`.
pub fn regress(
    neighbours: &Neighbours,
    values: &[f32],
    weighting: Weighting,
) -> Result<Vec<f64>, AnalysisError> {
    check_reach(neighbours, values.len())?;
    if let Some((row, value)) = values.iter().enumerate().find(|(_, value)| !value.is_finite()) {
        return Err(AnalysisError::NotFinite { row, col: 0, value: value.to_string() });
    }
    let predict = |row| {
        let (mut sum, mut total) = (0.0, 0.0);
        for (index, weight) in weighted(neighbours, row, weighting) {
            sum += weight * values.get(index as usize).map_or(0.0, |&value| f64::from(value));
            total += weight;
        }
        sum / total
    };
    Ok((0..neighbours.rows()).map(predict).collect())
}

/// Predicts a label for each query: that of most of its neighbours.
///
/// # Shape
///
/// `labels` `[n]` of the rows searched → `[m]`, one per query
///
/// # Errors
///
/// `analysis.labels` if a neighbour has no label.
pub fn transfer(
    neighbours: &Neighbours,
    labels: &[u32],
    weighting: Weighting,
) -> Result<Vec<Transfer>, AnalysisError> {
    check_reach(neighbours, labels.len())?;
    let predict = |row| {
        let (mut votes, mut total): (Vec<(u32, f64)>, f64) = (Vec::new(), 0.0);
        for (index, weight) in weighted(neighbours, row, weighting) {
            let label = labels.get(index as usize).copied().unwrap_or_default();
            total += weight;
            match votes.iter_mut().find(|(other, _)| *other == label) {
                Some((_, sum)) => *sum += weight,
                None => votes.push((label, weight)),
            }
        }
        let none = Transfer { label: 0, share: 0.0 };
        votes.iter().fold(none, |best, &(label, sum)| {
            if sum / total > best.share { Transfer { label, share: sum / total } } else { best }
        })
    };
    Ok((0..neighbours.rows()).map(predict).collect())
}

fn check_reach(neighbours: &Neighbours, found: usize) -> Result<(), AnalysisError> {
    match neighbours.indices().iter().max() {
        Some(&last) if last as usize >= found => check_labels(found, last as usize + 1),
        _ => Ok(()),
    }
}

/// The neighbours of a row with their weights, nearest first.
fn weighted(neighbours: &Neighbours, row: usize, weighting: Weighting) -> impl Iterator<Item = (u32, f64)> {
    let distances = neighbours.distances_of(row);
    let touching = distances.first().is_some_and(|&first| first == 0.0);
    neighbours.of(row).iter().zip(distances).map(move |(&index, &distance)| {
        let weight = match weighting {
            Weighting::Equal => 1.0,
            Weighting::Distance if touching => f64::from(u8::from(distance == 0.0)),
            Weighting::Distance => 1.0 / f64::from(distance),
        };
        (index, weight)
    })
}
