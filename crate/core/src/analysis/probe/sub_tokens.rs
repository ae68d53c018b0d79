//! One head for each position inside a token, scored together.
//!
//! A 6-mer of DNA stands for two residues, and its one row must predict a label for each. As published (Boshar
//! et al. 2024), each sub-token index has a head of its own: trained on the residues of that index, with the
//! folds of all residues, and scored with the other heads as one probe.

use super::cross_validation::CrossValidation;
use super::outcome::{self, ProbeOutcome, RunKind};
use super::trainer::{Trainer, shuffled_order};
use super::{ProbeError, ProbeModel, Residue, residue_rows};
use crate::analysis::evaluation::folds::given;
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

/// Trains the head of every sub-token index and scores them together.
///
/// # Shape
///
/// `tokens` `[t, d]`; residues, target and folds `[n]`.
///
/// # Errors
///
/// Those of [`by_sub_token_index`], [`residue_rows`], [`Trainer::new`] and [`Trainer::run`].
pub fn probe_residues(
    tokens: View,
    residues: &[Residue],
    target: &Target,
    (model, runs, shuffles): (&ProbeModel, &[CrossValidation], usize),
    progress: &mut dyn Progress,
) -> Result<ProbeOutcome, ProbeError> {
    let jobs = by_sub_token_index(residues, target, runs)?;
    let (count, mut heads) = (jobs.len() as u64, Vec::new());
    progress.begin(Stage::Training);
    for (at, head) in (0_u64..).zip(jobs) {
        let own: Vec<Residue> = head.residues.iter().filter_map(|&at| residues.get(at).copied()).collect();
        let rows = residue_rows(tokens, &own)?;
        let trainer = Trainer::new(rows.view(), head.target.clone(), model, head.runs.clone(), shuffles)?;
        let mut part = |done: u64, total: u64| progress.report(at * total + done, count * total);
        let found = trainer.run(&mut part)?;
        heads.push((head, found));
    }
    Ok(merge_heads(target, runs, &heads)?)
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
            let of: Vec<Option<u32>> =
                own.iter().map(|&at| run.folds.of().get(at).copied().flatten()).collect();
            Ok(CrossValidation { folds: given(&of)?, seed: run.seed })
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
    let merge = |kind: RunKind, at: usize| -> Result<Predictions, EvaluationError> {
        let cols = target.cols();
        let mut all = Predictions { data: vec![0.0; target.rows() * cols], cols };
        for (head, found) in heads {
            let run = found.runs.iter().filter(|run| run.kind == kind).nth(at);
            let run = run.ok_or(EvaluationError::Nothing { what: "such run" })?;
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
    let real = (0..runs.len()).map(|at| merge(RunKind::Probe, at)).collect::<Result<_, _>>()?;
    let wrong = (0..shuffles).map(|at| merge(RunKind::Shuffled, at)).collect::<Result<_, _>>()?;
    let shuffled: Vec<Target> = runs.iter().take(shuffles).map(|run| shuffled(target, run, heads)).collect();
    outcome::score(target, runs, real, wrong, &shuffled)
}

/// The shuffled truth as the heads saw it: each shuffles among its own residues.
fn shuffled(target: &Target, run: &CrossValidation, heads: &[(SubTokenHead, ProbeOutcome)]) -> Target {
    let mut order: Vec<usize> = (0..target.rows()).collect();
    for (head, _) in heads {
        let own = shuffled_order(head.residues.len(), run.seed);
        for (&to, from) in head.residues.iter().zip(own) {
            if let (Some(slot), Some(&from)) = (order.get_mut(to), head.residues.get(from)) {
                *slot = from;
            }
        }
    }
    target.reordered(&order)
}
