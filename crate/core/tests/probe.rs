//! Probes against scikit-learn (golden), and each refusal by name.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::evaluation::folds::{self, Folds};
use crossgrain_core::analysis::evaluation::metrics::ProbeMetric;
use crossgrain_core::analysis::probe::{
    CrossValidation, EvaluationError, MlpOptions, ProbeModel, ProbeOutcome, RunKind, Target, Trainer,
    append_columns, by_sub_token_index, compare, concat_columns, merge_heads, probe_residues, residue_rows,
    residues_of_tokens,
};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use std::ops::ControlFlow;
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/analysis");

fn golden(name: &str) -> Vec<f32> {
    let bytes = FileBytes::open(&Path::new(GOLDEN).join("probe.safetensors")).unwrap();
    let source = Safetensors::open(bytes, "probe.safetensors").unwrap();
    let mut data = Vec::new();
    source.read_f32(name, &mut data).unwrap();
    data
}

fn whole(name: &str) -> Vec<u32> {
    golden(name).into_iter().map(|x| x as u32).collect()
}

fn expected(key: &str) -> serde_json::Value {
    let text = std::fs::read_to_string(Path::new(GOLDEN).join("probe.json")).unwrap();
    serde_json::from_str::<serde_json::Value>(&text).unwrap()[key].clone()
}

fn close(name: &str, found: f64, expected: &serde_json::Value, tolerance: f64) {
    let apart = (found - expected.as_f64().unwrap()).abs();
    println!("{name}: differs by {apart:e}");
    assert!(apart <= tolerance, "{name}: {found} differs by {apart:e}");
}

fn job(model: &ProbeModel, target: Target) -> ProbeOutcome {
    let features = Matrix::new(golden("X"), 360, 400).unwrap();
    let of: Vec<_> = whole("folds").into_iter().map(Some).collect();
    let runs = vec![CrossValidation { folds: folds::given(&of).unwrap(), seed: 0 }];
    Trainer::new(features.view(), target, model, runs, 1).unwrap().run(&mut Silent).unwrap()
}

fn classes() -> Target {
    Target::Classes { labels: whole("labels"), classes: 6 }
}

#[test]
fn logistic_as_in_scikit_learn() {
    let outcome = job(&ProbeModel::Logistic { c: 1.0 }, classes());
    let run = &outcome.runs[0];
    let apart = run.predictions.data.iter().zip(golden("logistic_oof_proba"));
    let largest = apart.map(|(a, b)| (a - f64::from(b)).abs()).fold(0.0, f64::max);
    println!("largest difference of a probability: {largest:e}");
    assert!(largest < 2e-3, "{largest:e}");
    let golden = expected("logistic_C1_standardised_5fold_pooled");
    for (metric, key) in [
        (ProbeMetric::MacroAuroc, "macro_auroc_ovr"),
        (ProbeMetric::WeightedAuroc, "weighted_auroc_ovr"),
        (ProbeMetric::Accuracy, "accuracy"),
        (ProbeMetric::MacroF1, "macro_f1"),
        (ProbeMetric::MacroPrecision, "macro_precision"),
        (ProbeMetric::MacroRecall, "macro_recall"),
    ] {
        close(key, run.pooled(metric).unwrap(), &golden[key], 1e-4);
    }
    let scorer =
        crossgrain_core::analysis::evaluation::metrics::Scorer::new(&outcome.target, &run.predictions)
            .unwrap();
    let table = scorer.confusion(&run.tested).unwrap();
    assert_eq!(serde_json::to_value(table).unwrap(), golden["confusion"]);
    // The baselines stand beside it.
    let shuffled = outcome.values(RunKind::Shuffled, ProbeMetric::MacroAuroc)[0];
    assert!((0.3..0.7).contains(&shuffled), "{shuffled}");
    let majority = outcome.values(RunKind::Majority, ProbeMetric::Accuracy)[0];
    assert!((majority - 262.0 / 360.0).abs() < 1e-12, "{majority}");
}

