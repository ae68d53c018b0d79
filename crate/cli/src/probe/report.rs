//! Outcomes as JSON: a score, its intervals, and what it must beat.

use crate::answer::Bar;
use crate::problem::Failure;
use crossgrain_core::analysis::evaluation::metrics::{Metric, Scorer};
use crossgrain_core::analysis::probe::{ProbeOutcome, RunKind, compare};
use crossgrain_core::matrix::Matrix;
use serde_json::{Value, json};

/// One entry per table: every figure, the first with a bootstrap interval, and how the table differs
/// from the first under the same draws.
pub fn tables(outcomes: &[(String, usize, ProbeOutcome)], draws: usize, seed: u64) -> Vec<Value> {
    let first = outcomes.first().map(|(_, _, outcome)| outcome);
    let mut bar = Bar::new("draws");
    let mut tick = |done: u64, total: u64| bar.show(done, total);
    let mut found = Vec::new();
    for (at, (name, columns, outcome)) in outcomes.iter().enumerate() {
        let metrics = Metric::of(&outcome.target);
        let mut scores = Vec::new();
        for (place, &metric) in metrics.iter().enumerate() {
            // A figure that is undefined in every draw has no interval; that is no failure.
            let interval =
                if place == 0 { outcome.bootstrap(0, metric, draws, seed, &mut tick).ok() } else { None };
            let values = outcome.values(RunKind::Probe, metric);
            scores.push(json!({
                "metric": metric,
                "value": mean(&values),
                "bootstrap": interval,
                "over_seeds": outcome.over_seeds(metric),
                "percentiles_over_seeds": outcome.percentiles(metric),
                "mean_of_folds": outcome.runs.first().and_then(|run| run.fold_mean(metric)),
                "shuffled_labels": mean(&outcome.values(RunKind::Shuffled, metric)),
                "majority": mean(&outcome.values(RunKind::Majority, metric)),
            }));
        }
        let headline = metrics.first().copied().unwrap_or(Metric::Accuracy);
        let paired = first
            .filter(|_| at > 0)
            .and_then(|first| compare((first, outcome), 0, headline, (draws, seed), &mut tick).ok());
        found.push(json!({ "name": name, "columns": columns, "scores": scores, "less_the_first": paired }));
    }
    found
}

/// Rows by true and predicted class, of the first run of the first table.
pub fn confusion(outcomes: &[(String, usize, ProbeOutcome)]) -> Option<Vec<Vec<u64>>> {
    let (_, _, outcome) = outcomes.first()?;
    let run = outcome.runs.first()?;
    Scorer::new(&outcome.target, &run.predictions).ok()?.confusion(&run.tested)
}

/// What the first run says of each row.
#[expect(clippy::cast_possible_truncation, reason = "arrays are f32")]
pub fn predictions(outcome: &ProbeOutcome) -> Result<Matrix, Failure> {
    let Some(run) = outcome.runs.first() else { return Ok(Matrix::new(Vec::new(), 0, 0)?) };
    let said = &run.predictions;
    let rows = said.data.len().checked_div(said.cols).unwrap_or_default();
    Ok(Matrix::new(said.data.iter().map(|&x| x as f32).collect(), rows, said.cols)?)
}

fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}
