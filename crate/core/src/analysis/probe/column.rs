//! The target of a probe from a column of words, as a user has it.
//!
//! Without a task, a column of numbers with [`NUMBERS_FROM`] or more different values is a regression, unless its
//! numbers are codes; a column in which words hold the separator is several labels; all else is classes. Rows
//! without a word are left out. Names are in alphabetical order.

use crate::analysis::evaluation::{EvaluationError, Target};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Different numbers from which on a column is a quantity and not a code: a scale of marks from 1
/// to 10 is still classes.
pub const NUMBERS_FROM: usize = 11;
/// Most different whole numbers that are codes because each is there several times.
const FEW_CODES: usize = 20;
/// Rows of each of them, on average.
const ROWS_PER_CODE: usize = 5;
/// Whole numbers that leave this share of the numbers between them out are names, such as those of taxa.
const SPARSE: i64 = 50;

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
    /// All rows, those without a word included.
    pub all: usize,
    /// All words are numbers, and nobody said what they are.
    pub choice: Option<NumericChoice>,
}

/// A column of numbers that was read as classes or as a quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NumericChoice {
    /// What it is read as.
    pub task: Task,
    /// Different words.
    pub different: usize,
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
    let kept = kept(words);
    if kept.is_empty() {
        return Err(EvaluationError::Nothing { what: "label" });
    }
    let choice = if task.is_none() { numeric_choice(&kept) } else { None };
    let task = task.unwrap_or_else(|| guess(&kept, choice, separator));
    let (rows, all) = (kept.iter().map(|(row, _)| *row).collect(), words.len());
    if task == Task::Numbers {
        let number = |&(row, word): &(usize, &str)| {
            finite(word).ok_or(EvaluationError::NotFinite { what: "labels", row })
        };
        let numbers = kept.iter().map(number).collect::<Result<Vec<f64>, _>>()?;
        let target = Target::Numbers(numbers);
        return Ok(PreparedColumn { task, target, names: Vec::new(), rows, all, choice });
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
    let names = names.into_iter().map(str::to_owned).collect();
    Ok(PreparedColumn { task, target, names, rows, all, choice })
}

/// What a column is read as if nobody says it, and how many different words it has; `None` without a word.
#[must_use]
pub fn guess_task(words: &[Option<&str>], separator: char) -> Option<(Task, usize)> {
    let kept = kept(words);
    let different = kept.iter().map(|(_, word)| *word).collect::<BTreeSet<_>>().len();
    (different > 0).then(|| (guess(&kept, numeric_choice(&kept), separator), different))
}

/// The rows that have a word.
fn kept<'w>(words: &[Option<&'w str>]) -> Vec<(usize, &'w str)> {
    let trimmed = |word: &Option<&'w str>| word.map(str::trim).filter(|word| !word.is_empty());
    words.iter().enumerate().filter_map(|(row, word)| Some((row, trimmed(word)?))).collect()
}

fn guess(kept: &[(usize, &str)], choice: Option<NumericChoice>, separator: char) -> Task {
    match choice {
        Some(choice) => choice.task,
        None if kept.iter().any(|(_, word)| word.contains(separator)) => Task::Labels,
        None => Task::Classes,
    }
}

/// What a column of numbers is; `None` if a word is none.
fn numeric_choice(kept: &[(usize, &str)]) -> Option<NumericChoice> {
    let different: BTreeSet<&str> = kept.iter().map(|(_, word)| *word).collect();
    if !different.iter().all(|word| finite(word).is_some()) {
        return None;
    }
    let few = different.len() < NUMBERS_FROM;
    let task = if few || are_codes(&different, kept.len()) { Task::Classes } else { Task::Numbers };
    Some(NumericChoice { task, different: different.len() })
}

/// Whether numbers are names: written in ways that a quantity is not, or whole numbers that come again and again.
fn are_codes(different: &BTreeSet<&str>, rows: usize) -> bool {
    let count = different.len();
    let padded =
        |word: &&str| word.len() > 1 && word.starts_with('0') && word.bytes().all(|b| b.is_ascii_digit());
    if different.iter().any(padded) {
        return true;
    }
    // 1.1 and 1.10 are one number and two words.
    let mut numbers: Vec<u64> = different.iter().filter_map(|word| finite(word)).map(f64::to_bits).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let again = rows >= 2 * count;
    if numbers.len() < count && again {
        return true;
    }
    let whole = |word: &&str| word.strip_suffix(".0").unwrap_or(word).parse::<i64>().ok();
    let Some(whole) = different.iter().map(whole).collect::<Option<Vec<i64>>>() else { return false };
    let least = whole.iter().copied().min().unwrap_or_default();
    let most = whole.iter().copied().max().unwrap_or_default();
    let span = most.saturating_sub(least).saturating_add(1);
    let count_i64 = i64::try_from(count).unwrap_or(i64::MAX);
    // Numbers of clusters: from 0 or 1 (or −1 for noise), nearly all of them there.
    let numbered = (-1..=1).contains(&least) && span.saturating_mul(9) <= count_i64.saturating_mul(10);
    let sparse = span / SPARSE >= count_i64;
    (again && (numbered || sparse)) || (count <= FEW_CODES && rows >= ROWS_PER_CODE * count)
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
        t(&[Some("1.1"), Some("1.10"), Some("1.1")], Task::Classes, &["1.1", "1.10"], &[0, 1, 2]);
        let marks: Vec<String> = (0..11).map(|i| format!("{i}.5")).collect();
        let marks: Vec<Option<&str>> = marks.iter().map(|word| Some(word.as_str())).collect();
        t(&marks, Task::Numbers, &[], &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }

    #[test]
    fn numbers_that_are_codes() {
        fn t(words: impl Iterator<Item = String>, expected: Task) {
            let words: Vec<String> = words.collect();
            let some: Vec<Option<&str>> = words.iter().map(|word| Some(word.as_str())).collect();
            assert_eq!(guess_task(&some, ';').map(|(task, _)| task), Some(expected), "{words:?}");
        }
        let cluster = |i: usize| (i * 7 % 30).to_string();
        t((0..90).map(cluster), Task::Classes);
        t((0..90).map(|i| format!("{}.0", i % 30)), Task::Classes);
        t((0..90).map(|i| format!("{:03}", i * 37 % 101)), Task::Classes);
        t(
            (0..60).map(|i| {
                [9606, 10090, 7227, 4932, 559_292, 3702, 6239, 83333, 7955, 10116, 9913, 562][i % 12]
                    .to_string()
            }),
            Task::Classes,
        );
        t(
            (0..60).map(|i| {
                ["1.1", "1.10", "1.2", "1.3", "1.4", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.4"][i % 12]
                    .to_owned()
            }),
            Task::Classes,
        );
        t((0..200).map(|i| (20 + i * 13 % 61).to_string()), Task::Numbers); // temperatures
        t((0..60).map(|i| (100 + i * 37 % 400).to_string()), Task::Numbers); // lengths
        t((0..60).map(|i| format!("{}.4", 40 + i * 7 % 20)), Task::Numbers);
        t((0..40).map(|i| format!("1e-{i}")), Task::Numbers);
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
