//! Scores of a probe: each metric with its interval, and with what it must exceed.

use super::Request;
use super::class_scores::{ClassScores, class_scores, reliability};
use super::units::UnitKind;
use super::within::Within;
use crate::array::AnswerMatrix;
use crate::refusal::Refusal;
use crossgrain_core::analysis::evaluation::EvaluationError;
use crossgrain_core::analysis::evaluation::half_samples::holm;
use crossgrain_core::analysis::evaluation::interval::{Interval, Paired};
use crossgrain_core::analysis::evaluation::metrics::{ProbeMetric, ReliabilityBin, Scorer};
use crossgrain_core::analysis::probe::{
    CrossValidation, PermutationTest, ProbeOutcome, RunKind, compare, minus,
};
use crossgrain_core::error::Notice;
use crossgrain_core::progress::{Progress, Stage};
use serde::{Deserialize, Serialize};

/// How sure scores and differences are said to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeIntervalKind"))]
pub enum IntervalKind {
    /// The probe is repeated on pairs of halves of the units: intervals of the expected score, and tests that hold for
    /// new samples.
    #[default]
    HalfSamples,
    /// As published: the bootstrap of the rows that the models of the first seed predicted, fitted models held fixed.
    /// Too narrow for new samples.
    AsPublished,
}

impl IntervalKind {
    /// What an interval is an interval of.
    #[must_use]
    pub fn words(self, kind: UnitKind, count: usize) -> String {
        match self {
            Self::HalfSamples => format!(
                "the expected score: the mean over new samples of as many independent units ({count} {}), with the variance of \
                 tested rows, training rows, folds and seeds",
                kind.words()
            ),
            Self::AsPublished => "as published: the score of the fitted models of the first seed, held fixed, over new tested rows \
                                  alone; too narrow for new samples"
                .to_owned(),
        }
    }
}

/// The outcome of a feature set.
pub struct Trained {
    /// Name of the set.
    pub name: String,
    /// Columns of its features.
    pub columns: usize,
    /// Names of its classes or labels.
    pub classes: Vec<String>,
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
    /// Headline metric of this set minus that of the first set, on the same folds and halves: positive if this set is
    /// better (worse for errors); `null` for the first set, or if undefined.
    pub minus_first: Option<Comparison>,
    /// Metrics of each class or label; empty for numbers.
    pub classes: Vec<ClassScores>,
    /// Probabilities beside how often they were right, all seeds and classes together; empty for numbers.
    pub reliability: Vec<ReliabilityBin>,
    /// The strength of the penalty (C or alpha) that each fold of each seed chose, seed after seed; `null` where it was given.
    /// `[seeds · folds]`
    pub penalties: Option<Vec<f64>>,
}

/// A feature set compared with the first.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeComparison"))]
pub struct Comparison {
    /// Headline metric of this set minus that of the first.
    pub difference: Interval,
    /// Two-sided p of no difference.
    pub p: f64,
    /// The same, corrected for all comparisons of the answer (Holm).
    pub p_holm: f64,
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
    /// 95 % interval; `intervalOf` says of what. `null` if undefined in too many halves or draws.
    pub interval: Option<Interval>,
    /// The metric inside groups, beside that of all rows; `null` unless groups are asked for.
    pub within: Option<Within>,
    /// The metric under permuted labels, and the p of the score; `null` except for the first set.
    pub permuted: Option<Permutations>,
    /// The score of each seed; `null` if undefined.
    pub of_seeds: Vec<Option<f64>>,
    /// Student's t interval of the mean over the seeds, 95 %: the spread of folds and models alone, not of samples. `null`
    /// for one seed.
    pub over_seeds: Option<Interval>,
    /// 2.5 % and 97.5 % quantiles over the seeds; `null` for one seed.
    pub percentiles_over_seeds: Option<Interval>,
    /// Mean over the folds of all seeds, each scored alone; `null` when one row is left out at a time.
    pub mean_of_folds: Option<f64>,
    /// Predicting the same for every row: the share of each class (or the mean) of the training rows, mean over the seeds.
    pub constant: Option<f64>,
}

