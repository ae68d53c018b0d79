//! Label purity: the share of neighbours with the row's own label.

use super::Neighbours;
use crate::analysis::error::AnalysisError;
use crate::analysis::permutation_null::{PermutationNull, permutation_p};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;
use serde::Serialize;

/// The purity of one label.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ClassPurity {
    /// The label.
    pub label: u32,
    /// Rows that have it.
    pub rows: usize,
    /// Mean share of neighbours with the same label, over these rows.
    pub purity: f64,
    /// What neighbours drawn at random would give: (rows − 1) / (n − 1).
    pub chance: f64,
}

/// The purity of all labels, and of shuffled labels.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Purity {
    /// Mean share of neighbours with the row's own label.
    pub mean: f64,
    /// What neighbours drawn at random from the other rows would give.
    pub chance: f64,
    /// One entry per label, in the order of the labels.
    pub classes: Vec<ClassPurity>,
    /// The purity after each shuffle of the labels.
    pub shuffled: Vec<f64>,
    /// (1 + shuffles that reach the purity) / (1 + shuffles) (Phipson and Smyth 2010).
    pub p_value: f64,
}

impl Purity {
    /// Mean and the middle 95 % of the purities of shuffled labels.
    #[must_use]
    pub fn null(&self) -> PermutationNull {
        PermutationNull::of(&self.shuffled)
    }
}

/// Compares the labels of neighbours with the row's own label, and with `shuffles` seeded shuffles.
///
/// # Shape
///
/// `neighbours` `[n, k]`, `labels` `[n]`
///
/// # Errors
///
/// `analysis.labels` unless there is one label per row, `analysis.cancelled`.
pub fn purity(
    neighbours: &Neighbours,
    labels: &[u32],
    shuffles: usize,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<Purity, AnalysisError> {
    let rows = neighbours.rows();
    check_labels(labels.len(), rows)?;
    let mut names = labels.to_vec();
    names.sort_unstable();
    names.dedup();
    let others = rows.saturating_sub(1).max(1) as f64;
    let classes: Vec<ClassPurity> = names
        .iter()
        .map(|&label| {
            let own = (0_usize..).zip(labels).filter(|&(_, &other)| other == label).map(|(row, _)| row);
            let (count, same) = own.fold((0_usize, 0), |(count, same), row| {
                (count + 1, same + agreeing(neighbours, labels, row))
            });
            ClassPurity {
                label,
                rows: count,
                purity: same as f64 / (count * neighbours.k()).max(1) as f64,
                chance: count.saturating_sub(1) as f64 / others,
            }
        })
        .collect();
    let mean = mean_purity(neighbours, labels);
    let chance = classes.iter().map(|class| class.chance * class.rows as f64).sum::<f64>() / rows as f64;

    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let mut order = labels.to_vec();
    let mut shuffled = Vec::with_capacity(shuffles.min(1 << 20));
    for done in 0..shuffles {
        report(progress, done, shuffles)?;
        random.shuffle(&mut order);
        shuffled.push(mean_purity(neighbours, &order));
    }
    let p_value = permutation_p(mean, &shuffled);
    Ok(Purity { mean, chance, classes, shuffled, p_value })
}

/// One label or number per row.
pub(super) fn check_labels(found: usize, rows: usize) -> Result<(), AnalysisError> {
    if found == rows { Ok(()) } else { Err(AnalysisError::Labels { found, rows }) }
}

fn mean_purity(neighbours: &Neighbours, labels: &[u32]) -> f64 {
    let same: usize = (0..neighbours.rows()).map(|row| agreeing(neighbours, labels, row)).sum();
    same as f64 / neighbours.indices().len().max(1) as f64
}

/// Neighbours of a row that have its label.
fn agreeing(neighbours: &Neighbours, labels: &[u32], row: usize) -> usize {
    let own = labels.get(row);
    neighbours.of(row).iter().filter(|&&other| labels.get(other as usize) == own).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_null_by_hand() {
        fn t(shuffled: Vec<f64>, expected: (Option<f64>, Option<f64>, Option<f64>)) {
            let shuffles = shuffled.len();
            let purity = Purity { mean: 1.0, chance: 0.5, classes: Vec::new(), shuffled, p_value: 1.0 };
            let (mean, low, high) = expected;
            assert_eq!(purity.null(), PermutationNull { mean, low, high, shuffles });
        }
        t(Vec::new(), (None, None, None));
        t(vec![0.25], (Some(0.25), Some(0.25), Some(0.25)));
        t((0..=40).rev().map(f64::from).collect(), (Some(20.0), Some(1.0), Some(39.0)));
    }
}
