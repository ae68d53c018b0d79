//! Outcomes of probes as plain data: a score, its interval, and what it must beat.

use super::question::Question;
use crate::error::Refusal;
use crate::progress::Reporter;
use crossgrain_core::analysis::evaluation::metrics::{Metric, Scorer};
use crossgrain_core::analysis::probe::{ProbeOutcome, RunKind, Target, compare};
use js_sys::Function;
use serde_json::{Value, json};
use std::ops::ControlFlow;

/// The figures that get an interval; the headline first.
const OF_CLASSES: [Metric; 4] = [Metric::MacroAuroc, Metric::Accuracy, Metric::MacroF1, Metric::Mcc];
const OF_NUMBERS: [Metric; 3] = [Metric::Spearman, Metric::R2, Metric::Rmse];

/// One entry per feature table.
///
/// # Errors
/// `probe.*` and `bootstrap.*` codes.
pub fn tables(
    outcomes: &[(String, usize, ProbeOutcome)],
    asked: &Question,
    progress: Option<&Function>,
) -> Result<Vec<Value>, Refusal> {
    let mut reporter = Reporter::new(progress, "bootstrap", "draws");
    let first = outcomes.first().map(|(_, _, outcome)| outcome);
    let seed = asked.seeds.first().copied().unwrap_or(42);
    let mut found = Vec::new();
    for (at, (name, columns, outcome)) in outcomes.iter().enumerate() {
        let metrics: &[Metric] =
            if matches!(outcome.target, Target::Numbers(_)) { &OF_NUMBERS } else { &OF_CLASSES };
        let mut tell = |done: u64, _: u64| {
            reporter.report(((at * asked.draws) as u64 + done) as f64, (outcomes.len() * asked.draws) as f64);
            ControlFlow::Continue(())
        };
        let mut scores = Vec::new();
        for &metric in metrics {
            let values = outcome.values(RunKind::Probe, metric);
            // A figure that is undefined in every draw has no interval; that is no failure.
            let interval = outcome.bootstrap(0, metric, asked.draws, seed, &mut tell).ok();
            scores.push(json!({
                "metric": metric,
                "value": mean(&values),
                "bootstrap": interval,
                "overSeeds": outcome.over_seeds(metric),
                "shuffled": mean(&outcome.values(RunKind::Shuffled, metric)),
                "majority": mean(&outcome.values(RunKind::Majority, metric)),
                "folds": outcome.runs.first().and_then(|run| run.fold_mean(metric)),
            }));
        }
        let headline = metrics.first().copied().unwrap_or(Metric::Accuracy);
        let paired = match first {
            Some(first) if at > 0 => {
                compare((outcome, first), 0, headline, (asked.draws, seed), &mut tell).ok()
            }
            _ => None,
        };
        found.push(json!({ "name": name, "columns": columns, "scores": scores, "paired": paired }));
    }
    Ok(found)
}

/// Rows by true and predicted class, of the first run of the first table.
pub fn confusion(outcome: Option<&ProbeOutcome>) -> Option<Vec<Vec<u64>>> {
    let outcome = outcome?;
    let run = outcome.runs.first()?;
    Scorer::new(&outcome.target, &run.predictions).ok()?.confusion(&run.tested)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