#[test]
fn bootstrap_as_in_numpy() {
    let outcome = job(&ProbeModel::Logistic { c: 1.0 }, classes());
    let run = &outcome.runs[0];
    let positive: Vec<bool> = whole("labels").iter().map(|&label| label == 0).collect();
    let said: Vec<f64> = run.predictions.data.chunks(6).map(|row| row[0]).collect();
    let target = Target::Multi { labels: positive, columns: 1 };
    let predictions = crossgrain_core::analysis::evaluation::metrics::Predictions { data: said, cols: 1 };
    let scorer = crossgrain_core::analysis::evaluation::metrics::Scorer::new(&target, &predictions).unwrap();
    let golden = expected("bootstrap_auroc_class0_10000");
    close("point", scorer.score(ProbeMetric::MacroAuroc, &run.tested).unwrap(), &golden["point"], 1e-4);
    let interval = crossgrain_core::analysis::evaluation::interval::bootstrap(
        &[true; 360],
        10_000,
        42,
        |times| scorer.score(ProbeMetric::MacroAuroc, times),
        &mut Silent,
    )
    .unwrap();
    close("mean", interval.mean, &golden["mean"], 3e-3);
    close("low", interval.low, &golden["ci95"][0], 3e-3);
    close("high", interval.high, &golden["ci95"][1], 3e-3);
    let same = compare((&outcome, &outcome), 0, ProbeMetric::MacroAuroc, (200, 1), &mut Silent).unwrap();
    assert_eq!((same.difference.mean, same.p), (0.0, 1.0));
}

#[test]
fn ridge_as_in_scikit_learn() {
    let target = golden("target").into_iter().map(f64::from).collect();
    let outcome = job(&ProbeModel::Ridge { alpha: 10.0 }, Target::Numbers(target));
    let run = &outcome.runs[0];
    let apart = run.predictions.data.iter().zip(golden("ridge_oof"));
    let largest = apart.map(|(a, b)| (a - f64::from(b)).abs()).fold(0.0, f64::max);
    println!("largest difference of a prediction: {largest:e}");
    assert!(largest < 1e-4, "{largest:e}");
    let golden = expected("ridge_alpha10_standardised_5fold_pooled");
    for (metric, key) in
        [(ProbeMetric::R2, "r2"), (ProbeMetric::Spearman, "spearman"), (ProbeMetric::Rmse, "rmse")]
    {
        close(key, run.pooled(metric).unwrap(), &golden[key], 1e-4);
    }
}

#[test]
fn ties_as_in_scikit_learn() {
    let scores: Vec<f64> = golden("tie_scores").into_iter().map(f64::from).collect();
    let other: Vec<f64> = golden("tie_other").into_iter().map(f64::from).collect();
    let positive: Vec<bool> = whole("tie_labels").iter().map(|&label| label == 1).collect();
    use crossgrain_core::analysis::evaluation::metrics::{auroc, spearman};
    close("auroc", auroc(&positive, &scores).unwrap(), &expected("ties")["auroc"], 1e-12);
    close("spearman", spearman(&scores, &other).unwrap(), &expected("ties")["spearman"], 1e-12);
}

/// Rows of two clouds with a clear border, and noise columns.
fn clouds(rows: usize) -> (Matrix, Vec<u32>) {
    let noise = |i: usize| ((i * 7919) % 1009) as f32 / 504.5 - 1.0;
    let data = (0..rows).flat_map(|i| {
        (0..6).map(move |j| noise(i * 6 + j) + if j == 0 { (i % 2) as f32 * 3.0 } else { 0.0 })
    });
    (Matrix::new(data.collect(), rows, 6).unwrap(), (0..rows).map(|i| (i % 2) as u32).collect())
}

fn small() -> MlpOptions {
    // Small batches: with one batch per epoch, training stops before it has begun.
    MlpOptions {
        hidden_layer_sizes: vec![16, 8],
        learning_rate_init: 0.01,
        batch_size: 16,
        ..MlpOptions::product_class()
    }
}

fn five(labels: &[u32], seed: u64) -> CrossValidation {
    CrossValidation { folds: folds::stratified(labels, 5, seed).unwrap(), seed }
}

