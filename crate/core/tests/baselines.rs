//! Baselines of a model's score: the random forest against scikit-learn's, skip-gram vectors
//! of names with known contexts.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::baseline::{SkipGramOptions, random_vectors, skip_gram};
use crossgrain_core::analysis::evaluation::folds;
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::probe::{CrossValidation, ProbeModel, ProbeOutcome, RunKind, Target, Trainer};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use std::ops::ControlFlow;
use std::path::Path;

fn golden(name: &str) -> Vec<f32> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/analysis");
    let bytes = FileBytes::open(&Path::new(folder).join("probe.safetensors")).unwrap();
    let source = Safetensors::open(bytes, "probe.safetensors").unwrap();
    let mut data = Vec::new();
    source.read_f32(name, &mut data).unwrap();
    data
}

fn grown(target: Target, n_estimators: usize, seed: u64, shuffles: usize) -> ProbeOutcome {
    let features = Matrix::new(golden("X"), 360, 400).unwrap();
    let of: Vec<_> = golden("folds").into_iter().map(|fold| Some(fold as u32)).collect();
    let runs = vec![CrossValidation { folds: folds::given(&of).unwrap(), seed }];
    let trainer =
        Trainer::new(features.view(), target, &ProbeModel::Forest { n_estimators }, runs, shuffles).unwrap();
    trainer.run(&mut Silent).unwrap()
}

/// scikit-learn 1.9's forests of 100 trees with `max_features="sqrt"` on the same folds: mean and
/// standard deviation over ten seeds.
#[test]
fn a_forest_is_as_good_as_scikit_learns() {
    let t = |name: &str, found: f64, mean: f64, deviation: f64| {
        println!("{name}: {found:.4}, scikit-learn {mean:.4} ± {deviation:.4}");
        assert!((found - mean).abs() < 4.0 * deviation, "{name}: {found}, not {mean} ± {deviation}");
    };
    let labels: Vec<u32> = golden("labels").into_iter().map(|x| x as u32).collect();
    let outcome = grown(Target::Classes { labels: labels.clone(), classes: 6 }, 100, 1, 1);
    t("accuracy", outcome.values(RunKind::Probe, ProbeMetric::Accuracy)[0], 0.9853, 0.0013);
    t("six classes", outcome.values(RunKind::Probe, ProbeMetric::MacroAuroc)[0], 0.9991, 0.0003);
    let shuffled = outcome.values(RunKind::Shuffled, ProbeMetric::MacroAuroc)[0];
    assert!((0.35..0.65).contains(&shuffled), "{shuffled}");

    let first = labels.iter().map(|&label| label == 0).collect();
    let outcome = grown(Target::Multi { labels: first, columns: 1 }, 100, 1, 0);
    t("one label", outcome.values(RunKind::Probe, ProbeMetric::MacroAuroc)[0], 0.9965, 0.0009);

    let numbers: Vec<f64> = golden("target").into_iter().map(f64::from).collect();
    let outcome = grown(Target::Numbers(numbers.clone()), 100, 1, 0);
    t("numbers", outcome.values(RunKind::Probe, ProbeMetric::R2)[0], 0.9176, 0.0015);
    let said = |seed| grown(Target::Numbers(numbers.clone()), 5, seed, 0).runs[0].predictions.clone();
    assert_eq!(said(1), said(1), "a seed is a seed");
    assert_ne!(said(1), said(2));
}

#[test]
fn each_label_has_a_forest_of_its_own() {
    let labels: Vec<u32> = golden("labels").into_iter().map(|x| x as u32).collect();
    let both: Vec<bool> = labels.iter().flat_map(|&label| [label == 0, label % 2 == 1]).collect();
    let together = grown(Target::Multi { labels: both, columns: 2 }, 10, 3, 0);
    let alone =
        grown(Target::Multi { labels: labels.iter().map(|l| l % 2 == 1).collect(), columns: 1 }, 10, 3, 0);
    let (together, alone) = (&together.runs[0].predictions, &alone.runs[0].predictions);
    assert!((0..360).all(|row| together.at(row, 1) == alone.at(row, 0)));
}

/// Lists of names from one of two worlds, with one name that both know.
fn lists() -> Vec<Vec<&'static str>> {
    let worlds = [["a1", "a2", "a3", "a4", "both"], ["b1", "b2", "b3", "b4", "both"]];
    (0..400).map(|i| (0..8).map(|j| worlds[i % 2][(i * 7 + j * (1 + i % 4) + i / 5) % 5]).collect()).collect()
}

#[test]
fn names_of_one_context_are_alike() {
    let lists = lists();
    let options = SkipGramOptions { vector_size: 16, sample: 0.0, ..SkipGramOptions::default() };
    let train = |seed| skip_gram(&lists, &options, seed, &mut Silent).unwrap();
    let found = train(1);
    assert_eq!(found.names().len(), 9);
    let of = |name: &str| found.mean(&[vec![name]]).data().to_vec();
    let cosine = |a: &str, b: &str| {
        let (a, b) = (of(a), of(b));
        let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
        product(&a, &b) / (product(&a, &a) * product(&b, &b)).sqrt()
    };
    for (a, b) in [("a1", "a2"), ("a3", "a4"), ("b1", "b4"), ("b2", "b3")] {
        let other = if a.starts_with('a') { "b2" } else { "a2" };
        println!("{a} {b} {}, {a} {other} {}", cosine(a, b), cosine(a, other));
        assert!(cosine(a, b) > cosine(a, other) + 0.2, "{a} {b} {}, {}", cosine(a, b), cosine(a, other));
    }
    assert_eq!(found, train(1));
    assert_ne!(found, train(2));
    let mean = found.mean(&[vec!["a1", "b1", "unheard of"], vec!["unheard of"]]);
    let expected: Vec<f32> = of("a1").iter().zip(of("b1")).map(|(a, b)| (a + b) / 2.0).collect();
    assert!(mean.row(0).unwrap().iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6));
    assert_eq!(mean.row(1), Some(&[0.0; 16][..]));
}

#[test]
fn refusals() {
    let t = |lists: &[Vec<&str>], options: SkipGramOptions, code: &str| {
        assert_eq!(skip_gram(lists, &options, 1, &mut Silent).unwrap_err().code(), code, "{options:?}");
    };
    let plain = SkipGramOptions::default;
    t(&[], plain(), "skip_gram.no_names");
    t(&[vec![], vec![]], plain(), "skip_gram.no_names");
    t(&lists(), SkipGramOptions { vector_size: 0, ..plain() }, "skip_gram.option");
    t(&lists(), SkipGramOptions { window: 0, ..plain() }, "skip_gram.option");
    t(&lists(), SkipGramOptions { epochs: 0, ..plain() }, "skip_gram.option");
    t(&lists(), SkipGramOptions { learning_rate: f64::NAN, ..plain() }, "skip_gram.option");
    t(&lists(), SkipGramOptions { sample: -1.0, ..plain() }, "skip_gram.option");
    assert_eq!(
        skip_gram(&lists(), &plain(), 1, &mut |_, _| ControlFlow::Break(())).unwrap_err().code(),
        "skip_gram.cancelled"
    );
    assert_eq!(random_vectors(&[], 4, 1).unwrap_err().code(), "probe.nothing");
}
