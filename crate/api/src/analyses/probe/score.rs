//! Scores of a probe: each metric with its intervals and with what it must exceed.

use crate::array::AnswerMatrix;
use crate::refusal::Refusal;
use crossgrain_core::analysis::evaluation::EvaluationError;
use crossgrain_core::analysis::evaluation::interval::{Interval, Paired};
use crossgrain_core::analysis::evaluation::metrics::{ProbeMetric, Scorer};
use crossgrain_core::analysis::probe::{ProbeOutcome, RunKind, compare};
use crossgrain_core::progress::{Progress, Stage};
use serde::Serialize;

/// The outcome of a feature set.
pub struct Trained {
    /// Name of the set.
    pub name: String,
    /// Columns of its features.
    pub columns: usize,
    /// Predictions and pooled metrics of all runs.
    pub outcome: ProbeOutcome,
}

/// The scores of one feature set.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeTable"))]
pub struct TableScores {
    /// Name of the feature set.
    pub name: String,
    /// Columns of its features, appended ones included.
    pub columns: usize,
    /// All metrics of the task; the first is the headline.
    pub scores: Vec<Score>,
    /// Headline metric of this set minus that of the first set, under the same bootstrap draws: positive if this set is
    /// better (worse for errors); `null` for the first set, or if undefined in the draws.
    pub minus_first: Option<Paired>,
}

/// One metric.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeScore"))]
pub struct Score {
    /// The metric.
    pub metric: ProbeMetric,
    /// Out-of-fold predictions of all folds scored together, mean over the seeds; `null` if undefined.
    pub value: Option<f64>,
    /// Bootstrap of the out-of-fold predictions of the first seed, 95 %; `null` if undefined in the draws.
    pub bootstrap: Option<Interval>,
    /// Student's t interval over the seeds, 95 %; `null` for one seed.
    pub over_seeds: Option<Interval>,
    /// 2.5 % and 97.5 % quantiles over the seeds; `null` for one seed.
    pub percentiles_over_seeds: Option<Interval>,
    /// Mean over the folds of the first seed, each scored alone; `null` when one row is left out at a time.
    pub mean_of_folds: Option<f64>,
    /// The same model trained and scored on shuffled labels, mean over the shuffled runs; `null` except for the first set.
    pub shuffled_labels: Option<f64>,
    /// Predicting the share of each class (or the mean) of the training rows, mean over the seeds.
    pub majority: Option<f64>,
}

/// Scores every feature set.
///
/// # Errors
/// `probe.*`, `bootstrap.*`, `probe.cancelled`.
pub fn tables(
    trained: &[Trained],
    draws: usize,
    seed: u64,
    progress: &mut dyn Progress,
) -> Result<Vec<TableScores>, Refusal> {
    progress.begin(Stage::Resampling);
    let metrics = trained.first().map_or(&[][..], |first| ProbeMetric::of(&first.outcome.target));
    // One bootstrap for each metric of each set, and one comparison with the first for each other set.
    let total = (trained.len() * (metrics.len() + 1)).saturating_sub(1) as u64;
    let (mut found, mut past) = (Vec::with_capacity(trained.len()), 0);
    for (at, table) in trained.iter().enumerate() {
        let mut scores = Vec::with_capacity(metrics.len());
        for &metric in metrics {
            let mut part = |done: u64, of: u64| progress.report(past * of + done, total * of);
            let interval = defined(table.outcome.bootstrap(0, metric, draws, seed, &mut part))?;
            past += 1;
            scores.push(score(&table.outcome, metric, interval));
        }
        let mut minus_first = None;
        if let (Some(first), Some(&headline)) = (trained.first().filter(|_| at > 0), metrics.first()) {
            let mut part = |done: u64, of: u64| progress.report(past * of + done, total * of);
            let pair = (&first.outcome, &table.outcome);
            minus_first = defined(compare(pair, 0, headline, (draws, seed), &mut part))?;
            past += 1;
        }
        found.push(TableScores { name: table.name.clone(), columns: table.columns, scores, minus_first });
    }
    Ok(found)
}

/// A metric that is undefined in every draw has no interval; that is not a failure.
fn defined<T>(found: Result<T, EvaluationError>) -> Result<Option<T>, Refusal> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(EvaluationError::Undefined) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn score(outcome: &ProbeOutcome, metric: ProbeMetric, bootstrap: Option<Interval>) -> Score {
    let of = |kind: RunKind| mean(&outcome.values(kind, metric));
    Score {
        metric,
        value: of(RunKind::Probe),
        bootstrap,
        over_seeds: outcome.over_seeds(metric),
        percentiles_over_seeds: outcome.percentiles(metric),
        mean_of_folds: outcome.runs.first().and_then(|run| run.fold_mean(metric)),
        shuffled_labels: of(RunKind::Shuffled),
        majority: of(RunKind::Majority),
    }
}

/// Rows by true and predicted class, of the first run; `None` unless the target is classes. `[k, k]`
pub fn confusion(outcome: &ProbeOutcome) -> Option<Vec<Vec<u64>>> {
    let run = outcome.runs.first()?;
    Scorer::new(&outcome.target, &run.predictions).ok()?.confusion(&run.tested)
}

/// Out-of-fold predictions of the first run. `[n, k]`
#[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
pub fn predictions(outcome: &ProbeOutcome) -> AnswerMatrix<f32> {
    let Some(run) = outcome.runs.first() else { return AnswerMatrix::default() };
    let found = &run.predictions;
    let rows = found.data.len().checked_div(found.cols).unwrap_or_default();
    AnswerMatrix::new(found.data.iter().map(|&x| x as f32).collect(), rows, found.cols)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
