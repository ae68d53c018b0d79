//! Leaks: what lets a model answer without having learnt anything about new rows.
//!
//! | function | leak |
//! |---|---|
//! | [`copies_across_folds`] | a row is tested whose copy, or near copy, was trained on |
//! | [`answer_columns`] | a column of the features is the answer |

use crate::analysis::AnalysisError;
use crate::analysis::evaluation::Target;
use crate::analysis::evaluation::folds::Folds;
use crate::analysis::knn::{Metric, Search};
use crate::matrix::{Matrix, View};
use crate::progress::Progress;
use crate::random::Random;

/// A near copy: its distance, as a share of the median distance between two rows. Rows that have nothing to do with one
/// another lie at about 1, copies with 1 % of noise at 0.01.
pub const NEAR_COPY: f64 = 0.1;
/// Neighbours among which a copy in another fold is looked for: more copies of one row are as good as a group.
const NEIGHBOURS: usize = 8;
/// Tested rows that are looked at.
pub const MOST_ROWS: usize = 4096;
/// Pairs of rows that the median distance is taken from.
const PAIRS: usize = 2000;
/// A correlation from which a column counts as the answer.
const ANSWER: f64 = 0.999;

/// Tested rows that have a copy among the rows that were trained on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Copies {
    /// Rows with exactly the same numbers as a row in another fold.
    pub exact: usize,
    /// Rows that are not, but lie within [`NEAR_COPY`] of one.
    pub near: usize,
    /// Tested rows that were looked at: all, or [`MOST_ROWS`] at even distances.
    pub looked_at: usize,
}

/// Counts the tested rows whose copy lies in another fold.
///
/// # Shape
///
/// `features` `[n, d]`, folds of n rows
///
/// # Errors
///
/// As [`knn`](crate::analysis::knn()).
pub fn copies_across_folds(
    features: View,
    folds: &Folds,
    progress: &mut dyn Progress,
) -> Result<Copies, AnalysisError> {
    let of = folds.of();
    let tested: Vec<usize> =
        (0..features.rows()).filter(|&row| of.get(row).is_some_and(Option::is_some)).collect();
    let rows: Vec<usize> = tested.iter().copied().step_by(tested.len().div_ceil(MOST_ROWS).max(1)).collect();
    let mut copies = Copies { looked_at: rows.len(), ..Copies::default() };
    let Some(typical) = median_distance(features).filter(|_| !rows.is_empty() && features.cols() > 0) else {
        return Ok(copies);
    };
    let data: Vec<f32> = rows.iter().filter_map(|&row| features.row(row)).flatten().copied().collect();
    let queries = Matrix::from_parts(data, rows.len(), features.cols());
    // One more than wanted: the nearest row of all is the row itself.
    let most = features.rows().min(NEIGHBOURS + 1);
    let found = Search::queries(queries.view(), features, most, Metric::Euclidean)?.run(progress)?;
    for (query, &row) in rows.iter().enumerate() {
        let mut others = found.of(query).iter().zip(found.distances_of(query));
        let elsewhere =
            others.find(|&(&other, _)| other as usize != row && of.get(other as usize) != of.get(row));
        let Some((&other, &distance)) = elsewhere else { continue };
        if features.row(other as usize) == features.row(row) {
            copies.exact += 1;
        } else if f64::from(distance) <= NEAR_COPY * typical {
            copies.near += 1;
        }
    }
    Ok(copies)
}

/// The columns of the features that are the answer: the number itself, or whether a row is of a class, up to scale and
/// shift. Columns are counted from 0.
///
/// # Shape
///
/// `features` `[n, d]`, `target` `[n]`
#[must_use]
pub fn answer_columns(features: View, target: &Target) -> Vec<usize> {
    let rows = target.rows().min(features.rows());
    let answers: Vec<Standard> = (0..target.cols())
        .filter_map(|class| Standard::of((0..rows).map(|row| target.number(row, class))))
        .collect();
    let column =
        |at: usize| {
            Standard::of((0..rows).map(|row| {
                features.row(row).and_then(|numbers| numbers.get(at)).copied().map_or(0.0, f64::from)
            }))
        };
    (0..features.cols())
        .filter(|&at| {
            column(at).is_some_and(|column| {
                answers.iter().any(|answer| answer.correlation(&column).abs() >= ANSWER)
            })
        })
        .collect()
}

/// Numbers with mean 0 and length 1. `[n]`
struct Standard(Vec<f64>);