/// A metric under permuted labels: what the model scores by chance.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbePermutations"))]
pub struct Permutations {
    /// Mean over the permutations.
    pub mean: Option<f64>,
    /// 2.5 % quantile.
    pub low: Option<f64>,
    /// 97.5 % quantile.
    pub high: Option<f64>,
    /// Permutations with a value.
    pub shuffles: usize,
    /// One-sided p: `(1 + permutations as good as the run of the same seed) / (1 + permutations)`, never 0.
    pub p: f64,
}

impl From<PermutationTest> for Permutations {
    fn from(PermutationTest { null, p }: PermutationTest) -> Self {
        Self { mean: null.mean, low: null.low, high: null.high, shuffles: null.shuffles, p }
    }
}

/// Scores every feature set, with intervals and comparisons from half-samples.
///
/// # Errors
/// `probe.rows`.
pub fn tables(trained: &[Trained], units: usize) -> Result<Vec<TableScores>, Refusal> {
    let metrics = metrics(trained);
    let mut found = Vec::with_capacity(trained.len());
    for (at, table) in trained.iter().enumerate() {
        let one = |&metric: &ProbeMetric| {
            score(&table.outcome, metric, table.outcome.half_samples(metric, units).interval(metric))
        };
        let scores = metrics.iter().map(one).collect();
        let mut difference = None;
        if let (Some(first), Some(&headline)) = (trained.first().filter(|_| at > 0), metrics.first()) {
            difference = minus((&first.outcome, &table.outcome), headline, units)?.difference();
        }
        found.push((scores, difference));
    }
    Ok(compared(trained, found, units))
}

/// Scores every feature set, with intervals and comparisons as published.
///
/// # Errors
/// `probe.*`, `bootstrap.*`, `probe.cancelled`.
pub fn as_published(
    trained: &[Trained],
    (draws, seed): (usize, u64),
    units: usize,
    progress: &mut dyn Progress,
) -> Result<Vec<TableScores>, Refusal> {
    progress.begin(Stage::Resampling);
    let metrics = metrics(trained);
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
        let mut difference = None;
        if let (Some(first), Some(&headline)) = (trained.first().filter(|_| at > 0), metrics.first()) {
            let mut part = |done: u64, of: u64| progress.report(past * of + done, total * of);
            let pair = (&first.outcome, &table.outcome);
            difference = defined(compare(pair, 0, headline, (draws, seed), &mut part))?;
            past += 1;
        }
        found.push((scores, difference));
    }
    Ok(compared(trained, found, units))
}

fn metrics(trained: &[Trained]) -> &'static [ProbeMetric] {
    trained.first().map_or(&[][..], |first| ProbeMetric::of(&first.outcome.target))
}

fn compared(trained: &[Trained], found: Vec<(Vec<Score>, Option<Paired>)>, units: usize) -> Vec<TableScores> {
    let p: Vec<f64> = found.iter().filter_map(|(_, difference)| Some(difference.as_ref()?.p)).collect();
    let mut corrected = holm(&p).into_iter();
    let one = |(table, (scores, difference)): (&Trained, (Vec<Score>, Option<Paired>))| TableScores {
        name: table.name.clone(),
        columns: table.columns,
        scores,
        minus_first: difference.map(|Paired { difference, p }| Comparison {
            difference,
            p,
            p_holm: corrected.next().unwrap_or(1.0),
        }),
        classes: class_scores(&table.outcome, &table.classes, units),
        reliability: reliability(&table.outcome),
        penalties: Some(&table.outcome.penalties).filter(|found| !found.is_empty()).cloned(),
    };
    trained.iter().zip(found).map(one).collect()
}

/// A metric that is undefined in every draw has no interval; that is not a failure.
fn defined<T>(found: Result<T, EvaluationError>) -> Result<Option<T>, Refusal> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(EvaluationError::Undefined) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn score(outcome: &ProbeOutcome, metric: ProbeMetric, interval: Option<Interval>) -> Score {
    let of = |kind: RunKind| mean(&outcome.values(kind, metric));
    let folds: Vec<f64> = outcome.of(RunKind::Probe).filter_map(|run| run.fold_mean(metric)).collect();
    Score {
        metric,
        value: of(RunKind::Probe),
        interval,
        within: None,
        permuted: outcome.permutations(metric).map(Permutations::from),
        of_seeds: outcome.of(RunKind::Probe).map(|run| run.pooled(metric)).collect(),
        over_seeds: outcome.over_seeds(metric),
        percentiles_over_seeds: outcome.percentiles(metric),
        mean_of_folds: mean(&folds),
        constant: of(RunKind::Majority),
    }
}

