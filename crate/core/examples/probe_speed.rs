//! How long a probe takes with its interval and its p: 600 rows of 320 columns, 7 classes, 5 folds, 10 seeds.
//!
//! Arguments: permutations (99), pairs of halves (15).

#![expect(clippy::unwrap_used, reason = "a program that measures")]

use crossgrain_core::analysis::evaluation::folds::{Folds, stratified};
use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::analysis::probe::{EvaluationError, PlanOptions, ProbeModel, Target, Trainer, plan};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Silent;
use std::time::Instant;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: usize| arguments.get(at).map_or(default, |text| text.parse().unwrap());
    let (permutations, pairs) = (number(0, 99), number(1, 15));
    let (rows, cols) = (600_usize, 320_usize);
    let mut state = 1_u64;
    let mut uniform = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f64 / (1_u64 << 24) as f64 - 0.5
    };
    // Columns share forty directions, as those of an embedding do.
    let mixing: Vec<f64> = (0..40 * cols).map(|_| uniform()).collect();
    let mut data = Vec::with_capacity(rows * cols);
    for row in 0..rows {
        let hidden: Vec<f64> = (0..40).map(|at| uniform() + if at == row % 7 { 0.5 } else { 0.0 }).collect();
        for col in 0..cols {
            let shared: f64 = hidden.iter().enumerate().map(|(at, x)| x * mixing[at * cols + col]).sum();
            data.push((shared + 0.3 * uniform()) as f32);
        }
    }
    let features = Matrix::new(data, rows, cols).unwrap();
    let target = Target::Classes { labels: (0..rows as u32).map(|row| row % 7).collect(), classes: 7 };
    let of = |target: &Target, _: &[usize], seed: u64| -> Result<Folds, EvaluationError> {
        let Target::Classes { labels, .. } = target else { return Err(EvaluationError::OneClass) };
        stratified(labels, 5, seed)
    };
    let seeds: Vec<u64> = (42..52).collect();
    let options = PlanOptions { seeds: &seeds, permutations, pairs };
    let planned = plan(&target, &Units::rows(rows), options, &of).unwrap();
    let start = Instant::now();
    let model = ProbeModel::Logistic { c: 1.0 };
    let trainer = Trainer::of_plan(features.view(), target, &model, planned).unwrap();
    let fits = trainer.total();
    let found = trainer.run(&mut Silent).unwrap();
    println!("{fits} fits, {} unconverged, {:.1} s", found.unconverged, start.elapsed().as_secs_f64());
}
