//! Metrics of each class or label, with their intervals, and the reliability of probabilities.

use crossgrain_core::analysis::evaluation::interval::Interval;
use crossgrain_core::analysis::evaluation::metrics::{ClassMetric, ProbeMetric, ReliabilityBin, Scorer};
use crossgrain_core::analysis::probe::{ProbeOutcome, RunKind};
use serde::Serialize;

/// Ranges of probabilities whose reliability is reported.
const BINS: usize = 10;

/// The metrics of one class or label against all others.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeClass"))]
pub struct ClassScores {
    /// The class or label.
    pub label: String,
    /// Tested rows that hold it.
    pub support: usize,
    /// Its metrics.
    pub scores: Vec<ClassScore>,
}

/// One metric of one class or label.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ProbeClassScore"))]
pub struct ClassScore {
    /// The metric.
    pub metric: ClassMetric,
    /// Mean over the seeds; `null` if undefined.
    pub value: Option<f64>,
    /// 95 % interval from half-samples; `null` if undefined, or intervals are as published.
    pub interval: Option<Interval>,
}

/// The scores of each class or label.
#[must_use]
pub fn class_scores(outcome: &ProbeOutcome, names: &[String], units: usize) -> Vec<ClassScores> {
    let tested = outcome.runs.first().map(|run| run.tested.as_slice()).unwrap_or_default();
    let one = |(class, name): (usize, &String)| {
        let held = |&(row, &times): &(usize, &u32)| times > 0 && outcome.target.holds(row, class);
        let score = |metric| {
            let found = outcome.half_samples_of_class(class, metric, units);
            let count = found.of_seeds.len() as f64;
            ClassScore {
                metric,
                value: (count > 0.0).then(|| found.of_seeds.iter().sum::<f64>() / count),
                // Shares and areas from 0 to 1, all of them.
                interval: found.interval(ProbeMetric::Accuracy),
            }
        };
        ClassScores {
            label: name.clone(),
            support: tested.iter().enumerate().filter(held).count(),
            scores: ClassMetric::ALL.into_iter().map(score).collect(),
        }
    };
    names.iter().enumerate().map(one).collect()
}

/// The reliability of the probabilities of all seeds.
#[must_use]
pub fn reliability(outcome: &ProbeOutcome) -> Vec<ReliabilityBin> {
    let mut sum: Vec<ReliabilityBin> = Vec::new();
    for run in outcome.of(RunKind::Probe) {
        let Ok(scorer) = Scorer::new(&outcome.target, &run.predictions) else { continue };
        let found = scorer.reliability(&run.tested, BINS);
        if sum.is_empty() {
            sum = found;
            continue;
        }
        for (sum, bin) in sum.iter_mut().zip(found) {
            let mean = |a: Option<f64>, b: Option<f64>| {
                let count = (sum.count + bin.count) as f64;
                let of = |x: Option<f64>, n: u64| x.unwrap_or_default() * n as f64;
                (count > 0.0).then(|| (of(a, sum.count) + of(b, bin.count)) / count)
            };
            let (predicted, observed) =
                (mean(sum.predicted, bin.predicted), mean(sum.observed, bin.observed));
            *sum = ReliabilityBin { count: sum.count + bin.count, predicted, observed, ..*sum };
        }
    }
    sum
}