impl Standard {
    /// `None` for a constant.
    fn of(numbers: impl Iterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.collect();
        let mean = numbers.iter().sum::<f64>() / numbers.len().max(1) as f64;
        numbers.iter_mut().for_each(|x| *x -= mean);
        let length = numbers.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length <= 1e-12 * (1.0 + mean.abs()) * (numbers.len() as f64).sqrt() {
            return None;
        }
        numbers.iter_mut().for_each(|x| *x /= length);
        Some(Self(numbers))
    }

    fn correlation(&self, other: &Self) -> f64 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum()
    }
}

/// The median distance of random pairs of rows; `None` without two rows that differ.
fn median_distance(features: View) -> Option<f64> {
    let mut rng = Random::new(0);
    let mut distances: Vec<f64> = (0..PAIRS)
        .filter_map(|_| {
            let (a, b) = (rng.below(features.rows()), rng.below(features.rows()));
            let (a, b) = (features.row(a)?, features.row(b)?);
            Some(a.iter().zip(b).map(|(a, b)| (f64::from(*a) - f64::from(*b)).powi(2)).sum::<f64>().sqrt())
        })
        .filter(|&distance| distance > 0.0)
        .collect();
    distances.sort_unstable_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::evaluation::folds::{grouped, plain};
    use crate::progress::Silent;

    /// `groups` × `copies` rows of `width` numbers: noise, and copies that differ by `noise`.
    fn table(groups: usize, copies: usize, width: usize, noise: f64) -> Matrix {
        let mut rng = Random::new(3);
        let mut data = Vec::new();
        for _ in 0..groups {
            let row: Vec<f64> = (0..width).map(|_| rng.normal()).collect();
            for _ in 0..copies {
                data.extend(row.iter().map(|x| (x + noise * rng.normal()) as f32));
            }
        }
        Matrix::new(data, groups * copies, width).unwrap()
    }

    #[test]
    fn copies_in_other_folds_are_counted() {
        let groups: Vec<u32> = (0..200).map(|row| row / 5).collect();
        let copied = plain(200, 5, 1).unwrap();
        let kept = grouped(&groups, 5, 1).unwrap();
        let t = |noise: f64, folds: &Folds| {
            copies_across_folds(table(40, 5, 64, noise).view(), folds, &mut Silent).unwrap()
        };
        let exact = t(0.0, &copied);
        assert!(exact.exact > 150 && exact.near == 0 && exact.looked_at == 200, "{exact:?}");
        let near = t(0.001, &copied);
        assert!(near.near > 150 && near.exact == 0, "{near:?}");
        for noise in [0.0, 0.001] {
            assert_eq!(
                t(noise, &kept),
                Copies { exact: 0, near: 0, looked_at: 200 },
                "groups are kept together"
            );
        }
        let unrelated = copies_across_folds(table(200, 1, 64, 0.0).view(), &copied, &mut Silent).unwrap();
        assert_eq!(unrelated, Copies { exact: 0, near: 0, looked_at: 200 });
    }

    #[test]
    fn the_answer_among_the_features_is_found() {
        let noise = table(60, 1, 3, 0.0);
        let labels: Vec<u32> = (0..60).map(|row| row % 3).collect();
        let numbers: Vec<f64> = (0..60).map(|row| f64::from(row) * 0.7 - 3.0).collect();
        let with = |answer: &dyn Fn(usize) -> f32| {
            let data = (0..60).flat_map(|row| {
                let mut numbers = noise.row(row).unwrap().to_vec();
                numbers.insert(1, answer(row));
                numbers
            });
            Matrix::new(data.collect(), 60, 4).unwrap()
        };
        let classes = Target::Classes { labels: labels.clone(), classes: 3 };
        let target = Target::Numbers(numbers.clone());
        let one_class = with(&|row| f32::from(u8::from(labels[row] == 2)) * 5.0 - 1.0);
        let copy = with(&|row| -2.0 * numbers[row] as f32 + 1.0);
        let unrelated = with(&|row| ((row * 7919) % 13) as f32);
        assert_eq!(answer_columns(one_class.view(), &classes), [1]);
        assert_eq!(answer_columns(copy.view(), &target), [1]);
        assert!(answer_columns(unrelated.view(), &classes).is_empty());
        assert!(answer_columns(unrelated.view(), &target).is_empty());
        let constant = with(&|_| 1.0);
        assert!(answer_columns(constant.view(), &target).is_empty());
    }
}