/// What must be known of the intervals.
#[must_use]
pub fn warnings(request: &Request, trained: &[Trained], tables: &[TableScores]) -> Vec<Notice> {
    let mut found = Vec::new();
    let unconverged: usize = trained.iter().map(|table| table.outcome.unconverged).sum();
    if unconverged > 0 {
        let message =
            format!("{unconverged} logistic regressions did not converge: their probabilities may be off");
        found.push(*Refusal::new("probe.not_converged", message, "a smaller c converges sooner").0);
    }
    let headline = tables.first().and_then(|table| table.scores.first());
    if request.intervals == IntervalKind::AsPublished {
        let message = "intervals and comparisons are as published: fitted models are held fixed, and new samples vary \
                       more than they say";
        found.push(*Refusal::new("probe.as_published", message, "ask for intervals of the expected score").0);
    } else if request.halves() > 0
        && headline.is_some_and(|score| score.value.is_some() && score.interval.is_none())
    {
        let message = "there is no interval: halves of the data are too small for folds, or the metric is undefined in \
                       them";
        found.push(*Refusal::new("probe.no_interval", message, "label more rows, or ask for fewer folds").0);
    }
    found
}

/// Rows by true and predicted class, mean over the seeds; `None` unless the target is classes. `[k, k]`
pub fn confusion(outcome: &ProbeOutcome) -> Option<Vec<Vec<f64>>> {
    let runs: Vec<_> = outcome.of(RunKind::Probe).collect();
    let share = 1.0 / runs.len().max(1) as f64;
    let mut mean: Option<Vec<Vec<f64>>> = None;
    for run in runs {
        let found = Scorer::new(&outcome.target, &run.predictions).ok()?.confusion(&run.tested)?;
        let mean = mean.get_or_insert_with(|| vec![vec![0.0; found.len()]; found.len()]);
        for (mean, found) in mean.iter_mut().flatten().zip(found.into_iter().flatten()) {
            *mean += share * found as f64;
        }
    }
    mean
}

/// Out-of-fold predictions, mean over the seeds. `[n, k]`
#[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
pub fn mean_predictions(outcome: &ProbeOutcome) -> AnswerMatrix<f32> {
    let (rows, cols) = (outcome.target.rows(), outcome.target.cols());
    let mut sum = vec![0.0; rows * cols];
    let seeds = outcome.of(RunKind::Probe).count().max(1) as f64;
    for run in outcome.of(RunKind::Probe) {
        sum.iter_mut().zip(&run.predictions.data).for_each(|(sum, x)| *sum += x);
    }
    AnswerMatrix::new(sum.into_iter().map(|x| (x / seeds) as f32).collect(), rows, cols)
}

/// Out-of-fold predictions of each seed, one seed after the other. `[seeds · n, k]`
#[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
pub fn seed_predictions(outcome: &ProbeOutcome) -> AnswerMatrix<f32> {
    let all: Vec<f32> =
        outcome.of(RunKind::Probe).flat_map(|run| &run.predictions.data).map(|&x| x as f32).collect();
    let cols = outcome.target.cols();
    let rows = all.len().checked_div(cols).unwrap_or_default();
    AnswerMatrix::new(all, rows, cols)
}

/// The fold of each row under each seed, counted from 1. `[n, seeds]`
pub fn fold_of_rows(validations: &[CrossValidation]) -> AnswerMatrix<u32> {
    let rows = validations.first().map_or(0, |run| run.folds.of().len());
    let fold = |row: usize| {
        let of = move |run: &CrossValidation| {
            run.folds.of().get(row).copied().flatten().map_or(0, |fold| fold + 1)
        };
        validations.iter().map(of)
    };
    AnswerMatrix::new((0..rows).flat_map(fold).collect(), rows, validations.len())
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
