//! Probes: one column of labels, any number of feature tables, the same folds for all.
//!
//! The first table is the one asked about; the others (composition, random vectors, another layer)
//! stand beside it and are compared with it under the same bootstrap draws.

mod answer;
mod question;
mod residues;
mod sets;

use super::tables::Tables;
use crate::error::{Refusal, plain};
use crate::progress::Reporter;
use crossgrain_core::analysis::evaluation::folds::{
    Folds, given, grouped, leave_one_out, plain as plain_folds, stratified, stratified_multi,
};
use crossgrain_core::analysis::probe::{
    Column, MlpOptions, ProbeModel, ProbeOutcome, Run, Target, Task, Trainer, read_column,
};
use js_sys::Function;
pub use question::Question;
use question::{FoldKind, FoldOptions, ModelOptions};
use serde_json::json;
use std::collections::BTreeSet;
use wasm_bindgen::JsValue;

/// Fewest rows of a class in one fold below which its figures are called shaky.
const SHAKY: usize = 5;
/// Trees of a forest, as published.
const TREES: usize = 100;

/// Runs every table and answers scores with intervals, baselines, confusion and warnings.
///
/// # Errors
/// `analysis.no_table`, `analysis.labels`, `labels.incomplete`, and any `probe.*`, `folds.*` or `bootstrap.*` code.
pub fn run(tables: &Tables, asked: &Question, progress: Option<&Function>) -> Result<JsValue, Refusal> {
    if let Some(letters) = &asked.per_residue {
        return residues::run(tables, asked, letters, progress);
    }
    let words: Vec<Option<&str>> = asked.labels.iter().map(Option::as_deref).collect();
    let separator = asked.separator.unwrap_or(';');
    let column = read_column(&words, asked.task, separator)?;
    let runs = runs(asked, &column)?;
    let model = model(&asked.model, column.task);
    let mut outcomes: Vec<(String, usize, ProbeOutcome)> = Vec::new();
    for (at, set) in asked.features.iter().enumerate() {
        let rows = sets::features(tables, set, asked.labels.len(), &column.rows)?;
        // Shuffled labels say how much a score is worth; one table's are enough.
        let shuffles = if at == 0 { asked.shuffles.min(runs.len()) } else { 0 };
        let mut trainer = Trainer::new(rows.view(), column.target.clone(), &model, runs.clone(), shuffles)?;
        let mut reporter = Reporter::new(progress, "training", "folds");
        let mut tell = |done: usize, total: usize| {
            let before = at * total;
            reporter.report((before + done) as f64, (asked.features.len() * total) as f64);
        };
        while !trainer.step()? {
            tell(trainer.done(), trainer.total());
        }
        outcomes.push((set.name.clone(), rows.cols(), trainer.finish()?));
    }
    let warnings = warnings(&column, &runs);
    let tables = answer::tables(&outcomes, asked, progress)?;
    Ok(plain(&json!({
        "task": column.task,
        "classes": column.names,
        "rows": column.rows.len(),
        "residues": null,
        "unlabelled": asked.labels.len() - column.rows.len(),
        "model": asked.model,
        "folds": { "kind": asked.folds.kind, "count": runs.first().map_or(0, |run| run.folds.count()) },
        "seeds": runs.iter().map(|run| run.seed).collect::<Vec<_>>(),
        "draws": asked.draws,
        "tables": tables,
        "confusion": answer::confusion(outcomes.first().map(|(_, _, outcome)| outcome)),
        "warnings": warnings,
    })))
}

fn runs(asked: &Question, column: &Column) -> Result<Vec<Run>, Refusal> {
    let seeds = if asked.seeds.is_empty() { vec![42] } else { asked.seeds.clone() };
    let fold = |seed| -> Result<Run, Refusal> { Ok(Run { folds: folds(&asked.folds, column, seed)?, seed }) };
    seeds.into_iter().map(fold).collect()
}

