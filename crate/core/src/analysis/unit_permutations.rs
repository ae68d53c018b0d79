//! A statistic of labels or numbers after each of many permutations between units.

use super::error::AnalysisError;
use super::evaluation::units::Units;
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// The statistic after each of `shuffles` permutations from a seed. Units whose rows have one value exchange it; otherwise units are
/// laid end to end in random order.
///
/// # Shape
///
/// `values` `[n]`, units of n rows → `[shuffles]`
///
/// # Errors
///
/// `analysis.cancelled`, and those of the statistic.
pub(super) fn permuted<T: Copy + PartialEq>(
    values: &[T],
    units: &Units,
    (shuffles, seed): (usize, u64),
    progress: &mut dyn Progress,
    statistic: impl Fn(&[T]) -> Result<f64, AnalysisError>,
) -> Result<Vec<f64>, AnalysisError> {
    let constant = units.members().iter().all(|rows| {
        let first = rows.first().and_then(|&row| values.get(row));
        rows.iter().all(|&row| values.get(row) == first)
    });
    progress.begin(Stage::Resampling);
    let mut random = Random::new(seed);
    let mut order = values.to_vec();
    let mut found = Vec::with_capacity(shuffles.min(1 << 20));
    for done in 0..shuffles {
        report(progress, done, shuffles)?;
        if units.are_rows() {
            random.shuffle(&mut order);
        } else {
            let from = units.permuted(constant, &mut random);
            order = from.iter().filter_map(|&row| values.get(row).copied()).collect();
        }
        found.push(statistic(&order)?);
    }
    Ok(found)
}
