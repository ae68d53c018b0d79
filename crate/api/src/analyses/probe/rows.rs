//! A label per row: folds, models and runs of every feature set.

use super::clusters::clusters;
use super::features::{Features, sets};
use super::folds::{FoldMaker, FoldSummary};
use super::leaks::leaks;
use super::score::Trained;
use super::units::ProbeUnits;
use super::within::groups;
use super::{Prepared, Request, validations};
use crate::context::Context;
use crate::refusal::Refusal;
use crate::sources::{Column, Rows};
use crossgrain_core::analysis::evaluation::{EvaluationError, Target};
use crossgrain_core::analysis::probe::{RunKind, Task, Trainer, plan, read_column, warnings};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::{Silent, Stage};
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
    let clusters = clusters(sources, &request.folds, base, &column.rows, context.progress)?;
    let folds = FoldMaker::new(
        sources,
        &request.folds,
        base,
        &column.rows,
        clusters.as_ref().map(|clusters| clusters.of.as_slice()),
    )?;
    let named = (&request.folds, request.units.as_ref());
    let units = ProbeUnits::new(sources, named, base, &column.rows, clusters.as_ref())?;
    let within = groups(sources, request.within.as_ref(), base, &column.rows)?;
    let first = sets.first().map(|set| set.matrix(sources, base, &column.rows, request)).transpose()?;
    let units = match &first {
        Some(first) => units.with_copies(first.view()),
        None => units,
    };
    let options = request.plan();
    let of = |target: &Target, rows: &[usize], seed| folds.of_target(target, rows, seed);
    let mut planned = plan::<Refusal>(&column.target, &units.units, options.as_ref(), &of)?;
    let count = planned.first().map_or(0, |run| run.validation.folds.count());
    let model = request.model.model(column.task);
    context.progress.begin(Stage::Training);
    let (mut past, total) = (0_u64, sets.len() as u64);
    let (mut trained, mut leaked) = (Vec::new(), Vec::new());
    let mut first = first;
    for set in &sets {
        let rows = match first.take() {
            Some(rows) => rows,
            None => set.matrix(sources, base, &column.rows, request)?,
        };
        if let Some(run) = planned.first() {
            let folds = &run.validation.folds;
            leaked.extend(leaks(&set.name, rows.view(), &column.target, folds, &mut Silent)?);
        }
        let mut trainer = Trainer::of_plan(rows.view(), column.target.clone(), &model, planned.clone())?;
        while !trainer.step()? {
            let (done, of) = (trainer.done() as u64, trainer.total() as u64);
            if context.progress.report(past * of + done, total * of).is_break() {
                return Err(EvaluationError::Cancelled.into());
            }
            context.progress.pause().await;
        }
        past += 1;
        let (name, classes) = (set.name.clone(), column.names.clone());
        trained.push(Trained { name, columns: rows.cols(), classes, outcome: trainer.finish()? });
        // Permuted labels say what a score is by chance; those of the first set are enough.
        planned.retain(|run| run.kind != RunKind::Shuffled);
    }
    let names = base.names();
    let mut warnings = warnings(&column, count);
    let clusters = clusters.map(|clusters| {
        warnings.extend(clusters.warnings);
        Box::new(clusters.summary)
    });
    warnings.extend(units.warnings());
    warnings.extend(leaked);
    Ok(Prepared {
        task: column.task,
        ids: column.rows.iter().filter_map(|&row| names.get(row).cloned()).collect(),
        unlabelled: words.len() - column.rows.len(),
        residues: None,
        folds: FoldSummary { kind: folds.kind(column.task != Task::Numbers), count, clusters },
        units,
        within,
        warnings,
        validations: validations(planned),
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
                methods: None,
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
