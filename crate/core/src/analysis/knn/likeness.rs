//! Do neighbours have similar numbers? What label purity is for classes, for numbers: the rank correlation of each
//! row's number with the mean of its neighbours' numbers, and the same after the numbers were shuffled.

use super::purity::check_labels;
use super::{Neighbours, Weighting, regress};
use crate::analysis::error::AnalysisError;
use crate::analysis::evaluation::metrics::spearman;
use crate::analysis::evaluation::units::Units;
use crate::analysis::permutation_null::{PermutationNull, permutation_p};
use crate::analysis::unit_permutations::permuted;
use crate::progress::Progress;

/// The correlation of numbers with those of neighbours, and of shuffled numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberLikeness {
    /// Spearman's correlation of known numbers and means of neighbours, −1 to 1; `None` where either side is constant.
    pub spearman: Option<f64>,
    /// The same after each shuffle of the numbers.
    pub shuffled: PermutationNull,
    /// (1 + shuffles that reach the correlation) / (1 + shuffles); `None` without a correlation.
    pub p_value: Option<f64>,
}

/// Compares the numbers of neighbours with the row's own, and with `shuffles` seeded shuffles of whole units. A shuffle
/// whose correlation is undefined counts as 0.
///
/// # Shape
///
/// `neighbours` `[n, k]`, `values` `[n]`, units of n rows
///
/// # Errors
///
/// `analysis.labels` unless there is one number and one unit per row, `analysis.not_finite`, `analysis.cancelled`.
pub fn number_likeness(
    neighbours: &Neighbours,
    values: &[f32],
    weighting: Weighting,
    units: &Units,
    drawn: (usize, u64),
    progress: &mut dyn Progress,
) -> Result<NumberLikeness, AnalysisError> {
    check_labels(values.len(), neighbours.rows())?;
    check_labels(units.of().len(), neighbours.rows())?;
    let found = correlation(neighbours, values, weighting)?;
    let statistic = |order: &[f32]| Ok(correlation(neighbours, order, weighting)?.unwrap_or(0.0));
    let shuffled = permuted(values, units, drawn, progress, statistic)?;
    let p_value = found.map(|value| permutation_p(value, &shuffled));
    Ok(NumberLikeness { spearman: found, shuffled: PermutationNull::of(&shuffled), p_value })
}

fn correlation(
    neighbours: &Neighbours,
    values: &[f32],
    weighting: Weighting,
) -> Result<Option<f64>, AnalysisError> {
    let known: Vec<f64> = values.iter().map(|&value| f64::from(value)).collect();
    Ok(spearman(&known, &regress(neighbours, values, weighting)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::{Metric, knn};
    use crate::matrix::Matrix;
    use crate::progress::Silent;
    use crate::random::Random;

    fn line(rows: usize) -> Neighbours {
        let data = (0..rows).map(|row| row as f32).collect();
        knn(Matrix::new(data, rows, 1).unwrap().view(), 2, Metric::Euclidean, &mut Silent).unwrap()
    }

    #[test]
    fn numbers_along_a_line_are_alike_and_noise_is_not() {
        let found = line(40);
        let units = Units::rows(40);
        let likeness = |values: &[f32]| {
            number_likeness(&found, values, Weighting::Equal, &units, (199, 42), &mut Silent).unwrap()
        };
        let rising: Vec<f32> = (0..40).map(|row| row as f32 * 3.0 - 7.0).collect();
        let answer = likeness(&rising);
        assert!(answer.spearman.unwrap() > 0.99, "{answer:?}");
        assert_eq!((answer.p_value, answer.shuffled.shuffles), (Some(1.0 / 200.0), 199));
        assert!(answer.shuffled.mean.unwrap().abs() < 0.2);
        // The same seed, the same answer.
        assert_eq!(answer, likeness(&rising));
        let constant = likeness(&[2.5; 40]);
        assert_eq!((constant.spearman, constant.p_value), (None, None));
    }

    #[test]
    fn noise_is_found_alike_as_often_as_the_level_says() {
        let (found, units) = (line(30), Units::rows(30));
        let reject = (0..200).filter(|&seed| {
            let mut random = Random::new(seed);
            let noise: Vec<f32> = (0..30).map(|_| random.normal() as f32).collect();
            let answer =
                number_likeness(&found, &noise, Weighting::Equal, &units, (99, 7), &mut Silent).unwrap();
            answer.p_value.unwrap() <= 0.05
        });
        let count = reject.count();
        assert!((2..=20).contains(&count), "{count} of 200");
    }

    #[test]
    fn whole_units_are_exchanged() {
        // Ten families of four copies with a number each that has nothing to do with where they lie.
        let (mut of_rows, mut of_units) = (0, 0);
        let families: Vec<u32> = (0..40).map(|row| row / 4).collect();
        for seed in 0..60 {
            let mut random = Random::new(seed);
            let own: Vec<f32> = (0..10).map(|_| random.normal() as f32).collect();
            let centres: Vec<f32> = (0..10).map(|_| random.normal() as f32).collect();
            let at = |list: &[f32], row: usize| list[families[row] as usize];
            let data = (0..40).map(|row| at(&centres, row) + 0.001 * random.normal() as f32).collect();
            let values: Vec<f32> = (0..40).map(|row| at(&own, row)).collect();
            let found =
                knn(Matrix::new(data, 40, 1).unwrap().view(), 5, Metric::Euclidean, &mut Silent).unwrap();
            let p = |units: &Units| {
                number_likeness(&found, &values, Weighting::Equal, units, (99, 1), &mut Silent)
                    .unwrap()
                    .p_value
            };
            of_rows += u32::from(p(&Units::rows(40)).unwrap() <= 0.05);
            of_units += u32::from(p(&Units::of_codes(&families)).unwrap() <= 0.05);
        }
        assert!(of_rows > 50 && of_units <= 8, "{of_rows} {of_units} of 60");
    }

    #[test]
    fn refusals() {
        let units = Units::rows(4);
        let drawn = (9, 1);
        let short = number_likeness(&line(4), &[1.0; 3], Weighting::Equal, &units, drawn, &mut Silent);
        assert_eq!(short, Err(AnalysisError::Labels { found: 3, rows: 4 }));
        let odd = [1.0, f32::NAN, 2.0, 3.0];
        let refused = number_likeness(&line(4), &odd, Weighting::Equal, &units, drawn, &mut Silent);
        assert!(matches!(refused, Err(AnalysisError::NotFinite { row: 1, .. })));
    }
}
