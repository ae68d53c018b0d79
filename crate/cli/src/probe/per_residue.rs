//! `crossgrain probe --per-residue`: a letter per residue, read from the rows of residues or tokens.

use super::{Arguments, FoldName, groups, model, report};
use crate::answer::{self, Bar};
use crate::labels::Labels;
use crate::problem::Failure;
use crate::table::{Tokens, division};
use crossgrain_core::analysis::evaluation::folds::{Folds, given, grouped, leave_one_out, plain};
use crossgrain_core::analysis::probe::{ProbeOutcome, Residue, Run, Task, probe_residues, read_residues};
use serde_json::json;

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    refuse_what_does_not_apply(arguments)?;
    let tables = arguments.tables.iter().map(|name| Tokens::read(name)).collect::<Result<Vec<_>, _>>()?;
    let first =
        tables.first().ok_or_else(|| Failure::arguments("probe.nothing", "no table".into(), "give one"))?;
    if let Some(other) = tables.iter().find(|table| table.ids != first.ids) {
        let what = "its ids are not those of the first table, in the same order".to_owned();
        let hint = "embed the same sequences with each model";
        return Err(Failure::in_file("table.other_ids", &other.name, what, hint));
    }
    let sequences = first.ids.len();
    let labels = Labels::of_ids(&arguments.labels, &first.name, Some(&first.ids), sequences)?;
    let divisions = division(&tables, &arguments.residues_per_token)?;
    let unlabelled: Vec<char> = arguments.unlabelled.chars().collect();
    let column = read_residues(&labels.column(&arguments.column)?, &divisions, &unlabelled)?;
    let one = |&seed: &u64| -> Result<Run, Failure> {
        Ok(Run { folds: column.folds(&folds(arguments, &labels, sequences, seed)?)?, seed })
    };
    let runs = arguments.seed.iter().map(one).collect::<Result<Vec<_>, _>>()?;
    let model = model(arguments, Task::Classes);
    let mut outcomes: Vec<(String, usize, ProbeOutcome)> = Vec::new();
    for (table, residues) in tables.iter().zip(&column.residues) {
        // Shuffled labels say how much a score is worth; one table's are enough.
        let shuffles = if outcomes.is_empty() { arguments.shuffles.min(runs.len()) } else { 0 };
        let mut bar = Bar::new("models trained");
        let job = (&model, runs.as_slice(), shuffles);
        let mut tick = |done: u64, total: u64| bar.show(done, total);
        let found = probe_residues(table.rows.view(), residues, &column.target, job, &mut tick)?;
        outcomes.push((table.name.clone(), table.rows.cols(), found));
    }
    let residues = column.residues.first().map(Vec::as_slice).unwrap_or_default();
    if let (Some(path), Some((_, _, outcome))) = (&arguments.out, outcomes.first()) {
        answer::write(path, "said", &names(&first.ids, residues), report::predictions(outcome)?.view())?;
    }
    answer::print(&json!({
        "task": "residues",
        "classes": column.names,
        "sequences": sequences,
        "rows": residues.len(),
        "unlabelled": column.unlabelled,
        "without_token": column.without_token,
        "residues_per_token": divisions.iter().map(|table| table.per_token).collect::<Vec<_>>(),
        "model": format!("{model:?}"),
        "folds": { "kind": format!("{:?}", arguments.folds), "count": runs.first().map_or(0, |run| run.folds.count()) },
        "seeds": arguments.seed,
        "draws": arguments.draws,
        "tables": report::tables(&outcomes, arguments.draws, arguments.seed.first().copied().unwrap_or_default()),
        "confusion": report::confusion(&outcomes),
    }));
    Ok(())
}

fn refuse_what_does_not_apply(arguments: &Arguments) -> Result<(), Failure> {
    let given = [
        (arguments.each_layer, "--each-layer"),
        (!arguments.with_numbers.is_empty(), "--with-numbers"),
        (arguments.with_classes.is_some(), "--with-classes"),
        (arguments.task.is_some(), "--task"),
    ];
    match given.iter().find(|(given, _)| *given) {
        Some((_, option)) => Err(Failure::arguments(
            "probe.per_residue",
            format!("{option} does not go with --per-residue"),
            "every letter is a class, and features are the rows alone",
        )),
        None => Ok(()),
    }
}

/// Folds of sequences: a residue is never tested by a model that saw its neighbours.
fn folds(arguments: &Arguments, labels: &Labels, sequences: usize, seed: u64) -> Result<Folds, Failure> {
    let rows: Vec<usize> = (0..sequences).collect();
    Ok(match arguments.folds {
        // The share of a class is a matter of residues, folds one of sequences.
        FoldName::Stratified | FoldName::Plain => plain(sequences, arguments.count, seed)?,
        FoldName::LeaveOneOut => leave_one_out(sequences)?,
        FoldName::Grouped => {
            grouped(&super::named(groups(arguments, labels, &rows)?), arguments.count, seed)?
        }
        FoldName::Given => given(&groups(arguments, labels, &rows)?)?,
    })
}

/// `id/position`, counted from 1, as `embed` writes them.
fn names(ids: &[String], residues: &[Residue]) -> Vec<String> {
    let name = |at: &Residue| {
        let id = ids.get(at.sequence as usize).map(String::as_str).unwrap_or_default();
        format!("{id}/{}", at.residue + 1)
    };
    residues.iter().map(name).collect()
}