fn folds(asked: &FoldOptions, column: &Column, seed: u64) -> Result<Folds, Refusal> {
    let (n, count) = (column.rows.len(), asked.count.unwrap_or(5));
    Ok(match asked.kind {
        FoldKind::Plain => plain_folds(n, count, seed)?,
        FoldKind::LeaveOneOut => leave_one_out(n)?,
        FoldKind::Stratified => match &column.target {
            Target::Classes { labels, .. } => stratified(labels, count, seed)?,
            Target::Multi { labels, columns } => stratified_multi(labels, *columns, count, seed)?,
            Target::Numbers(_) => plain_folds(n, count, seed)?,
        },
        FoldKind::Grouped => grouped(&codes(asked, &column.rows)?, count, seed)?,
        FoldKind::Given => {
            let codes = codes(asked, &column.rows)?;
            given(&codes.into_iter().map(Some).collect::<Vec<_>>())?
        }
    })
}

/// The group of each of some rows; a row without one is a group of its own.
fn codes(asked: &FoldOptions, rows: &[usize]) -> Result<Vec<u32>, Refusal> {
    let hint = "name a column of groups, one value per sequence";
    let groups = asked
        .groups
        .as_ref()
        .ok_or_else(|| Refusal::new("folds.no_groups", "these folds need groups", hint))?;
    let names: Vec<&String> = groups.iter().flatten().collect::<BTreeSet<_>>().into_iter().collect();
    let mut alone = names.len();
    let code = |&row: &usize| match groups.get(row) {
        None => Err(Refusal::new("folds.no_groups", "there are fewer groups than rows", hint)),
        Some(Some(name)) => Ok(names.binary_search(&name).unwrap_or_default() as u32),
        Some(None) => {
            alone += 1;
            Ok((alone - 1) as u32)
        }
    };
    rows.iter().map(code).collect()
}

fn model(asked: &ModelOptions, task: Task) -> ProbeModel {
    match (asked, task) {
        // The linear probe of each task: numbers have no logistic regression.
        (ModelOptions::Linear { alpha, .. }, Task::Numbers) => {
            ProbeModel::Ridge { alpha: alpha.unwrap_or(1.0) }
        }
        (ModelOptions::Linear { c, .. }, _) => ProbeModel::Logistic { c: c.unwrap_or(1.0) },
        (ModelOptions::Forest { trees }, _) => ProbeModel::Forest { n_estimators: trees.unwrap_or(TREES) },
        (ModelOptions::Mlp { hidden, alpha, epochs, patience }, _) => {
            let published = MlpOptions::product_class();
            ProbeModel::Mlp(MlpOptions {
                hidden_layer_sizes: hidden.clone().unwrap_or(published.hidden_layer_sizes.clone()),
                alpha: alpha.unwrap_or(published.alpha),
                max_iter: epochs.unwrap_or(published.max_iter),
                n_iter_no_change: patience.unwrap_or(published.n_iter_no_change),
                ..published
            })
        }
    }
}

/// What makes the figures shaky, in words.
fn warnings(column: &Column, runs: &[Run]) -> Vec<String> {
    let mut found = Vec::new();
    let count = runs.first().map_or(1, |run| run.folds.count()).max(1);
    let leave_one_out = count == column.rows.len();
    let small = |at: usize| (0..column.rows.len()).filter(|&row| column.target.holds(row, at)).count();
    let few: Vec<&str> = column
        .names
        .iter()
        .enumerate()
        .filter(|(at, _)| !leave_one_out && small(*at) < SHAKY * count)
        .map(|(_, name)| name.as_str())
        .collect();
    if !few.is_empty() {
        let named = few.iter().take(3).copied().collect::<Vec<_>>().join(", ");
        let more = if few.len() > 3 { format!(" and {} more", few.len() - 3) } else { String::new() };
        found.push(format!(
            "fewer than {SHAKY} sequences in each of {count} folds make figures shaky: {named}{more}"
        ));
    }
    if leave_one_out && column.task == Task::Classes {
        found.push(
            "leaving one out shifts the classes of the training rows against the one left out: an AUROC below 0.5 \
             may mean no signal"
                .to_owned(),
        );
    }
    if column.rows.len() < 50 {
        found.push(format!("{} labelled sequences are few: look at the intervals first", column.rows.len()));
    }
    found
}
