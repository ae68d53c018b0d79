//! Label purity: the share of neighbours with the row's own label.

use super::Neighbours;
use crate::analysis::error::AnalysisError;
use crate::analysis::evaluation::units::Units;
use crate::analysis::permutation_null::{PermutationNull, permutation_p};
use crate::analysis::unit_permutations::permuted;
use crate::progress::Progress;
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

/// Compares the labels of neighbours with the row's own label, and with `shuffles` seeded shuffles of independent rows.
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
    purity_of_units(neighbours, labels, &Units::rows(neighbours.rows()), (shuffles, seed), progress)
}

/// The same for rows that may depend on one another: shuffles exchange the labels of whole units.
///
/// # Shape
///
/// `neighbours` `[n, k]`, `labels` `[n]`, units of n rows
///
/// # Errors
///
/// `analysis.labels` unless there is one label and one unit per row, `analysis.cancelled`.
pub fn purity_of_units(
    neighbours: &Neighbours,
    labels: &[u32],
    units: &Units,
    drawn: (usize, u64),
    progress: &mut dyn Progress,
) -> Result<Purity, AnalysisError> {
    let rows = neighbours.rows();
    check_labels(labels.len(), rows)?;
    check_labels(units.of().len(), rows)?;
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

    let statistic = |order: &[u32]| Ok(mean_purity(neighbours, order));
    let shuffled = permuted(labels, units, drawn, progress, statistic)?;
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
    use crate::analysis::{Metric, knn};
    use crate::matrix::Matrix;
    use crate::progress::Silent;
    use crate::random::Random;

    /// Ten families of five near-copies with a label each, which has nothing to do with where they lie.
    #[test]
    fn families_are_exchanged_whole() {
        let (families, copies, data_sets) = (10, 5, 60);
        let families_of: Vec<u32> = (0..families * copies).map(|row| row / copies).collect();
        let (mut of_rows, mut of_families) = (0, 0);
        for seed in 0..data_sets {
            let mut random = Random::new(seed);
            let mut labels: Vec<u32> = (0..families).map(|family| family % 2).collect();
            random.shuffle(&mut labels);
            let labels: Vec<u32> = families_of.iter().map(|&family| labels[family as usize]).collect();
            let centres: Vec<f32> = (0..families * 3).map(|_| random.normal() as f32).collect();
            let numbers =
                families_of.iter().flat_map(|&family| (0..3).map(move |c| (family * 3 + c) as usize));
            let data = numbers.map(|at| centres[at] + 0.01 * random.normal() as f32).collect();
            let rows = Matrix::new(data, 50, 3).unwrap();
            let found = knn(rows.view(), 8, Metric::Euclidean, &mut Silent).unwrap();
            of_rows += u32::from(purity(&found, &labels, 99, 1, &mut Silent).unwrap().p_value <= 0.05);
            let units = Units::of_codes(&families_of);
            let found = purity_of_units(&found, &labels, &units, (99, 1), &mut Silent).unwrap();
            of_families += u32::from(found.p_value <= 0.05);
        }
        assert!(of_rows > 50 && of_families <= 8, "{of_rows} {of_families} of {data_sets}");
    }

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
