//! What makes the metrics of a probe unreliable: one list for the page, the module and the command line.

use super::column::{PreparedColumn, Task};
use super::residue_column::ResidueColumn;
use crate::analysis::evaluation::Target;
use crate::error::{Notice, Where};

/// Rows of a class in each fold below which its metrics are called shaky.
const ROWS_PER_FOLD: usize = 5;
/// Labelled rows below which a probe is called small.
const FEW_ROWS: usize = 50;
/// Classes that a warning names.
const NAMED: usize = 3;
/// Share of the rows in one class from which on a model that always says so seems good.
const LARGE_SHARE: f64 = 0.95;

/// Warnings about a probe of a column with this many folds.
#[must_use]
pub fn warnings(column: &PreparedColumn, folds: usize) -> Vec<Notice> {
    let mut found = Vec::new();
    let (rows, folds) = (column.rows.len(), folds.max(1));
    let leave_one_out = folds == rows;
    if let Some(choice) = column.choice {
        let (read_as, other) = match choice.task {
            Task::Numbers => ("a quantity", "classes, if they are codes"),
            _ => ("classes", "numbers, if they measure something"),
        };
        let message =
            format!("all labels are numbers: {} different ones are read as {read_as}", choice.different);
        found.push(notice("probe.numbers_or_classes", message, &format!("set the task to {other}")));
    }
    if rows < column.all {
        let message = format!("{} of {} rows have no label and are left out", column.all - rows, column.all);
        found.push(notice("probe.unlabelled", message, "check their ids and the words for missing values"));
    }
    let support = |class: usize| (0..rows).filter(|&row| column.target.holds(row, class)).count();
    let sizes: Vec<(&str, usize)> =
        column.names.iter().enumerate().map(|(class, name)| (name.as_str(), support(class))).collect();
    let below = |least: usize| -> Vec<(&str, usize)> {
        sizes.iter().copied().filter(|(_, size)| !leave_one_out && *size < least).collect()
    };
    let tiny = below(folds);
    if !tiny.is_empty() {
        let named: Vec<String> = tiny.iter().map(|(name, size)| format!("{name} ({size})")).collect();
        let message = format!(
            "{} with fewer rows than there are folds ({folds}), so that some folds do not test them: {}",
            classes(tiny.len()),
            listed(&named)
        );
        found.push(notice(
            "probe.classes_below_folds",
            message,
            "ask for fewer folds, or join or leave out small classes",
        ));
    }
    let few: Vec<String> = below(ROWS_PER_FOLD * folds).iter().map(|(name, _)| (*name).to_owned()).collect();
    if !few.is_empty() {
        let message = format!(
            "fewer than {ROWS_PER_FOLD} sequences in each of {folds} folds make figures shaky: {}",
            listed(&few)
        );
        found.push(notice("probe.small_classes", message, "look at the intervals first"));
    }
    found.extend(constant(column, &sizes));
    if leave_one_out && column.task == Task::Classes {
        let message = "leaving one out shifts the classes of the training rows against the one left out: an AUROC below \
                       0.5 may mean no signal";
        found.push(notice("probe.leave_one_out", message.to_owned(), "compare with stratified folds"));
    }
    if rows < FEW_ROWS {
        let message = format!("{rows} labelled sequences are few: look at the intervals first");
        found.push(notice("probe.few_rows", message, "label more sequences"));
    }
    found
}

/// Columns that hold nearly nothing to learn.
fn constant(column: &PreparedColumn, sizes: &[(&str, usize)]) -> Vec<Notice> {
    let rows = column.rows.len();
    let mut found = Vec::new();
    if let Target::Numbers(numbers) = &column.target
        && let Some(first) = numbers.first().filter(|first| numbers.iter().all(|number| number == *first))
    {
        let message = format!("all {rows} numbers are {first}: there is nothing to learn");
        found.push(notice("probe.constant", message, "choose another column"));
    }
    if column.task == Task::Classes && sizes.len() == rows {
        let message = format!("each of the {rows} rows has a class of its own");
        found.push(notice("probe.all_different", message, "choose a column in which rows share classes"));
    }
    let large = |size: usize| size as f64 >= LARGE_SHARE * rows as f64;
    for (name, size) in sizes.iter().filter(|(_, size)| large(*size)) {
        let message = format!("{size} of {rows} rows are {name}: always saying so is right as often");
        found.push(notice(
            "probe.one_large_class",
            message,
            "look at balanced accuracy, AUROC and the majority",
        ));
    }
    found
}

