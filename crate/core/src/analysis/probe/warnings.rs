//! What makes the metrics of a probe unreliable, in words.

use super::column::{PreparedColumn, Task};

/// Rows of a class in each fold below which its metrics are called shaky.
const ROWS_PER_FOLD: usize = 5;
/// Labelled rows below which a probe is called small.
const FEW_ROWS: usize = 50;
/// Classes that a warning names.
const NAMED: usize = 3;

/// Warnings about a probe of a column with this many folds.
#[must_use]
pub fn warnings(column: &PreparedColumn, folds: usize) -> Vec<String> {
    let mut found = Vec::new();
    let (rows, folds) = (column.rows.len(), folds.max(1));
    let leave_one_out = folds == rows;
    let support = |class: usize| (0..rows).filter(|&row| column.target.holds(row, class)).count();
    let few: Vec<&str> = column
        .names
        .iter()
        .enumerate()
        .filter(|(class, _)| !leave_one_out && support(*class) < ROWS_PER_FOLD * folds)
        .map(|(_, name)| name.as_str())
        .collect();
    if !few.is_empty() {
        let named = few.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = few.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        found.push(format!(
            "fewer than {ROWS_PER_FOLD} sequences in each of {folds} folds make figures shaky: {named}{more}"
        ));
    }
    if leave_one_out && column.task == Task::Classes {
        found.push(
            "leaving one out shifts the classes of the training rows against the one left out: an AUROC below 0.5 \
             may mean no signal"
                .to_owned(),
        );
    }
    if rows < FEW_ROWS {
        found.push(format!("{rows} labelled sequences are few: look at the intervals first"));
    }
    found
}

/// Warnings about a probe of residues of this many labelled sequences. Residues of one sequence are not
/// independent samples: the number of sequences says how sure a metric is.
#[must_use]
pub fn residue_warnings(labelled_sequences: usize) -> Vec<String> {
    let mut found = vec![
        "intervals draw residues, which are alike within a sequence: they are narrower than new sequences would make \
         them"
            .to_owned(),
    ];
    if labelled_sequences < FEW_ROWS {
        found.push(format!("{labelled_sequences} labelled sequences are few"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::probe::read_column;

    #[test]
    fn small_classes_and_few_rows_are_named() {
        fn t(a: usize, b: usize, folds: usize, expected: &[&str]) {
            let words: Vec<Option<&str>> =
                std::iter::repeat_n(Some("a"), a).chain(std::iter::repeat_n(Some("b"), b)).collect();
            let found = warnings(&read_column(&words, None, ';').unwrap(), folds);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            assert!(found.iter().zip(expected).all(|(found, part)| found.contains(part)), "{found:?}");
        }
        t(50, 50, 5, &[]);
        t(50, 10, 5, &["fewer than 5 sequences in each of 5 folds make figures shaky: b"]);
        t(10, 10, 5, &["shaky: a, b", "20 labelled sequences are few"]);
        t(30, 30, 60, &["leaving one out"]);
        assert_eq!((residue_warnings(10).len(), residue_warnings(50).len()), (2, 1));
    }
}
