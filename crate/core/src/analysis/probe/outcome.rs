//! The outcome of a job: scores pooled over the folds and per fold, beside baselines.

use super::cross_validation::{CrossValidation, PlannedRun};
use crate::analysis::evaluation::half_samples::HalfSamples;
use crate::analysis::evaluation::interval::{
    Interval, Paired, bootstrap, paired_bootstrap, percentile_interval, t_interval,
};
use crate::analysis::evaluation::metrics::{ClassMetric, Predictions, ProbeMetric, Scorer};
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::analysis::permutation_null::PermutationNull;
use crate::progress::Progress;
use serde::Serialize;

/// What made the predictions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum RunKind {
    /// The model on the true labels.
    Probe,
    /// The model on permuted labels, scored against the permuted labels.
    Shuffled,
    /// The model on one half of the units; halves stand in pairs.
    Half,
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
    /// Whether the model says the same for every row of a fold.
    pub constant: bool,
    /// Metrics of all tested rows together.
    pub pooled: Vec<(ProbeMetric, Option<f64>)>,
    /// Metrics of each class or label, in the order of [`ClassMetric::ALL`]; of probes and halves only. `[k][5]`
    pub by_class: Vec<[Option<f64>; 5]>,
    /// Metrics of each fold alone.
    pub per_fold: Vec<Vec<(ProbeMetric, Option<f64>)>>,
}

/// A metric under permuted labels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PermutationTest {
    /// Mean and middle 95 %.
    pub null: PermutationNull,
    /// (1 + permutations that are as good) / (1 + permutations).
    pub p: f64,
}

/// All runs of a job: the probe's, then the baselines'.
#[derive(Clone, Debug)]
pub struct ProbeOutcome {
    /// The target they are scored against.
    pub target: Target,
    /// The runs.
    pub runs: Vec<RunOutcome>,
    /// The strengths of the penalty that the folds of the probe's runs chose, run after run; empty without a choice.
    pub penalties: Vec<f64>,
    /// Logistic regressions of all runs that did not reach their optimum.
    pub unconverged: usize,
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

    /// The metric of every seed and of the pairs of halves, for the interval of its expectation.
    #[must_use]
    pub fn half_samples(&self, metric: ProbeMetric, units: usize) -> HalfSamples {
        self.halves(units, |run| run.pooled(metric))
    }

    /// The same for a metric of one class or label.
    #[must_use]
    pub fn half_samples_of_class(&self, class: usize, metric: ClassMetric, units: usize) -> HalfSamples {
        let at = ClassMetric::ALL.iter().position(|&other| other == metric).unwrap_or_default();
        self.halves(units, |run| run.by_class.get(class)?.get(at).copied().flatten())
    }

    fn halves(&self, units: usize, value: impl Fn(&RunOutcome) -> Option<f64>) -> HalfSamples {
        let halves: Vec<Option<f64>> = self.of(RunKind::Half).map(&value).collect();
        HalfSamples {
            of_seeds: self.of(RunKind::Probe).filter_map(&value).collect(),
            pairs: both_defined(&halves),
            units,
            rows: self.runs.first().map_or(0, |run| run.tested.iter().filter(|&&times| times > 0).count()),
        }
    }

    /// The metric under permuted labels, and how often it reaches that of the run of the same seed. `None` without
    /// permutations, or where the metric itself is undefined.
    #[must_use]
    pub fn permutations(&self, metric: ProbeMetric) -> Option<PermutationTest> {
        let found: Vec<Option<f64>> = self.of(RunKind::Probe).map(|run| run.pooled(metric)).collect();
        let found: Vec<f64> = found.into_iter().collect::<Option<_>>()?;
        let permuted: Vec<Option<f64>> = self.of(RunKind::Shuffled).map(|run| run.pooled(metric)).collect();
        // Without a value, a permutation cannot be said not to reach the score.
        let reaches = |(permuted, own): (&Option<f64>, &f64)| {
            permuted
                .is_none_or(|permuted| if metric.is_error() { permuted <= *own } else { permuted >= *own })
        };
        let reached = permuted.iter().zip(found.iter().cycle()).filter(|&pair| reaches(pair)).count();
        (!permuted.is_empty()).then(|| PermutationTest {
            null: PermutationNull::of(&permuted.iter().flatten().copied().collect::<Vec<_>>()),
            p: (1 + reached) as f64 / (1 + permuted.len()) as f64,
        })
    }

    /// The runs of one kind.
    pub fn of(&self, kind: RunKind) -> impl Iterator<Item = &RunOutcome> {
        self.runs.iter().filter(move |run| run.kind == kind)
    }