#[test]
fn the_perceptron_learns_classes_labels_and_numbers() {
    let (features, labels) = clouds(200);
    let runs: Vec<CrossValidation> = (0..2).map(|seed| five(&labels, seed)).collect();
    let three: Vec<u32> =
        labels.iter().zip(0..).map(|(&l, i)| if l == 1 { 1 } else { 2 * (i / 2 % 2) }).collect();
    let multi = labels.iter().flat_map(|&l| [l == 1, l == 0, true]).collect();
    let numbers = labels.iter().map(|&l| f64::from(l) * 2.0 - 1.0).collect();
    for (target, metric, least) in [
        (Target::Classes { labels: labels.clone(), classes: 2 }, ProbeMetric::MacroAuroc, 0.97),
        (Target::Classes { labels: three, classes: 3 }, ProbeMetric::MacroAuroc, 0.6),
        (Target::Multi { labels: multi, columns: 3 }, ProbeMetric::MacroAuroc, 0.97),
        (Target::Numbers(numbers), ProbeMetric::R2, 0.6),
    ] {
        let make = || {
            let trainer =
                Trainer::new(features.view(), target.clone(), &ProbeModel::Mlp(small()), runs.clone(), 1)
                    .unwrap();
            trainer.run(&mut Silent).unwrap()
        };
        let (first, second) = (make(), make());
        let values = first.values(RunKind::Probe, metric);
        println!("{metric:?} {values:?}, shuffled {:?}", first.values(RunKind::Shuffled, metric));
        assert!(values.iter().all(|&value| value > least), "{values:?}");
        assert!(first.values(RunKind::Shuffled, metric)[0] < values[0] - 0.1);
        assert_eq!(first.runs[0].predictions, second.runs[0].predictions, "a seed is a seed");
        assert!(first.over_seeds(metric).is_some() && first.runs[0].per_fold.len() == 5);
    }
}

#[test]
fn a_test_row_does_not_reach_its_own_model() {
    let (features, labels) = clouds(60);
    let run = five(&labels, 3);
    let tested = run.folds.test(0)[0];
    let said = |features: &Matrix| {
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let model = ProbeModel::Logistic { c: 1.0 };
        let trainer = Trainer::new(features.view(), target, &model, vec![run.clone()], 0).unwrap();
        trainer.run(&mut Silent).unwrap().runs[0].predictions.clone()
    };
    let mut wild = features.data().to_vec();
    wild[tested * 6] = 1e6;
    let (before, after) = (said(&features), said(&Matrix::new(wild, 60, 6).unwrap()));
    for row in run.folds.test(0).into_iter().filter(|&row| row != tested) {
        assert_eq!(before.at(row, 1), after.at(row, 1), "row {row}");
    }
}

#[test]
fn refusals() {
    fn t(code: &str, features: &[f32], cols: usize, target: Target, model: &ProbeModel, run: Folds) {
        let view = View::new(features, features.len() / cols, cols).unwrap();
        let error = Trainer::new(view, target, model, vec![CrossValidation { folds: run, seed: 0 }], 0)
            .err()
            .unwrap();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.hint().is_empty());
    }
    let two = |labels: &[u32]| Target::Classes { labels: labels.to_vec(), classes: 2 };
    let (logistic, ridge) = (ProbeModel::Logistic { c: 1.0 }, ProbeModel::Ridge { alpha: 1.0 });
    let half = folds::given(&[Some(0), Some(0), Some(1), Some(1)]).unwrap();
    let x = [1.0, 2.0, 3.0, 4.0];
    t("probe.one_class", &x, 1, two(&[1, 1, 1, 1]), &logistic, half.clone());
    t("probe.one_class", &x, 1, two(&[0, 0, 1, 1]), &logistic, half.clone());
    t("probe.label", &x, 1, two(&[0, 2, 0, 1]), &logistic, half.clone());
    t("probe.not_finite", &[1.0, f32::NAN, 3.0, 4.0], 1, two(&[0, 1, 0, 1]), &logistic, half.clone());
    t("probe.not_finite", &x, 1, Target::Numbers(vec![0.0, f64::NAN, 1.0, 2.0]), &ridge, half.clone());
    t("probe.rows", &x[..3], 1, two(&[0, 1, 0, 1]), &logistic, half.clone());
    t("probe.rows", &x, 1, two(&[0, 1, 0]), &logistic, half.clone());
    t("probe.rows", &x, 1, Target::Multi { labels: vec![true; 5], columns: 2 }, &logistic, half.clone());
    t("probe.rows", &x, 1, Target::Multi { labels: vec![true; 4], columns: 0 }, &logistic, half.clone());
    t("probe.nothing", &x, 1, Target::Numbers(vec![]), &ridge, half.clone());
    t("probe.setting", &x, 1, two(&[0, 1, 0, 1]), &ridge, half.clone());
    t("probe.setting", &x, 1, Target::Numbers(vec![0.0; 4]), &logistic, half.clone());
    t("probe.setting", &x, 1, two(&[0, 1, 0, 1]), &ProbeModel::Logistic { c: 0.0 }, half.clone());
    t(
        "probe.setting",
        &x,
        1,
        Target::Numbers(vec![0.0; 4]),
        &ProbeModel::Ridge { alpha: f64::NAN },
        half.clone(),
    );
    let broken = ProbeModel::Mlp(MlpOptions { batch_size: 0, ..small() });
    t("probe.setting", &x, 1, two(&[0, 1, 0, 1]), &broken, half.clone());
    let runs = Trainer::new(View::new(&x, 4, 1).unwrap(), two(&[0, 1, 0, 1]), &logistic, vec![], 0);
    assert_eq!(runs.err(), Some(EvaluationError::Nothing { what: "run" }.into()));
    let none = folds::given(&[None; 3]).unwrap_err();
    assert_eq!(none.code(), "folds.count");
    assert_eq!(folds::stratified(&[0, 0, 0], 2, 0).unwrap_err().code(), "probe.one_class");
    assert_eq!(folds::stratified(&[0, 1, 0], 4, 0).unwrap_err().code(), "folds.count");
    assert_eq!(folds::stratified(&[0, 1, 0, 1], 3, 0).unwrap_err().code(), "folds.small_classes");
    assert_eq!(folds::plain(3, 1, 0).unwrap_err().code(), "folds.count");
    assert_eq!(folds::grouped(&[7, 7, 7], 2, 0).unwrap_err().code(), "folds.count");
    assert_eq!(folds::leave_one_out(1).unwrap_err().code(), "folds.count");
    assert_eq!(folds::stratified_multi(&[true; 3], 2, 2, 0).unwrap_err().code(), "probe.rows");
}

