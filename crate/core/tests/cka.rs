//! CKA against NumPy's numbers, and what must hold for any two spaces.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::analysis::{
    AnalysisError, Bandwidth, Cka, CkaStream, CkaTestOptions, CpuGram, Kernel, LayerSums, Quotient, Value,
    cka, cka_layers, cka_test, cka_test_with,
};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use proptest::prelude::*;
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/analysis");
const MEDIAN: Kernel = Kernel::Rbf(Bandwidth::Median(1.0));

fn golden(file: &str, name: &str) -> Matrix {
    let source = Safetensors::open(FileBytes::open(&Path::new(GOLDEN).join(file)).unwrap(), file).unwrap();
    let mut data = Vec::new();
    source.read_f32(name, &mut data).unwrap();
    let shape = &source.info(name).unwrap().shape;
    Matrix::new(data, shape[0], shape[1]).unwrap()
}

fn top(matrix: &Matrix, rows: usize) -> View<'_> {
    View::new(&matrix.data()[..rows * matrix.cols()], rows, matrix.cols()).unwrap()
}

fn numbers(found: Cka) -> [f64; 2] {
    [found.biased.number().unwrap(), found.debiased.number().unwrap()]
}

fn streamed(x: View, y: View, batch: usize) -> Cka {
    let mut stream = CkaStream::default();
    for start in (0..x.rows()).step_by(batch) {
        let end = (start + batch).min(x.rows());
        let cut = |v: View<'_>| {
            Matrix::new(v.data()[start * v.cols()..end * v.cols()].to_vec(), end - start, v.cols()).unwrap()
        };
        stream.add(cut(x).view(), cut(y).view()).unwrap();
    }
    stream.finish(Quotient::Plain).unwrap()
}

