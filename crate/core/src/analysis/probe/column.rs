//! The target of a probe from a column of words, as a user has it.
//!
//! Without a task, a column of numbers with more than [`NUMBERS_FROM`] different values is
//! a regression; a column in which words hold the separator is several labels; all else is
//! classes. Rows without a word are left out. Names are in alphabetical order.

use crate::analysis::evaluation::{EvaluationError, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Different numbers from which on a column is a quantity and not a code: a scale of marks from 1
/// to 10 is still classes.
pub const NUMBERS_FROM: usize = 11;

/// What is learnt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// One of several classes.
    Classes,
    /// Any of several labels.
    Labels,
    /// A number.
    Numbers,
}

/// A column made ready.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedColumn {
    /// What it is.
    pub task: Task,
    /// The truth of the rows that have one.
    pub target: Target,
    /// Names of the classes or labels; empty for numbers. `[k]`
    pub names: Vec<String>,
    /// The rows that have a word, ascending.
    pub rows: Vec<usize>,
}

/// Reads a column; `None` for `task` lets the words decide.
///
/// # Shape
///
/// `words` `[n]` → a target of the rows that have a word
///
/// # Errors
///
/// `probe.nothing` without a word, `probe.one_class`, `probe.not_finite` for a word that should be
/// a number.
pub fn read_column(
    words: &[Option<&str>],
    task: Option<Task>,
    separator: char,
) -> Result<PreparedColumn, EvaluationError> {
    let mut kept: Vec<(usize, &str)> = Vec::new();
    for (row, word) in words.iter().enumerate() {
        kept.extend(word.map(str::trim).filter(|word| !word.is_empty()).map(|word| (row, word)));
    }
    if kept.is_empty() {
        return Err(EvaluationError::Nothing { what: "label" });
    }
    let task = task.unwrap_or_else(|| guess(&kept, separator));
    let rows = kept.iter().map(|(row, _)| *row).collect();
    if task == Task::Numbers {
        let number = |&(row, word): &(usize, &str)| {
            finite(word).ok_or(EvaluationError::NotFinite { what: "labels", row })
        };
        let numbers = kept.iter().map(number).collect::<Result<Vec<f64>, _>>()?;
        return Ok(PreparedColumn { task, target: Target::Numbers(numbers), names: Vec::new(), rows });
    }
    let cut = (task == Task::Labels).then_some(separator);
    let names: BTreeSet<&str> = kept.iter().flat_map(|(_, word)| parts(word, cut)).collect();
    let names: Vec<&str> = names.into_iter().collect();
    if task == Task::Classes && names.len() < 2 {
        return Err(EvaluationError::OneClass);
    }
    let place = |name: &str| names.binary_search(&name).unwrap_or_default();
    let target = if task == Task::Classes {
        let labels = kept.iter().filter_map(|(_, word)| u32::try_from(place(word)).ok()).collect();
        Target::Classes { labels, classes: names.len() }
    } else {
        let holds = |(_, word): &(usize, &str)| -> Vec<bool> {
            let held: Vec<usize> = parts(word, cut).into_iter().map(place).collect();
            (0..names.len()).map(|label| held.contains(&label)).collect()
        };
        Target::Multi { labels: kept.iter().flat_map(holds).collect(), columns: names.len() }
    };
    Ok(PreparedColumn { task, target, names: names.into_iter().map(str::to_owned).collect(), rows })
}

fn guess(kept: &[(usize, &str)], separator: char) -> Task {
    let different: BTreeSet<&str> = kept.iter().map(|(_, word)| *word).collect();
    if different.iter().all(|word| finite(word).is_some()) && different.len() >= NUMBERS_FROM {
        Task::Numbers
    } else if different.iter().any(|word| word.contains(separator)) {
        Task::Labels
    } else {
        Task::Classes
    }
}

fn parts(word: &str, separator: Option<char>) -> Vec<&str> {
    match separator {
        Some(separator) => word.split(separator).map(str::trim).filter(|part| !part.is_empty()).collect(),
        None => vec![word],
    }
}

fn finite(word: &str) -> Option<f64> {
    word.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_decide() {
        fn t(words: &[Option<&str>], task: Task, names: &[&str], rows: &[usize]) {
            let found = read_column(words, None, ';').unwrap();
            assert_eq!((found.task, found.rows.as_slice()), (task, rows), "{words:?}");
            assert_eq!(found.names, names, "{words:?}");
        }
        t(&[Some("b"), None, Some("a "), Some("")], Task::Classes, &["a", "b"], &[0, 2]);
        t(&[Some("NRP;PK"), Some("PK"), Some(";")], Task::Labels, &["NRP", "PK"], &[0, 1, 2]);
        t(&[Some("1"), Some("2"), Some("1")], Task::Classes, &["1", "2"], &[0, 1, 2]);
        let marks: Vec<String> = (0..11).map(|i| format!("{i}.5")).collect();
        let marks: Vec<Option<&str>> = marks.iter().map(|word| Some(word.as_str())).collect();
        t(&marks, Task::Numbers, &[], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn what_cannot_be_learnt_is_refused() {
        fn t(words: &[Option<&str>], task: Option<Task>, expected: &EvaluationError) {
            assert_eq!(&read_column(words, task, ';').unwrap_err(), expected, "{words:?}");
        }
        t(&[None, Some(" ")], None, &EvaluationError::Nothing { what: "label" });
        t(&[Some("a"), Some("a")], None, &EvaluationError::OneClass);
        let row = EvaluationError::NotFinite { what: "labels", row: 1 };
        t(&[Some("1"), Some("inf")], Some(Task::Numbers), &row);
    }

    #[test]
    fn labels_are_held_by_row() {
        let found = read_column(&[Some("b;a"), Some("b"), Some("c")], Some(Task::Labels), ';').unwrap();
        let expected = vec![true, true, false, false, true, false, false, false, true];
        assert_eq!(found.target, Target::Multi { labels: expected, columns: 3 });
    }
}
