//! One head for each position inside a token, scored together.
//!
//! A 6-mer of DNA stands for two residues, and its one row must predict a label for each. As published (Boshar
//! et al. 2024), each sub-token index has a head of its own: trained on the residues of that index, with the
//! folds of all residues, and scored with the other heads as one probe.

use super::cross_validation::{CrossValidation, PlannedRun};
use super::outcome::{self, ProbeOutcome, RunKind};
use super::trainer::{Trainer, shuffled_order};
use super::{ProbeError, ProbeModel, Residue, residue_rows};
use crate::analysis::evaluation::metrics::Predictions;
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::matrix::View;
use crate::progress::{Progress, Stage};

/// What the head of one sub-token index learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct SubTokenHead {
    /// Its residues, by their number in the list of all. `[m]`
    pub residues: Vec<usize>,
    /// Their truth. `[m]`
    pub target: Target,
    /// The runs with the folds of these residues.
    pub runs: Vec<CrossValidation>,
}

/// Trains the head of every sub-token index on independent residues and scores them together. The first `shuffles` runs
/// are repeated with shuffled labels.
///
/// # Shape
///
/// `tokens` `[t, d]`; residues, target and folds `[n]`.
///
/// # Errors
///
/// Those of [`by_sub_token_index`], [`residue_rows`], [`Trainer::of_plan`] and [`Trainer::run`].
pub fn probe_residues(
    tokens: View,
    residues: &[Residue],
    target: &Target,
    (model, runs, shuffles): (&ProbeModel, &[CrossValidation], usize),
    progress: &mut dyn Progress,
) -> Result<ProbeOutcome, ProbeError> {
    let heads = by_sub_token_index(residues, target, runs)?;
    let plan = shuffled_plan(target, runs, shuffles, &heads.iter().collect::<Vec<_>>());
    probe_residues_of_plan(tokens, residues, target, (model, &plan), progress)
}

/// Trains the head of every sub-token index on the runs of a plan and scores them together.
///
/// # Shape
///
/// `tokens` `[t, d]`; residues, target and folds `[n]`.
///
/// # Errors
///
/// As [`probe_residues`].
pub fn probe_residues_of_plan(
    tokens: View,
    residues: &[Residue],
    target: &Target,
    (model, plan): (&ProbeModel, &[PlannedRun]),
    progress: &mut dyn Progress,
) -> Result<ProbeOutcome, ProbeError> {
    let runs: Vec<CrossValidation> = plan.iter().map(|run| run.validation.clone()).collect();
    let jobs = by_sub_token_index(residues, target, &runs)?;
    let (count, mut heads) = (jobs.len() as u64, Vec::new());
    progress.begin(Stage::Training);
    for (at, head) in (0_u64..).zip(jobs) {
        let own: Vec<Residue> = head.residues.iter().filter_map(|&at| residues.get(at).copied()).collect();
        let rows = residue_rows(tokens, &own)?;
        let of_head = |(run, validation): (&PlannedRun, &CrossValidation)| PlannedRun {
            kind: run.kind,
            validation: validation.clone(),
            truth: run.truth.as_ref().map(|truth| truth.reordered(&head.residues)),
        };
        let own_plan = plan.iter().zip(&head.runs).map(of_head).collect();
        let trainer = Trainer::of_plan(rows.view(), head.target.clone(), model, own_plan)?;
        let mut part = |done: u64, total: u64| progress.report(at * total + done, count * total);
        let found = trainer.run(&mut part)?;
        heads.push((head, found));
    }
    Ok(merge(target, plan, &heads)?)
}