    /// The bootstrap of one run's out-of-fold predictions, fitted models held fixed.
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

/// The pairs of halves whose scores are both defined.
fn both_defined(halves: &[Option<f64>]) -> Vec<[f64; 2]> {
    let pair = |pair: &[Option<f64>]| match *pair {
        [Some(a), Some(b)] => Some([a, b]),
        _ => None,
    };
    halves.chunks(2).filter_map(pair).collect()
}

/// The metric of `second` minus that of `first`, of every seed and of the pairs of halves. Both jobs have the same plan.
///
/// # Errors
///
/// `probe.rows` if the jobs have other targets or tested rows.
pub fn minus(
    (first, second): (&ProbeOutcome, &ProbeOutcome),
    metric: ProbeMetric,
    units: usize,
) -> Result<HalfSamples, EvaluationError> {
    let same = |(a, b): (&RunOutcome, &RunOutcome)| a.kind == b.kind && a.tested == b.tested;
    let pairs = |kind| first.of(kind).zip(second.of(kind));
    let counts = |kind| first.of(kind).count() == second.of(kind).count();
    let fit = [RunKind::Probe, RunKind::Half].into_iter().all(|kind| counts(kind) && pairs(kind).all(same));
    if first.target != second.target || !fit {
        return Err(EvaluationError::Rows { expected: first.target.rows(), found: second.target.rows() });
    }
    let difference = |(a, b): (&RunOutcome, &RunOutcome)| Some(b.pooled(metric)? - a.pooled(metric)?);
    let halves: Vec<Option<f64>> = pairs(RunKind::Half).map(difference).collect();
    Ok(HalfSamples {
        of_seeds: pairs(RunKind::Probe).filter_map(difference).collect(),
        pairs: both_defined(&halves),
        units,
        rows: first.target.rows(),
    })
}

/// Compares run `run` of two jobs on the same rows under the same draws, fitted models held fixed: the metric of `second`
/// minus that of `first`.
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

/// Scores the predictions of every run and adds the majority of each probe.
pub(super) fn score(
    target: &Target,
    runs: &[PlannedRun],
    predictions: Vec<Predictions>,
) -> Result<ProbeOutcome, EvaluationError> {
    let mut scored = Vec::new();
    for (run, predictions) in runs.iter().zip(predictions) {
        let truth = run.truth.as_ref().unwrap_or(target);
        scored.push(score_run(run.kind, truth, &run.validation, predictions)?);
    }
    for PlannedRun { validation, .. } in runs.iter().filter(|run| run.kind == RunKind::Probe) {
        scored.push(score_run(RunKind::Majority, target, validation, majority(target, validation))?);
    }
    Ok(ProbeOutcome { target: target.clone(), runs: scored, penalties: Vec::new(), unconverged: 0 })
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
    let mut pooled = scorer.scores(&tested);
    let constant = is_constant(target, run, &predictions);
    if constant {
        for (metric, value) in &mut pooled {
            *value = value.and_then(|value| metric.of_a_constant(value));
        }
    }
    // A fold of one row has no useful metric, and each would cost a pass over all rows.
    let alone = run.folds.count() == of.len();
    let folds = if alone || kind != RunKind::Probe { 0 } else { run.folds.count() };
    let in_fold = |fold: usize| -> Vec<u32> {
        of.iter().map(|of| u32::from(of.is_some_and(|of| of as usize == fold))).collect()
    };
    let per_fold = (0..folds).map(|fold| scorer.scores(&in_fold(fold))).collect();
    let detailed = matches!(kind, RunKind::Probe | RunKind::Half);
    let by_class = if detailed { scorer.class_scores(&tested) } else { Vec::new() };
    Ok(RunOutcome { kind, seed: run.seed, predictions, tested, constant, pooled, by_class, per_fold })
}

/// Whether a model says the same for every row of a fold: that of the training rows alone, which is another in each
/// fold. Ranked together, such constants follow the folds: the AUROC of a mean is 0 where one row is left out at a
/// time, because the mean is lower without a row of the class.
fn is_constant(target: &Target, run: &CrossValidation, predictions: &Predictions) -> bool {
    let mut means: Option<Predictions> = None;
    (0..run.folds.count()).all(|fold| {
        let rows = run.folds.test(fold);
        let same = |a: f64, b: f64| (a - b).abs() <= 1e-9 * (1.0 + a.abs().max(b.abs()));
        match rows.as_slice() {
            [] => true,
            // What one row says alone is a constant if it is the mean of the training rows.
            [row] => {
                let means = means.get_or_insert_with(|| majority(target, run));
                (0..predictions.cols).all(|c| (predictions.at(*row, c) - means.at(*row, c)).abs() <= 1e-4)
            }
            [first, rest @ ..] => rest.iter().all(|&row| {
                (0..predictions.cols).all(|c| same(predictions.at(row, c), predictions.at(*first, c)))
            }),
        }
    })
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
