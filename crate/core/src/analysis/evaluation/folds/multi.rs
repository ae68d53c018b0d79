//! Iterative stratification for rows with several labels (Sechidis, Tsoumakas and Vlahavas 2011;
//! order 2 after Szymański and Kajdanowicz 2017).
//!
//! The rarest label, or pair of labels, with rows left is assigned first. Each of its rows goes to the fold that lacks
//! most of it; ties go to the fold that lacks most rows, then are drawn at random.

use super::{EvaluationError, Folds, check_count};
use crate::random::Random;
use std::collections::BTreeMap;

/// Folds that hold each label and each pair of labels in its share, as far as that goes.
///
/// # Shape
///
/// `labels`: `[n, k]`, row-major
///
/// # Errors
///
/// `folds.count`, and `probe.rows` if the labels do not fill n × k.
pub fn stratified_multi(
    labels: &[bool],
    columns: usize,
    count: usize,
    seed: u64,
) -> Result<Folds, EvaluationError> {
    if columns == 0 || !labels.len().is_multiple_of(columns) {
        return Err(EvaluationError::Rows { expected: columns, found: labels.len() });
    }
    let rows = labels.len() / columns;
    check_count(rows, count)?;
    let mut rng = Random::new(seed);
    let mut waiting: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    let combinations: Vec<Vec<(usize, usize)>> = labels.chunks(columns).map(pairs).collect();
    for (row, keys) in combinations.iter().enumerate() {
        for &key in keys {
            waiting.entry(key).or_default().push(row);
        }
    }
    let mut want: BTreeMap<(usize, usize), Vec<f64>> =
        waiting.iter().map(|(&key, rows)| (key, vec![rows.len() as f64 / count as f64; count])).collect();
    let mut want_rows = vec![rows as f64 / count as f64; count];
    let mut of: Vec<Option<u32>> = vec![None; rows];
    while let Some((&key, _)) = waiting.iter().min_by_key(|(_, rows)| rows.len()) {
        for row in waiting.remove(&key).unwrap_or_default() {
            if of.get(row).is_none_or(Option::is_some) {
                continue;
            }
            let fold = choose(want.get(&key).map_or(&[], Vec::as_slice), &want_rows, &mut rng);
            place(&mut of, row, fold);
            take(&mut want_rows, fold);
            for other in combinations.get(row).into_iter().flatten() {
                if let Some(want) = want.get_mut(other) {
                    take(want, fold);
                }
                if let Some(rows) = waiting.get_mut(other) {
                    rows.retain(|&waiting| waiting != row);
                }
            }
        }
        waiting.retain(|_, rows| !rows.is_empty());
    }
    // Rows without any label.
    for row in 0..rows {
        if of.get(row) == Some(&None) {
            let fold = choose(&want_rows, &want_rows, &mut rng);
            place(&mut of, row, fold);
            take(&mut want_rows, fold);
        }
    }
    Ok(Folds { of, count, left_out: Vec::new() })
}

/// Labels of a row and their pairs; a label alone is its pair with itself.
fn pairs(row: &[bool]) -> Vec<(usize, usize)> {
    let held: Vec<usize> = row.iter().enumerate().filter(|&(_, &held)| held).map(|(i, _)| i).collect();
    held.iter().enumerate().flat_map(|(i, &a)| held.iter().skip(i).map(move |&b| (a, b))).collect()
}

/// The fold with the largest demand, then the largest demand of rows, then at random.
fn choose(want: &[f64], want_rows: &[f64], rng: &mut Random) -> usize {
    let demands: Vec<(f64, f64)> = want.iter().copied().zip(want_rows.iter().copied()).collect();
    let largest = demands.iter().copied().fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |best, demand| {
        if demand > best { demand } else { best }
    });
    let tied: Vec<usize> = (0..demands.len()).filter(|&fold| demands.get(fold) == Some(&largest)).collect();
    match tied.as_slice() {
        [] => 0,
        [only] => *only,
        many => rng.one(many).copied().unwrap_or_default(),
    }
}

fn place(of: &mut [Option<u32>], row: usize, fold: usize) {
    if let Some(of) = of.get_mut(row) {
        *of = u32::try_from(fold).ok();
    }
}

fn take(want: &mut [f64], fold: usize) {
    if let Some(want) = want.get_mut(fold) {
        *want -= 1.0;
    }
}
