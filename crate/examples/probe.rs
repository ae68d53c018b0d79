//! Trains a cross-validated linear probe on made-up rows: `cargo run --example probe`.

use crossgrain::core::analysis::evaluation::folds::stratified;
use crossgrain::core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain::core::analysis::probe::{CrossValidation, ProbeModel, RunKind, Target, Trainer};
use crossgrain::core::matrix::Matrix;
use crossgrain::core::progress::Silent;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    // 60 rows of two numbers; the class is the sign of the first.
    let data: Vec<f32> =
        (0..60).flat_map(|i| [if i % 2 == 0 { 1.0 } else { -1.0 }, (i % 7) as f32]).collect();
    let rows = Matrix::new(data, 60, 2)?;
    let labels: Vec<u32> = (0..60).map(|i| i % 2).collect();
    let run = CrossValidation { folds: stratified(&labels, 5, 42)?, seed: 42 };
    let target = Target::Classes { labels, classes: 2 };
    let model = ProbeModel::Logistic { c: 1.0 };
    let outcome = Trainer::new(rows.view(), target, &model, vec![run], 1)?.run(&mut Silent)?;
    println!("accuracy: {:?}", outcome.values(RunKind::Probe, ProbeMetric::Accuracy));
    println!("accuracy on shuffled labels: {:?}", outcome.values(RunKind::Shuffled, ProbeMetric::Accuracy));
    Ok(())
}
