//! What makes the scores of a probe uncertain, as sentences.

use crossgrain_core::analysis::probe::{Column, Task};

/// Fewest rows of a class in one fold.
const ROWS_PER_FOLD: usize = 5;
/// Fewest labelled sequences.
const SEQUENCES: usize = 50;
/// Classes that a sentence names.
const NAMED: usize = 3;

/// Warnings of a probe of rows in `folds` folds.
pub fn of_rows(column: &Column, folds: usize) -> Vec<String> {
    let (mut found, rows, folds) = (Vec::new(), column.rows.len(), folds.max(1));
    let leave_one_out = folds == rows;
    let size = |at: usize| (0..rows).filter(|&row| column.target.holds(row, at)).count();
    let small = |(at, _): &(usize, &String)| !leave_one_out && size(*at) < ROWS_PER_FOLD * folds;
    let few: Vec<&str> =
        column.names.iter().enumerate().filter(small).map(|(_, name)| name.as_str()).collect();
    if !few.is_empty() {
        let named = few.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        let more = if few.len() > NAMED { format!(" and {} more", few.len() - NAMED) } else { String::new() };
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
    if rows < SEQUENCES {
        found.push(format!("{rows} labelled sequences are few: look at the intervals first"));
    }
    found
}

/// Warnings of a probe of residues of `labelled` sequences, which say how certain a score is: residues of one sequence
/// are no independent samples.
pub fn of_residues(labelled: usize) -> Vec<String> {
    let mut found = vec![
        "intervals draw residues, which are alike within a sequence: they are narrower than new sequences would make \
         them"
            .to_owned(),
    ];
    if labelled < SEQUENCES {
        found.push(format!("{labelled} labelled sequences are few"));
    }
    found
}