#[test]
fn constant_columns_and_untested_rows_do_no_harm() {
    let (features, labels) = clouds(40);
    let extra = append_columns(features.view(), &[&[5.0; 40]], Some(&labels)).unwrap();
    assert_eq!((extra.cols(), extra.row(1).unwrap()[6..].to_vec()), (9, vec![5.0, 0.0, 1.0]));
    let of: Vec<Option<u32>> = (0..40).map(|i| (i >= 30).then_some(9)).collect();
    let run = CrossValidation { folds: folds::given(&of).unwrap(), seed: 0 };
    for model in [ProbeModel::Logistic { c: 1.0 }, ProbeModel::Mlp(small())] {
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let trainer = Trainer::new(extra.view(), target, &model, vec![run.clone()], 0).unwrap();
        let outcome = trainer.run(&mut Silent).unwrap();
        assert_eq!(outcome.runs[0].tested.iter().sum::<u32>(), 10);
        assert!(outcome.runs[0].pooled(ProbeMetric::MacroAuroc).is_some());
    }
    assert_eq!(
        concat_columns(&[features.view(), View::new(&[], 0, 6).unwrap()]).unwrap_err().code(),
        "probe.rows"
    );
    let target = Target::Classes { labels, classes: 2 };
    let trainer = Trainer::new(features.view(), target, &ProbeModel::Mlp(small()), vec![run], 0).unwrap();
    assert_eq!(
        trainer.run(&mut |_, _| ControlFlow::Break(())).err(),
        Some(EvaluationError::Cancelled.into())
    );
}

#[test]
fn folds_keep_what_they_promise() {
    let labels: Vec<u32> = (0..103).map(|i| u32::from(i % 10 < 3)).collect();
    let found = folds::stratified(&labels, 5, 1).unwrap();
    assert_ne!(found, folds::stratified(&labels, 5, 2).unwrap());
    for fold in 0..5 {
        let test = found.test(fold);
        let held = test.iter().filter(|&&row| labels[row] == 1).count();
        assert!((20..=21).contains(&test.len()) && (6..=7).contains(&held), "{} {held}", test.len());
        assert_eq!(test.len() + found.train(fold).len(), 103);
    }
    let groups: Vec<u32> = (0..90).map(|i| i / 7).collect();
    let found = folds::grouped(&groups, 4, 1).unwrap();
    for (a, group_a) in groups.iter().enumerate() {
        assert!(groups.iter().enumerate().all(|(b, g)| g != group_a || found.of()[a] == found.of()[b]));
    }
    let multi: Vec<bool> = (0..200).flat_map(|i| [i % 2 == 0, i % 3 == 0, i % 20 == 0]).collect();
    let found = folds::stratified_multi(&multi, 3, 5, 1).unwrap();
    for fold in 0..5 {
        let rare = found.test(fold).iter().filter(|&&row| multi[row * 3 + 2]).count();
        assert_eq!(rare, 2, "fold {fold}");
        assert!((38..=42).contains(&found.test(fold).len()));
    }
}