/// Splits a job by the sub-token indices of its residues, index 0 first.
///
/// # Shape
///
/// Residues, target and folds `[n]`.
///
/// # Errors
///
/// `probe.rows`, `folds.count` if one fold holds every residue of an index.
pub fn by_sub_token_index(
    residues: &[Residue],
    target: &Target,
    runs: &[CrossValidation],
) -> Result<Vec<SubTokenHead>, EvaluationError> {
    let lengths = runs.iter().map(|run| run.folds.of().len()).chain([target.rows()]);
    if let Some(found) = lengths.into_iter().find(|&found| found != residues.len()) {
        return Err(EvaluationError::Rows { expected: residues.len(), found });
    }
    let count = residues.iter().map(|residue| residue.sub_token_index + 1).max().unwrap_or_default();
    let head = |index: usize| -> Result<SubTokenHead, EvaluationError> {
        let has_index = |&at: &usize| residues.get(at).is_some_and(|at| at.sub_token_index == index);
        let own: Vec<usize> = (0..residues.len()).filter(has_index).collect();
        let run = |run: &CrossValidation| -> Result<CrossValidation, EvaluationError> {
            Ok(CrossValidation { folds: run.folds.some(&own)?, seed: run.seed })
        };
        let runs = runs.iter().map(run).collect::<Result<_, _>>()?;
        Ok(SubTokenHead { target: target.reordered(&own), residues: own, runs })
    };
    (0..count).map(head).collect()
}

/// What all heads found, as one outcome over all residues.
///
/// # Errors
///
/// `probe.rows` if an outcome does not belong to its head, `probe.nothing` without a head,
/// `probe.not_finite`.
pub fn merge_heads(
    target: &Target,
    runs: &[CrossValidation],
    heads: &[(SubTokenHead, ProbeOutcome)],
) -> Result<ProbeOutcome, EvaluationError> {
    let (_, first) = heads.first().ok_or(EvaluationError::Nothing { what: "head" })?;
    let shuffles = first.runs.iter().filter(|run| run.kind == RunKind::Shuffled).count();
    let plan = shuffled_plan(target, runs, shuffles, &heads.iter().map(|(head, _)| head).collect::<Vec<_>>());
    merge(target, &plan, heads)
}

/// The outcomes of the runs of a plan; those of a head stand in the order of the plan.
fn merge(
    target: &Target,
    plan: &[PlannedRun],
    heads: &[(SubTokenHead, ProbeOutcome)],
) -> Result<ProbeOutcome, EvaluationError> {
    let merged = |at: usize| -> Result<Predictions, EvaluationError> {
        let cols = target.cols();
        let mut all = Predictions { data: vec![0.0; target.rows() * cols], cols };
        for (head, found) in heads {
            let run = found.runs.get(at).ok_or(EvaluationError::Nothing { what: "such run" })?;
            let rows = run.predictions.data.chunks_exact(cols.max(1));
            if run.predictions.cols != cols || rows.len() != head.residues.len() {
                return Err(EvaluationError::Rows { expected: head.residues.len(), found: rows.len() });
            }
            for (&residue, row) in head.residues.iter().zip(rows) {
                if let Some(cells) = all.data.get_mut(residue * cols..(residue + 1) * cols) {
                    cells.copy_from_slice(row);
                }
            }
        }
        Ok(all)
    };
    let predictions = (0..plan.len()).map(merged).collect::<Result<_, _>>()?;
    let mut found = outcome::score(target, plan, predictions)?;
    found.penalties = heads.iter().flat_map(|(_, found)| found.penalties.iter().copied()).collect();
    found.unconverged = heads.iter().map(|(_, found)| found.unconverged).sum();
    Ok(found)
}

/// The runs, and the first of them with labels that each head shuffles among its own residues.
fn shuffled_plan(
    target: &Target,
    runs: &[CrossValidation],
    shuffles: usize,
    heads: &[&SubTokenHead],
) -> Vec<PlannedRun> {
    let shuffled = |run: &CrossValidation| {
        let mut order: Vec<usize> = (0..target.rows()).collect();
        for head in heads {
            let own = shuffled_order(head.residues.len(), run.seed);
            for (&to, from) in head.residues.iter().zip(own) {
                if let (Some(slot), Some(&from)) = (order.get_mut(to), head.residues.get(from)) {
                    *slot = from;
                }
            }
        }
        let truth = Some(target.reordered(&order));
        PlannedRun { kind: RunKind::Shuffled, validation: run.clone(), truth }
    };
    let shuffled: Vec<PlannedRun> = runs.iter().take(shuffles).map(shuffled).collect();
    runs.iter().cloned().map(PlannedRun::probe).chain(shuffled).collect()
}
