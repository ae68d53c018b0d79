//! `crossgrain probe`: how much of a label can a small model read from the rows?

mod per_residue;
mod report;

use crate::answer::{self, Bar};
use crate::labels::{Labels, coded};
use crate::problem::Failure;
use crate::table::{Rows, Table, check_ids};
use clap::{Args, ValueEnum};
use crossgrain_core::analysis::evaluation::folds::{
    Folds, given, grouped, leave_one_out, plain, stratified, stratified_multi,
};
use crossgrain_core::analysis::probe::{
    Column, MlpOptions, ProbeModel, ProbeOutcome, Run, Target, Task, Trainer, append_columns, read_column,
};
use crossgrain_core::matrix::Matrix;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `crossgrain probe`.
#[derive(Args)]
pub struct Arguments {
    /// Feature tables, all on the same folds and compared with the first; A+B stands side by side.
    #[arg(required = true, value_name = "TABLE")]
    tables: Vec<String>,
    /// Label table (TSV or CSV): the first column holds the ids.
    #[arg(long, value_name = "FILE")]
    labels: PathBuf,
    /// Column to learn.
    #[arg(long)]
    column: String,
    /// What the column holds; without it, its words decide.
    #[arg(long)]
    task: Option<TaskName>,
    /// Between the labels of a row.
    #[arg(long, default_value_t = ';')]
    separator: char,
    /// The model: logistic or ridge (linear), a random forest, or a perceptron with the shape and
    /// schedule of a paper.
    #[arg(long, default_value = "linear")]
    model: ModelName,
    /// Linear: inverse strength of the logistic penalty.
    #[arg(long, default_value_t = 1.0)]
    c: f64,
    /// Strength of the penalty of a ridge (1 by default) or a perceptron (as published by default).
    #[arg(long)]
    alpha: Option<f64>,
    /// Perceptron: widths of the hidden layers, such as 512,256.
    #[arg(long, value_delimiter = ',')]
    hidden: Option<Vec<usize>>,
    /// Perceptron: most passes over the training rows.
    #[arg(long)]
    epochs: Option<usize>,
    /// Perceptron: passes without a gain that are borne.
    #[arg(long)]
    patience: Option<usize>,
    /// Forest: trees.
    #[arg(long, default_value_t = 100)]
    trees: usize,
    /// Which rows are tested together.
    #[arg(long, default_value = "stratified")]
    folds: FoldName,
    /// Number of folds.
    #[arg(long, default_value_t = 5)]
    count: usize,
    /// Column of groups (rows of one are tested together) or of given folds.
    #[arg(long)]
    groups: Option<String>,
    /// Columns of numbers appended to every table, such as GC content.
    #[arg(long, value_delimiter = ',')]
    with_numbers: Vec<String>,
    /// Column of classes appended to every table as one column each, such as the species.
    #[arg(long)]
    with_classes: Option<String>,
    /// The column holds a string for each sequence, one letter per residue, and the tables hold the
    /// rows of residues or tokens that `embed --pool none` writes.
    #[arg(long)]
    per_residue: bool,
    /// Per residue: residues that one row stands for, 1 for ESM and 3-mers, 2 for 6-mers of DNA; one
    /// number, or one for each table.
    #[arg(long, value_delimiter = ',', default_values_t = [1], requires = "per_residue")]
    residues_per_token: Vec<usize>,
    /// Per residue: letters that stand for no label.
    #[arg(long, default_value = "?", requires = "per_residue")]
    unlabelled: String,
    /// Every layer of the first table, each as a table of its own.
    #[arg(long)]
    each_layer: bool,
    /// Seeds of folds and models: one cross-validation each.
    #[arg(long, value_delimiter = ',', default_values_t = [42])]
    seed: Vec<u64>,
    /// Cross-validations of the first table repeated with shuffled labels.
    #[arg(long, default_value_t = 1)]
    shuffles: usize,
    /// Draws of the bootstrap of out-of-fold predictions.
    #[arg(long, default_value_t = 10_000)]
    draws: usize,
    /// Also write the first table's out-of-fold predictions: .csv, .npy or .safetensors.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum TaskName {
    Classes,
    Labels,
    Numbers,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum ModelName {
    /// Logistic regression, or a ridge for numbers.
    Linear,
    /// A random forest, √d columns per split; one per label for several labels.
    Forest,
    /// 512 and 256, at most 200 epochs: product classes.
    ProductClass,
    /// 256 and 128, at most 500 epochs: the layer ablation.
    LayerAblation,
    /// 512 and 256, alpha 0.01, patience 30: A-domains.
    Adenylation,
    /// 512 and 128, alpha 0.01, patience 30: halogenation.
    Halogenation,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum FoldName {
    Stratified,
    Plain,
    Grouped,
    LeaveOneOut,
    Given,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    if arguments.per_residue {
        return per_residue::run(arguments);
    }
    let tables = tables(arguments)?;
    let first =
        tables.first().ok_or_else(|| Failure::arguments("probe.nothing", "no table".into(), "give one"))?;
    let labels = Labels::read(&arguments.labels, first)?;
    let task = arguments.task.map(|task| match task {
        TaskName::Classes => Task::Classes,
        TaskName::Labels => Task::Labels,
        TaskName::Numbers => Task::Numbers,
    });
    let column = read_column(&labels.column(&arguments.column)?, task, arguments.separator)?;
    let run = |&seed| -> Result<Run, Failure> {
        Ok(Run { folds: folds(arguments, &column, &labels, seed)?, seed })
    };
    let runs = arguments.seed.iter().map(run).collect::<Result<Vec<_>, _>>()?;
    let model = model(arguments, column.task);
    let mut outcomes: Vec<(String, usize, ProbeOutcome)> = Vec::new();
    for table in &tables {
        let rows = features(arguments, table, &column, &labels)?;
        // Shuffled labels say how much a score is worth; one table's are enough.
        let shuffles = if outcomes.is_empty() { arguments.shuffles.min(runs.len()) } else { 0 };
        let trainer = Trainer::new(rows.view(), column.target.clone(), &model, runs.clone(), shuffles)?;
        let mut bar = Bar::new("models trained");
        let outcome = trainer.run(&mut |done, total| bar.show(done, total))?;
        outcomes.push((table.name.clone(), rows.cols(), outcome));
    }
    let report = json!({
        "task": column.task,
        "classes": column.names,
        "rows": column.rows.len(),
        "unlabelled": first.matrix.rows() - column.rows.len(),
        "model": format!("{model:?}"),
        "folds": { "kind": format!("{:?}", arguments.folds), "count": runs.first().map_or(0, |run| run.folds.count()) },
        "seeds": arguments.seed,
        "draws": arguments.draws,
        "tables": report::tables(&outcomes, arguments.draws, arguments.seed.first().copied().unwrap_or_default()),
        "confusion": report::confusion(&outcomes),
    });
    if let (Some(path), Some((_, _, outcome))) = (&arguments.out, outcomes.first()) {
        let names = first.names();
        let ids: Vec<String> = column.rows.iter().filter_map(|&row| names.get(row).cloned()).collect();
        answer::write(path, "said", &ids, report::predictions(outcome)?.view())?;
    }
    answer::print(&report);
    Ok(())
}

fn tables(arguments: &Arguments) -> Result<Vec<Rows>, Failure> {
    let mut tables = Vec::new();
    for (at, name) in arguments.tables.iter().enumerate() {
        if at == 0 && arguments.each_layer {
            let Table { name, ids, layers } = Table::read(name)?;
            tables.extend(layers.into_iter().map(|(layer, matrix)| Rows {
                name: format!("{name}#{layer}"),
                ids: ids.clone(),
                matrix,
            }));
        } else {
            tables.push(Rows::read_joined(name)?);
        }
    }
    let ids = tables.first().and_then(|first| first.ids.clone());
    tables.iter().try_for_each(|table| check_ids(ids.as_ref(), &table.name, table.ids.as_ref()))?;
    Ok(tables)
}

/// The labelled rows of a table, with what is appended.
fn features(
    arguments: &Arguments,
    table: &Rows,
    column: &Column,
    labels: &Labels,
) -> Result<Matrix, Failure> {
    let rows = table.some(&column.rows)?;
    let mut numbers: Vec<Vec<f32>> = Vec::new();
    for name in &arguments.with_numbers {
        let all = labels.numbers_of(name, &column.rows)?;
        #[expect(clippy::cast_possible_truncation, reason = "features are f32")]
        numbers.push(all.into_iter().map(|x| x as f32).collect());
    }
    let classes = match &arguments.with_classes {
        Some(name) => {
            let words = labels.column(name)?;
            let words: Vec<_> = column.rows.iter().map(|&row| words.get(row).copied().flatten()).collect();
            let (labelled, codes, _) = coded(&words);
            if labelled.len() != words.len() {
                let what = format!("{} rows have no label in column '{name}'", words.len() - labelled.len());
                return Err(Failure::arguments("labels.incomplete", what, "append a column without gaps"));
            }
            Some(codes)
        }
        None => None,
    };
    let numbers: Vec<&[f32]> = numbers.iter().map(Vec::as_slice).collect();
    Ok(append_columns(rows.view(), &numbers, classes.as_deref())?)
}

/// The group of each of some rows.
fn groups(arguments: &Arguments, labels: &Labels, rows: &[usize]) -> Result<Vec<Option<u32>>, Failure> {
    let hint = "name a column with --groups";
    let name = arguments
        .groups
        .as_ref()
        .ok_or_else(|| Failure::arguments("folds.no_groups", "these folds need groups".into(), hint))?;
    let words = labels.column(name)?;
    let words: Vec<_> = rows.iter().map(|&row| words.get(row).copied().flatten()).collect();
    let (labelled, codes, _) = coded(&words);
    let mut found = vec![None; rows.len()];
    for (row, code) in labelled.into_iter().zip(codes) {
        if let Some(place) = found.get_mut(row) {
            *place = Some(code);
        }
    }
    Ok(found)
}

/// A row without a group is a group of its own.
fn named(groups: Vec<Option<u32>>) -> Vec<u32> {
    let mut alone = u32::try_from(groups.len()).unwrap_or(u32::MAX / 2);
    let name = |group: Option<u32>| {
        alone += 1;
        group.unwrap_or(alone)
    };
    groups.into_iter().map(name).collect()
}

fn folds(arguments: &Arguments, column: &Column, labels: &Labels, seed: u64) -> Result<Folds, Failure> {
    let (n, count) = (column.rows.len(), arguments.count);
    let groups = || groups(arguments, labels, &column.rows);
    Ok(match arguments.folds {
        FoldName::Plain => plain(n, count, seed)?,
        FoldName::LeaveOneOut => leave_one_out(n)?,
        FoldName::Stratified => match &column.target {
            Target::Classes { labels, .. } => stratified(labels, count, seed)?,
            Target::Multi { labels, columns } => stratified_multi(labels, *columns, count, seed)?,
            Target::Numbers(_) => plain(n, count, seed)?,
        },
        FoldName::Grouped => grouped(&named(groups()?), count, seed)?,
        FoldName::Given => given(&groups()?)?,
    })
}

fn model(arguments: &Arguments, task: Task) -> ProbeModel {
    let published = match arguments.model {
        ModelName::Linear if task == Task::Numbers => {
            return ProbeModel::Ridge { alpha: arguments.alpha.unwrap_or(1.0) };
        }
        ModelName::Linear => return ProbeModel::Logistic { c: arguments.c },
        ModelName::Forest => return ProbeModel::Forest { n_estimators: arguments.trees },
        ModelName::ProductClass => MlpOptions::product_class(),
        ModelName::LayerAblation => MlpOptions::layer_ablation(),
        ModelName::Adenylation => MlpOptions::adenylation(),
        ModelName::Halogenation => MlpOptions::halogenation(),
    };
    ProbeModel::Mlp(MlpOptions {
        hidden_layer_sizes: arguments.hidden.clone().unwrap_or_else(|| published.hidden_layer_sizes.clone()),
        alpha: arguments.alpha.unwrap_or(published.alpha),
        max_iter: arguments.epochs.unwrap_or(published.max_iter),
        n_iter_no_change: arguments.patience.unwrap_or(published.n_iter_no_change),
        ..published
    })
}