#[test]
fn two_residues_per_token() {
    let list = residues_of_tokens(&[2, 1], &[3, 5], 2).unwrap();
    let rows: Vec<_> = list.iter().map(|r| (r.sequence, r.residue, r.row, r.sub_token_index)).collect();
    assert_eq!(rows, [(0, 0, 0, 0), (0, 1, 0, 1), (0, 2, 1, 0), (1, 0, 2, 0), (1, 1, 2, 1)]);
    let tokens = [10.0, 20.0, 30.0];
    let view = View::new(&tokens, 3, 1).unwrap();
    assert_eq!(residue_rows(view, &list).unwrap().data(), [10.0, 10.0, 20.0, 30.0, 30.0]);
    assert_eq!(residue_rows(View::new(&tokens[..2], 2, 1).unwrap(), &list).unwrap_err().code(), "probe.rows");
    assert_eq!(residues_of_tokens(&[1], &[1], 0).unwrap_err().code(), "probe.setting");
}

/// A token's row holds a number for each of its two residues; a head of its own reads each.
#[test]
fn each_place_has_its_own_head() {
    let tokens: Vec<usize> = (0..12).map(|sequence| 10 + sequence % 3).collect();
    let residues: Vec<usize> = tokens.iter().map(|tokens| 2 * tokens - 1).collect();
    let list = residues_of_tokens(&tokens, &residues, 2).unwrap();
    let truth = |at: usize| (at * 7 + at / 5) % 3;
    let target = Target::Classes { labels: (0..list.len()).map(|at| truth(at) as u32).collect(), classes: 3 };
    let mut data = vec![0.0; tokens.iter().sum::<usize>() * 6];
    for (at, residue) in list.iter().enumerate() {
        data[residue.row * 6 + residue.sub_token_index * 3 + truth(at)] = 1.0;
    }
    let features = Matrix::new(data, tokens.iter().sum(), 6).unwrap();
    let of: Vec<_> = list.iter().map(|residue| Some(residue.sequence % 4)).collect();
    let runs = vec![CrossValidation { folds: folds::given(&of).unwrap(), seed: 3 }];
    let model = ProbeModel::Logistic { c: 1.0 };
    let train = |rows: &Matrix, target: &Target, runs: &[CrossValidation]| {
        let trainer = Trainer::new(rows.view(), target.clone(), &model, runs.to_vec(), 1).unwrap();
        trainer.run(&mut Silent).unwrap()
    };
    let job = (&model, runs.as_slice(), 1);
    let found = probe_residues(features.view(), &list, &target, job, &mut Silent).unwrap();
    let accuracy = |outcome: &ProbeOutcome, kind| outcome.values(kind, ProbeMetric::Accuracy)[0];
    assert!((accuracy(&found, RunKind::Probe) - 1.0).abs() < 1e-12, "{}", accuracy(&found, RunKind::Probe));
    assert!(accuracy(&found, RunKind::Shuffled) < 0.6, "{}", accuracy(&found, RunKind::Shuffled));
    assert!(accuracy(&found, RunKind::Majority) < 0.6);
    assert_eq!(found.runs[0].tested.len(), list.len());
    // One head for both places cannot know which of the two numbers to read.
    let alone = train(&residue_rows(features.view(), &list).unwrap(), &target, &runs);
    assert!(accuracy(&alone, RunKind::Probe) < 0.9, "{}", accuracy(&alone, RunKind::Probe));
    // Heads of one place alone, put together, are that place's probe.
    let list = residues_of_tokens(&tokens, &tokens, 1).unwrap();
    let own = Target::Classes { labels: (0..list.len()).map(|at| (at % 3) as u32).collect(), classes: 3 };
    let of: Vec<_> = list.iter().map(|residue| Some(residue.sequence % 4)).collect();
    let runs = vec![CrossValidation { folds: folds::given(&of).unwrap(), seed: 3 }];
    let place = by_sub_token_index(&list, &own, &runs).unwrap().remove(0);
    let outcome = train(&residue_rows(features.view(), &list).unwrap(), &place.target, &place.runs);
    let both = merge_heads(&own, &runs, &[(place, outcome.clone())]).unwrap();
    for (a, b) in outcome.runs.iter().zip(&both.runs) {
        assert_eq!((&a.predictions, &a.pooled, a.kind), (&b.predictions, &b.pooled, b.kind));
    }
    assert_eq!(by_sub_token_index(&list[1..], &own, &runs).unwrap_err().code(), "probe.rows");
    assert_eq!(merge_heads(&own, &runs, &[]).unwrap_err().code(), "probe.nothing");
}
