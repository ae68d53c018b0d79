//! A sequence gets the same vector whatever shares its batch.

use crate::support::{devices, largest_difference, load, load_as};
use crossgrain_core::progress::{Progress, Silent, Stage};
use crossgrain_engine::embed::{Embedded, Item, Layers, Options};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::plan::{OVERLAP, WINDOW};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use std::ops::ControlFlow;

/// Accepted difference between alone and batched, CPU and GPU.
const CPU: f32 = 1e-6;
const GPU: f32 = 1e-5;

/// Proteins made of the twenty amino acids, by a fixed rule.
fn protein(seed: usize, length: usize) -> String {
    let letter = |i: usize| char::from(b"LAGVSERTIDPKQNFYMHWC"[(seed * 31 + i * i * 7 + i * 3 + i / 5) % 20]);
    (0..length).map(letter).collect()
}

fn run(
    checkpoint: &crossgrain_engine::checkpoint::Checkpoint,
    letters: &[String],
    options: &Options,
) -> Embedded {
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "x", letters }).collect();
    pollster::block_on(checkpoint.embed(&items, options, &mut Silent)).expect("embed")
}

#[test]
fn alone_and_among_thirty_two_others() {
    for precision in Precision::ALL {
        alone_and_among(precision);
    }
}

fn alone_and_among(precision: Precision) {
    let others: Vec<String> = (0..32).map(|i| protein(i, [1, 3, 20, 61, 120, 300][i % 6] + i)).collect();
    for opened in devices() {
        let tolerance = if opened.is_gpu() { GPU } else { CPU };
        let checkpoint = load_as("tests/golden/esm2-tiny", &opened, precision);
        let options = Options { layers: Layers::All, ..Options::default() };
        let d = checkpoint.config().width;
        let mut worst = 0.0_f32;
        for length in [1, 2, 31, 32, 33, 76, 286, 700] {
            let subject = protein(99, length);
            let alone = run(&checkpoint, std::slice::from_ref(&subject), &options);
            for place in [0, 17, 32] {
                let mut batch = others.clone();
                batch.insert(place, subject.clone());
                let among = run(&checkpoint, &batch, &options);
                for (alone, among) in alone.states.iter().zip(&among.states) {
                    worst = worst.max(largest_difference(alone, &among[place * d..][..d]));
                }
            }
        }
        println!("{precision}, alone or among 32 others on {}: largest difference {worst:.2e}", opened.name);
        assert!(worst <= tolerance);
    }
}

#[test]
fn duplicates_are_embedded_once_and_given_to_all() {
    let opened = &devices()[0];
    let checkpoint = load("tests/golden/esm2-tiny", opened);
    let letters = [protein(1, 30), protein(2, 40), protein(1, 30)];
    let rows = run(&checkpoint, &letters, &Options::default());
    let d = checkpoint.config().width;
    assert_eq!(rows.unique, 2);
    assert_eq!(rows.states[0][..d], rows.states[0][2 * d..]);
    assert_ne!(rows.states[0][..d], rows.states[0][d..2 * d]);
}

/// Residues outside every overlap keep the state of their only window; the row count and the mean
/// agree with the per-residue rows.
#[test]
fn long_proteins_are_cut_into_windows_that_meet() {
    let opened = &devices()[0];
    let checkpoint = load("tests/golden/esm2-tiny", opened);
    let d = checkpoint.config().width;
    let length = WINDOW + 500;
    let letters = protein(5, length);
    let residues = Options { pool: Pool::Residues, ..Options::default() };
    let whole = run(&checkpoint, std::slice::from_ref(&letters), &residues);
    assert_eq!((whole.windows[0], whole.offsets[1]), (2, length));

    let windows = [letters[..WINDOW].to_owned(), letters[length - WINDOW..].to_owned()];
    let apart = run(&checkpoint, &windows, &residues);
    let (first, second) = apart.states[0].split_at(WINDOW * d);
    let start = length - WINDOW;
    for residue in 0..length {
        let row = &whole.states[0][residue * d..][..d];
        let in_first = (residue < WINDOW).then(|| &first[residue * d..][..d]);
        let in_second = (residue >= start).then(|| &second[(residue - start) * d..][..d]);
        let expected: Vec<f32> = match (in_first, in_second) {
            (Some(a), Some(b)) => a.iter().zip(b).map(|(a, b)| (a + b) / 2.0).collect(),
            (Some(a), None) | (None, Some(a)) => a.to_vec(),
            (None, None) => panic!("residue {residue} lies in no window"),
        };
        assert!(largest_difference(row, &expected) <= 1e-6, "residue {residue}");
    }
    let mean = run(&checkpoint, &[letters], &Options { overlap: OVERLAP, ..Options::default() });
    let expected: Vec<f32> = (0..d)
        .map(|c| {
            (whole.states[0].iter().skip(c).step_by(d).map(|v| f64::from(*v)).sum::<f64>() / length as f64)
                as f32
        })
        .collect();
    assert!(largest_difference(&mean.states[0], &expected) <= 1e-5);
}

/// Cancels at the given report.
struct StopAfter(usize);

impl Progress for StopAfter {
    fn begin(&mut self, stage: Stage) {
        assert_eq!(stage, Stage::Embedding);
    }

    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        assert!(done <= total);
        self.0 -= 1;
        if self.0 > 0 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[test]
fn a_watcher_can_cancel_after_any_layer() {
    let opened = &devices()[0];
    let checkpoint = load("tests/golden/esm2-tiny", opened);
    let letters = protein(3, 50);
    let items = [Item { id: "x", letters: &letters }];
    for reports in 1..=3 {
        let result =
            pollster::block_on(checkpoint.embed(&items, &Options::default(), &mut StopAfter(reports)));
        assert!(matches!(result, Err(EngineError::Cancelled)), "after {reports} layers");
    }
}
