//! The outcome of a job: scores pooled over the folds and per fold, beside baselines.

use super::cross_validation::CrossValidation;
use crate::analysis::evaluation::interval::{
    Interval, Paired, bootstrap, paired_bootstrap, percentile_interval, t_interval,
};
use crate::analysis::evaluation::metrics::{Predictions, ProbeMetric, Scorer};
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::progress::Progress;
use serde::Serialize;

/// What made the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// The model on the true labels.
    Probe,
    /// The model on shuffled labels, scored against the shuffled labels.
    Shuffled,
    /// The share of each class, or the mean, among the training rows.
    Majority,
}

/// One run.
#[derive(Clone, Debug)]
pub struct RunOutcome {
    /// What was trained.
    pub kind: RunKind,
    /// Its seed.
    pub seed: u64,
    /// Out-of-fold predictions. `[n, k]`
    pub predictions: Predictions,
    /// How often each row counts: 0 if it was never tested. `[n]`
    pub tested: Vec<u32>,
    /// Metrics of all tested rows together.
    pub pooled: Vec<(ProbeMetric, Option<f64>)>,
    /// Metrics of each fold alone.
    pub per_fold: Vec<Vec<(ProbeMetric, Option<f64>)>>,
}

/// All runs of a job: the probe's, then the baselines'.
#[derive(Clone, Debug)]
pub struct ProbeOutcome {
    /// The target they are scored against.
    pub target: Target,
    /// The runs.
    pub runs: Vec<RunOutcome>,
}

impl RunOutcome {
    /// A pooled metric.
    #[must_use]
    pub fn pooled(&self, metric: ProbeMetric) -> Option<f64> {
        self.pooled.iter().find(|(m, _)| *m == metric)?.1
    }

    /// The mean of a metric over the folds in which it is defined.
    #[must_use]
    pub fn fold_mean(&self, metric: ProbeMetric) -> Option<f64> {
        let of_fold = |fold: &Vec<(ProbeMetric, Option<f64>)>| fold.iter().find(|(m, _)| *m == metric)?.1;
        let values: Vec<f64> = self.per_fold.iter().filter_map(of_fold).collect();
        (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
    }
}

impl ProbeOutcome {
    /// The pooled metrics of the runs of one kind, one per run.
    #[must_use]
    pub fn values(&self, kind: RunKind, metric: ProbeMetric) -> Vec<f64> {
        self.runs.iter().filter(|run| run.kind == kind).filter_map(|run| run.pooled(metric)).collect()
    }

    /// The mean over seeds with Student's interval; `None` for fewer than two seeds.
    #[must_use]
    pub fn over_seeds(&self, metric: ProbeMetric) -> Option<Interval> {
        t_interval(&self.values(RunKind::Probe, metric))
    }

    /// The mean over seeds with their percentiles; `None` for fewer than two seeds.
    #[must_use]
    pub fn percentiles(&self, metric: ProbeMetric) -> Option<Interval> {
        percentile_interval(&self.values(RunKind::Probe, metric))
    }

