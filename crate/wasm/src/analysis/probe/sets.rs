//! Feature sets: tables side by side, and columns of labels appended to them.

use super::question::Set;
use crate::analysis::tables::{Tables, some};
use crate::error::Refusal;
use crossgrain_core::analysis::probe::{append_columns, concat_columns};
use crossgrain_core::matrix::Matrix;
use std::collections::BTreeSet;

/// Some rows of a set, side by side with what is appended to them.
///
/// # Errors
/// `analysis.labels`, `labels.incomplete`, and those of the tables.
pub fn features(tables: &Tables, set: &Set, n: usize, kept: &[usize]) -> Result<Matrix, Refusal> {
    let parts = tables.all(&set.of)?;
    let mut cut = Vec::with_capacity(parts.len());
    for part in &parts {
        fits(n, part.view().rows(), set)?;
        cut.push(some(part.view(), kept)?);
    }
    let mut numbers = Vec::with_capacity(set.numbers.len());
    for column in &set.numbers {
        fits(n, column.len(), set)?;
        let all = some(Matrix::new(column.clone(), n, 1)?.view(), kept)?;
        numbers.push(all.into_data());
    }
    // Nothing but appended columns is a table of no columns first.
    let mut rows = match cut.as_slice() {
        [] => Matrix::new(Vec::new(), kept.len(), 0)?,
        _ => concat_columns(&cut.iter().map(Matrix::view).collect::<Vec<_>>())?,
    };
    let numbers: Vec<&[f32]> = numbers.iter().map(Vec::as_slice).collect();
    rows = append_columns(rows.view(), &numbers, None)?;
    for column in &set.classes {
        fits(n, column.len(), set)?;
        rows = append_columns(rows.view(), &[], Some(&codes(column, kept, set)?))?;
    }
    Ok(rows)
}

fn fits(labels: usize, rows: usize, set: &Set) -> Result<(), Refusal> {
    if labels == rows {
        return Ok(());
    }
    let what = format!("{labels} labels for {rows} rows of '{}'", set.name);
    Err(Refusal::new("analysis.labels", what, "give one label for each row, or null"))
}

/// The class of each row as a number, in alphabetical order of those that occur.
fn codes(column: &[Option<String>], kept: &[usize], set: &Set) -> Result<Vec<u32>, Refusal> {
    let words: Vec<&str> =
        kept.iter().filter_map(|&row| column.get(row)?.as_deref()).filter(|word| !word.is_empty()).collect();
    if words.len() < kept.len() {
        let what =
            format!("{} rows have no label in a column appended to '{}'", kept.len() - words.len(), set.name);
        return Err(Refusal::new("labels.incomplete", what, "append a column without gaps"));
    }
    let names: Vec<&str> = words.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let code = |word: &str| names.binary_search(&word).ok().and_then(|at| u32::try_from(at).ok());
    Ok(words.into_iter().filter_map(code).collect())
}
