//! A label per row: folds, models and runs of every feature set.

use super::features::{Features, sets};
use super::folds::FoldMaker;
use super::score::Trained;
use super::{Prepared, Request};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows};
use crossgrain_core::analysis::evaluation::EvaluationError;
use crossgrain_core::analysis::probe::{CrossValidation, Trainer, read_column, warnings};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Stage;
use std::borrow::Cow;

/// Trains every feature set on the labelled rows.
///
/// # Errors
/// `probe.*`, `folds.*`, `analysis.labels`, `labels.incomplete`, `table.other_ids`, and those of the sources.
pub async fn train(context: &mut Context<'_>, request: &Request) -> Result<Prepared, Refusal> {
    let sources = context.sources;
    let sets = sets(sources, request)?;
    let base = base(&sets, request)?;
    let base = base.as_ref();
    sets.iter().flat_map(|set| &set.tables).try_for_each(|table| base.same_rows_as(table))?;
    let words = sources.column(&request.labels, base)?;
    let words: Vec<Option<&str>> = words.iter().map(Option::as_deref).collect();
    let column = read_column(&words, request.task, request.separator)?;
    let folds = FoldMaker::new(sources, &request.folds, base, &column.rows)?;
    let run = |seed| -> Result<CrossValidation, Refusal> {
        Ok(CrossValidation { folds: folds.of_target(&column.target, seed)?, seed })
    };
    let runs = request.seeds().into_iter().map(run).collect::<Result<Vec<_>, _>>()?;
    let model = request.model.model(column.task);
    context.progress.begin(Stage::Training);
    let (count, mut trained) = (sets.len() as u64, Vec::new());
    for (at, set) in (0_u64..).zip(&sets) {
        let rows = set.matrix(sources, base, &column.rows, request)?;
        // Shuffled labels say how much a score is worth; those of one set are enough.
        let shuffles = if at == 0 { request.shuffles.min(runs.len()) } else { 0 };
        let mut trainer = Trainer::new(rows.view(), column.target.clone(), &model, runs.clone(), shuffles)?;
        while !trainer.step()? {
            let (done, total) = (trainer.done() as u64, trainer.total() as u64);
            if context.progress.report(at * total + done, count * total).is_break() {
                return Err(EvaluationError::Cancelled.into());
            }
            context.progress.pause().await;
        }
        trained.push(Trained { name: set.name.clone(), columns: rows.cols(), outcome: trainer.finish()? });
    }
    let names = base.names();
    let folds = runs.first().map_or(0, |run| run.folds.count());
    Ok(Prepared {
        task: column.task,
        ids: column.rows.iter().filter_map(|&row| names.get(row).cloned()).collect(),
        unlabelled: words.len() - column.rows.len(),
        residues: None,
        folds,
        warnings: warnings(&column, folds),
        classes: column.names,
        trained,
    })
}

/// The rows that labels belong to: those of the first table, or one for each label where no set has a table.
fn base<'a>(sets: &'a [Features<'_>], request: &Request) -> Result<Base<'a>, Refusal> {
    let named = sets.iter().flat_map(|set| &set.tables);
    if let Some(rows) = named.clone().find(|table| table.ids.is_some()).or_else(|| named.clone().next()) {
        return Ok(Base::Table(rows));
    }
    match &request.labels {
        Column::Values(labels) => {
            let matrix = Cow::Owned(Matrix::new(Vec::new(), labels.len(), 0)?);
            Ok(Base::Labels(Rows {
                name: "labels".to_owned(),
                layer: String::new(),
                ids: None,
                matrix,
                lengths: None,
            }))
        }
        Column::Named(_) => {
            Err(Refusal::new("probe.nothing", "there is no table", "give at least one table"))
        }
    }
}

enum Base<'a> {
    Table(&'a Rows<'a>),
    Labels(Rows<'a>),
}

impl<'a> Base<'a> {
    fn as_ref(&self) -> &Rows<'a> {
        match self {
            Self::Table(rows) => rows,
            Self::Labels(rows) => rows,
        }
    }
}