    /// The bootstrap of one run's out-of-fold predictions.
    ///
    /// # Errors
    ///
    /// `probe.nothing` for a run that is not there, `bootstrap.undefined`, `probe.cancelled`.
    pub fn bootstrap(
        &self,
        run: usize,
        metric: ProbeMetric,
        draws: usize,
        seed: u64,
        progress: &mut dyn Progress,
    ) -> Result<Interval, EvaluationError> {
        let run = self.runs.get(run).ok_or(EvaluationError::Nothing { what: "such run" })?;
        let scorer = Scorer::new(&self.target, &run.predictions)?;
        bootstrap(&eligible(&run.tested), draws, seed, |times| scorer.score(metric, times), progress)
    }
}

/// Compares run `run` of two jobs on the same rows under the same draws: the metric of `second` minus that of
/// `first`.
///
/// A table compared with the first table is `compare((first, this), …)`: a positive difference says that this
/// table is better, for metrics that are better when larger.
///
/// # Errors
///
/// `probe.rows` if the jobs have other targets or tested rows, `probe.nothing`,
/// `bootstrap.undefined`, `probe.cancelled`.
pub fn compare(
    (first, second): (&ProbeOutcome, &ProbeOutcome),
    run: usize,
    metric: ProbeMetric,
    (draws, seed): (usize, u64),
    progress: &mut dyn Progress,
) -> Result<Paired, EvaluationError> {
    let missing = || EvaluationError::Nothing { what: "such run" };
    let a = first.runs.get(run).ok_or_else(missing)?;
    let b = second.runs.get(run).ok_or_else(missing)?;
    if first.target != second.target || a.tested != b.tested {
        return Err(EvaluationError::Rows { expected: a.tested.len(), found: b.tested.len() });
    }
    let scorers = (Scorer::new(&first.target, &a.predictions)?, Scorer::new(&second.target, &b.predictions)?);
    let figures =
        (|times: &[u32]| scorers.0.score(metric, times), |times: &[u32]| scorers.1.score(metric, times));
    paired_bootstrap(&eligible(&a.tested), draws, seed, figures.0, figures.1, progress)
}

fn eligible(tested: &[u32]) -> Vec<bool> {
    tested.iter().map(|&times| times > 0).collect()
}

/// Scores the predictions of every run and adds the majority of each.
pub(super) fn score(
    target: &Target,
    runs: &[CrossValidation],
    real: Vec<Predictions>,
    wrong: Vec<Predictions>,
    shuffled: &[Target],
) -> Result<ProbeOutcome, EvaluationError> {
    let mut scored = Vec::new();
    for (run, predictions) in runs.iter().zip(real) {
        scored.push(score_run(RunKind::Probe, target, run, predictions)?);
    }
    for ((run, predictions), target) in runs.iter().zip(wrong).zip(shuffled) {
        scored.push(score_run(RunKind::Shuffled, target, run, predictions)?);
    }
    for run in runs {
        scored.push(score_run(RunKind::Majority, target, run, majority(target, run))?);
    }
    Ok(ProbeOutcome { target: target.clone(), runs: scored })
}

fn score_run(
    kind: RunKind,
    target: &Target,
    run: &CrossValidation,
    predictions: Predictions,
) -> Result<RunOutcome, EvaluationError> {
    let scorer = Scorer::new(target, &predictions)?;
    let of = run.folds.of();
    let tested: Vec<u32> = of.iter().map(|of| u32::from(of.is_some())).collect();
    let in_fold = |fold: usize| -> Vec<u32> {
        of.iter().map(|of| u32::from(of.is_some_and(|of| of as usize == fold))).collect()
    };
    let pooled = scorer.scores(&tested);
    // A fold of one row has no useful metric, and each would cost a pass over all rows.
    let alone = run.folds.count() == of.len();
    let folds = if alone { 0..0 } else { 0..run.folds.count() };
    let per_fold = folds.map(|fold| scorer.scores(&in_fold(fold))).collect();
    Ok(RunOutcome { kind, seed: run.seed, predictions, tested, pooled, per_fold })
}

fn majority(target: &Target, run: &CrossValidation) -> Predictions {
    let cols = target.cols();
    let mut predictions = Predictions { data: vec![0.0; target.rows() * cols], cols };
    for fold in 0..run.folds.count() {
        let train = run.folds.train(fold);
        let mean = |c| train.iter().map(|&row| target.number(row, c)).sum::<f64>() / train.len() as f64;
        let means: Vec<f64> = (0..cols).map(mean).collect();
        for row in run.folds.test(fold) {
            if let Some(cells) = predictions.data.get_mut(row * cols..(row + 1) * cols) {
                cells.copy_from_slice(&means);
            }
        }
    }
    predictions
}