#[test]
fn numpy_agrees() {
    let text = std::fs::read_to_string(Path::new(GOLDEN).join("spaces.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let expected = &expected["cka"];
    let figure = |value: &serde_json::Value| value.as_f64().unwrap();
    let (x, y) = (golden("pca.safetensors", "X"), golden("spaces.safetensors", "Y"));
    let (a, b) = (golden("spaces.safetensors", "noise_a"), golden("spaces.safetensors", "noise_b"));
    let t = |found: f64, expected: f64, tolerance: f64, name: &str| {
        println!("{name}: off by {:e}", (found - expected).abs());
        assert!((found - expected).abs() < tolerance, "{name}: {found}, not {expected}");
    };
    for (name, found) in [
        ("tiles", cka(x.view(), y.view(), Kernel::Linear, &mut Silent).unwrap()),
        ("stream", streamed(x.view(), y.view(), 50)),
    ] {
        t(numbers(found)[0], figure(&expected["linear_biased"]), 1e-6, name);
        t(numbers(found)[1], figure(&expected["linear_debiased"]), 1e-6, name);
    }
    let found = numbers(cka(x.view(), y.view(), MEDIAN, &mut Silent).unwrap());
    t(found[0], figure(&expected["rbf_biased_sigma=median_distance"]), 1e-5, "rbf");
    t(found[1], figure(&expected["rbf_debiased_sigma=median_distance"]), 1e-5, "rbf");
    let found = numbers(cka(top(&x, 32), top(&y, 32), Kernel::Linear, &mut Silent).unwrap());
    t(found[0], figure(&expected["linear_biased_n32"]), 1e-6, "32 rows");
    t(found[1], figure(&expected["linear_debiased_n32"]), 1e-6, "32 rows");
    let found = numbers(cka(top(&x, 4), top(&y, 4), Kernel::Linear, &mut Silent).unwrap());
    t(found[1], figure(&expected["linear_debiased_n4"]), 1e-6, "4 rows");
    let found = numbers(cka(a.view(), b.view(), Kernel::Linear, &mut Silent).unwrap());
    t(found[0], figure(&expected["independent_noise_40x300"]["biased"]), 1e-6, "noise");
    t(found[1], figure(&expected["independent_noise_40x300"]["debiased"]), 1e-6, "noise");
}

#[test]
fn shuffles_and_draws_distinguish_likeness_from_noise() {
    let (x, y) = (golden("pca.safetensors", "X"), golden("spaces.safetensors", "Y"));
    let (a, b) = (golden("spaces.safetensors", "noise_a"), golden("spaces.safetensors", "noise_b"));
    let alike = cka_test(top(&x, 100), top(&y, 100), Kernel::Linear, [99, 100], 1, &mut Silent).unwrap();
    let plain = numbers(cka(top(&x, 100), top(&y, 100), Kernel::Linear, &mut Silent).unwrap())[1];
    assert!((alike.value.number().unwrap() - plain).abs() < 1e-5);
    assert_eq!(alike.p_value, Some(0.01));
    let [low, high] = alike.interval.unwrap();
    assert!(low < plain && plain < high && high - low < 0.5, "{low} {plain} {high}");
    let noise = cka_test(a.view(), b.view(), Kernel::Linear, [99, 100], 1, &mut Silent).unwrap();
    assert!(noise.p_value.unwrap() > 0.05, "{noise:?}");
    assert_eq!(noise, cka_test(a.view(), b.view(), Kernel::Linear, [99, 100], 1, &mut Silent).unwrap());
}

/// Rows in ten groups of six near-copies, two spaces without a relation: rows are not exchangeable, groups are.
#[test]
fn groups_are_exchanged_whole() {
    let noise = |i: usize| {
        let x = (i as f64 * 12.9898).sin() * 43758.5453;
        (x - x.floor()) as f32
    };
    let groups: Vec<u32> = (0..60).map(|row| row / 6).collect();
    let units = Units::of_codes(&groups);
    let (mut of_rows, mut of_groups, mut batched) = (0, 0, 0);
    for set in 0..60 {
        let space = |start: usize| {
            let at = move |row: usize, c: usize| {
                noise(start + row / 6 * 4 + c) + 0.05 * noise(start + 900 + row * 4 + c)
            };
            Matrix::new((0..60).flat_map(|row| (0..4).map(move |c| at(row, c))).collect(), 60, 4).unwrap()
        };
        let (x, y) = (space(set * 4000), space(set * 4000 + 2000));
        let plain = cka_test(x.view(), y.view(), Kernel::Linear, [99, 0], 1, &mut Silent).unwrap();
        of_rows += u32::from(plain.p_value.unwrap() <= 0.05);
        for (batch, count) in [(0, &mut of_groups), (24, &mut batched)] {
            let options = CkaTestOptions { shuffles: 99, draws: 0, seed: 1, batch, units: Some(&units) };
            let found = cka_test_with(x.view(), y.view(), Kernel::Linear, options, &mut Silent).unwrap();
            *count += u32::from(found.p_value.unwrap() <= 0.05);
        }
    }
    assert!(of_rows > 40 && of_groups <= 8 && batched <= 8, "{of_rows} {of_groups} {batched} of 60");
    let constant = Matrix::new(vec![1.0; 240], 60, 4).unwrap();
    let options = CkaTestOptions { shuffles: 9, draws: 30, seed: 1, batch: 0, units: Some(&units) };
    for batch in [0, 24] {
        let options = CkaTestOptions { batch, ..options };
        let found =
            cka_test_with(constant.view(), constant.view(), Kernel::Linear, options, &mut Silent).unwrap();
        assert_eq!((found.value.number(), found.p_value, found.interval), (None, None, None));
    }
}

#[test]
fn layers_and_batches() {
    let (x, y) = (golden("pca.safetensors", "X"), golden("spaces.safetensors", "Y"));
    let own = cka_layers(&[x.view(), y.view()], None, Kernel::Linear, &mut Silent).unwrap();
    assert_eq!((own.rows(), own.cols()), (2, 2));
    assert!((numbers(own.at(0, 0))[1] - 1.0).abs() < 1e-9);
    assert_eq!(own.at(0, 1), own.at(1, 0));
    let across = cka_layers(&[x.view()], Some(&[x.view(), y.view()]), Kernel::Linear, &mut Silent).unwrap();
    assert!((numbers(across.at(0, 1))[0] - numbers(own.at(0, 1))[0]).abs() < 1e-9);

    // The published matrix: sums over batches that are centred one by one, the quotient last.
    let mut sums = LayerSums::new(Kernel::Linear);
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for start in [0, 120, 240] {
        let cut = |m: &Matrix| {
            Matrix::new(m.data()[start * m.cols()..(start + 120) * m.cols()].to_vec(), 120, m.cols()).unwrap()
        };
        let (x, y) = (cut(&x), cut(&y));
        sums.add(&[x.view()], Some(&[y.view()]), &mut CpuGram, &mut Silent).unwrap();
        let (kx, ky) = (gram(&x), gram(&y));
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        both += dot(&kx, &ky);
        first += dot(&kx, &kx);
        second += dot(&ky, &ky);
    }
    let found = sums.finish(Quotient::Plain).at(0, 0).biased.number().unwrap();
    assert!((found - both / (first * second).sqrt()).abs() < 1e-6, "{found}");
}

/// The same batch in tiles of any size, products from elsewhere.
#[test]
fn tiles_of_other_sizes() {
    let (x, y) = (golden("pca.safetensors", "X"), golden("spaces.safetensors", "Y"));
    for kernel in [Kernel::Linear, Kernel::Rbf(Bandwidth::Median(1.0))] {
        let expected = cka_layers(&[x.view(), y.view()], None, kernel, &mut Silent).unwrap();
        for tile in [1, 33, 64, 359, 360, 4096] {
            let mut sums = LayerSums::new(kernel);
            let mut batch = sums.begin(&[x.view(), y.view()], None).unwrap().in_tiles(tile);
            let mut tiles = vec![Vec::new(); batch.layers()];
            while let Some(meeting) = batch.tile_pair() {
                for (layer, tile) in tiles.iter_mut().enumerate() {
                    let [left, right] = [&meeting.left, &meeting.right].map(|rows| batch.rows(layer, rows));
                    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).rev().map(|(a, b)| a * b).sum();
                    *tile = left
                        .iter_rows()
                        .flat_map(|a| right.iter_rows().map(move |b| product(a, b)))
                        .collect();
                }
                batch.add_products(&mut tiles);
            }
            assert_eq!(batch.done(), batch.total());
            sums.end(&batch);
            for (found, expected) in sums.finish(Quotient::Plain).cells().iter().zip(expected.cells()) {
                let (found, expected) = (numbers(*found), numbers(*expected));
                let apart = (found[0] - expected[0]).abs().max((found[1] - expected[1]).abs());
                assert!(apart < 1e-6, "{kernel:?}, tiles of {tile}: {found:?}, not {expected:?}");
            }
        }
    }
}

/// The centred Gram matrix by its definition.
fn gram(m: &Matrix) -> Vec<f64> {
    let n = m.rows() as f64;
    let mean: Vec<f64> =
        (0..m.cols()).map(|j| m.view().iter_rows().map(|row| f64::from(row[j])).sum::<f64>() / n).collect();
    let rows: Vec<Vec<f64>> = m
        .view()
        .iter_rows()
        .map(|row| row.iter().zip(&mean).map(|(&x, m)| f64::from(x) - m).collect())
        .collect();
    rows.iter().flat_map(|a| rows.iter().map(|b| a.iter().zip(b).map(|(a, b)| a * b).sum())).collect()
}

#[test]
fn no_answer_is_said_with_its_reason() {
    let constant = Matrix::new(vec![2.0; 12], 6, 2).unwrap();
    let varied = Matrix::new((0..12).map(|i| (i * i % 7) as f32).collect(), 6, 2).unwrap();
    let found = cka(constant.view(), varied.view(), Kernel::Linear, &mut Silent).unwrap();
    assert!(
        matches!(found.biased, Value::Undefined { .. }) && matches!(found.debiased, Value::Undefined { .. })
    );
    let refused = |found: Result<Cka, AnalysisError>, code: &str| {
        let error = found.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.hint().is_empty());
    };
    refused(cka(top(&varied, 3), top(&varied, 3), Kernel::Linear, &mut Silent), "cka.too_few_rows");
    refused(cka(top(&varied, 5), top(&varied, 4), Kernel::Linear, &mut Silent), "analysis.row_mismatch");
    refused(cka(constant.view(), varied.view(), MEDIAN, &mut Silent), "cka.bandwidth");
    for sigma in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let kernel = Kernel::Rbf(Bandwidth::Sigma(sigma));
        refused(cka(varied.view(), varied.view(), kernel, &mut Silent), "cka.bandwidth");
    }
    let broken = Matrix::new(vec![f32::NAN; 12], 6, 2).unwrap();
    refused(cka(broken.view(), varied.view(), Kernel::Linear, &mut Silent), "analysis.not_finite");
    refused(CkaStream::default().finish(Quotient::Plain), "cka.too_few_rows");
    let stop = &mut |_, _| std::ops::ControlFlow::Break(());
    refused(cka(varied.view(), varied.view(), Kernel::Linear, stop), "analysis.cancelled");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn turning_scaling_and_reordering_change_nothing(
        (data, rows) in (5_usize..90).prop_flat_map(|n| (prop::collection::vec(-1.0_f32..1.0, n * 5), Just(n))),
        angle in 0.0_f32..6.0,
        factor in prop_oneof![Just(1e-6_f32), Just(3.0), Just(1e9)],
    ) {
        let x: Vec<f32> = data.chunks(5).flat_map(|row| row[..3].to_vec()).collect();
        let y: Vec<f32> = data.chunks(5).flat_map(|row| row[3..].to_vec()).collect();
        let (sin, cos) = angle.sin_cos();
        let turned: Vec<f32> = y.chunks(2)
            .flat_map(|row| [factor * (cos * row[0] - sin * row[1]), factor * (sin * row[0] + cos * row[1])]).collect();
        let reversed = |data: &[f32], cols| -> Vec<f32> { data.chunks(cols).rev().flatten().copied().collect() };
        for kernel in [Kernel::Linear, MEDIAN] {
            let of = |x: &[f32], y: &[f32]| cka(View::new(x, rows, 3).unwrap(), View::new(y, rows, 2).unwrap(), kernel, &mut Silent).unwrap();
            let plain = of(&x, &y);
            for other in [of(&x, &turned), of(&reversed(&x, 3), &reversed(&y, 2))] {
                if let (Value::Number(a), Value::Number(b)) = (plain.biased, other.biased) {
                    prop_assert!((a - b).abs() < 1e-4, "{a} {b}");
                    prop_assert!((-1e-6..1.0 + 1e-6).contains(&a));
                }
                if let (Value::Number(a), Value::Number(b)) = (plain.debiased, other.debiased) && rows > 20 {
                    prop_assert!((a - b).abs() < 1e-3, "{a} {b}");
                }
            }
        }
    }

    #[test]
    fn streaming_changes_nothing(data in prop::collection::vec(-1.0_f32..1.0, 5 * 40), batch in 1_usize..50) {
        let x: Vec<f32> = data.chunks(5).flat_map(|row| row[..3].to_vec()).collect();
        let y: Vec<f32> = data.chunks(5).flat_map(|row| row[3..].to_vec()).collect();
        let (x, y) = (View::new(&x, 40, 3).unwrap(), View::new(&y, 40, 2).unwrap());
        let (whole, stream) = (numbers(cka(x, y, Kernel::Linear, &mut Silent).unwrap()), numbers(streamed(x, y, batch)));
        prop_assert!((whole[0] - stream[0]).abs() < 1e-6 && (whole[1] - stream[1]).abs() < 1e-5, "{whole:?} {stream:?}");
    }
}