/// Warnings about a probe of residues. Residues of one sequence are not independent samples: the number of
/// sequences says how sure a metric is.
#[must_use]
pub fn residue_warnings(column: &ResidueColumn, labelled_sequences: usize) -> Vec<Notice> {
    let message =
        "residues of one sequence are alike: intervals and tests draw whole sequences, not residues";
    let mut found =
        vec![notice("probe.residues_alike", message.to_owned(), "look at the number of sequences first")];
    if column.unlabelled > 0 {
        let marks: Vec<String> =
            column.marks.iter().map(|(mark, count)| format!("{count} `{mark}`")).collect();
        let message =
            format!("{} residues are marked as without a label: {}", column.unlabelled, marks.join(", "));
        let hint = "if a mark is a class, leave it out of `unlabelled`";
        found.push(notice("probe.unlabelled_residues", message, hint));
    }
    if column.unlabelled_sequences > 0 {
        let message = format!("{} sequences have no labels and are left out", column.unlabelled_sequences);
        found.push(notice("probe.unlabelled", message, "check their ids and the words for missing values"));
    }
    if column.without_token > 0 {
        let message = format!("{} labelled residues have no vector and are left out", column.without_token);
        found.push(notice("probe.without_token", message, "embed these sequences whole"));
    }
    if labelled_sequences < FEW_ROWS {
        let message = format!("{labelled_sequences} labelled sequences are few");
        found.push(notice("probe.few_rows", message, "label more sequences"));
    }
    found
}

fn notice(code: &str, message: String, hint: &str) -> Notice {
    Notice { code: code.to_owned(), message, at: Where::default(), hint: hint.to_owned() }
}

fn classes(count: usize) -> String {
    if count == 1 { "1 class".to_owned() } else { format!("{count} classes") }
}

/// The first few names, and how many more there are.
fn listed(names: &[String]) -> String {
    let named = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    let more = names.len().saturating_sub(NAMED);
    if more > 0 { format!("{named} and {more} more") } else { named }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::probe::read_column;

    #[test]
    fn small_classes_and_few_rows_are_named() {
        fn t(a: usize, b: usize, folds: usize, expected: &[(&str, &str)]) {
            let words: Vec<Option<&str>> =
                std::iter::repeat_n(Some("a"), a).chain(std::iter::repeat_n(Some("b"), b)).collect();
            let found = warnings(&read_column(&words, None, ';').unwrap(), folds);
            assert_eq!(found.len(), expected.len(), "{found:?}");
            let fits = |(found, (code, part)): (&Notice, &(&str, &str))| {
                found.code == *code && found.message.contains(part)
            };
            assert!(found.iter().zip(expected).all(fits), "{found:?}");
        }
        let shaky = "fewer than 5 sequences in each of 5 folds make figures shaky: b";
        t(50, 50, 5, &[]);
        t(50, 10, 5, &[("probe.small_classes", shaky)]);
        t(
            10,
            10,
            5,
            &[("probe.small_classes", "shaky: a, b"), ("probe.few_rows", "20 labelled sequences are few")],
        );
        t(30, 30, 60, &[("probe.leave_one_out", "leaving one out")]);
        let below =
            "1 class with fewer rows than there are folds (5), so that some folds do not test them: b (2)";
        let large = "98 of 100 rows are a";
        t(
            98,
            2,
            5,
            &[
                ("probe.classes_below_folds", below),
                ("probe.small_classes", shaky),
                ("probe.one_large_class", large),
            ],
        );
    }
}
