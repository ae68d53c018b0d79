//! Principal components against scikit-learn, against cases that can be done by hand, and
//! against what must hold for any matrix.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::{Pca, pca, standardise};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use proptest::prelude::*;
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/analysis");

fn golden(name: &str) -> Matrix {
    let bytes = FileBytes::open(&Path::new(GOLDEN).join("pca.safetensors")).unwrap();
    let source = Safetensors::open(bytes, "pca.safetensors").unwrap();
    let mut data = Vec::new();
    source.read_f32(name, &mut data).unwrap();
    let shape = &source.info(name).unwrap().shape;
    Matrix::new(data, shape[0], shape[1]).unwrap()
}

#[test]
fn scikit_learn_agrees() {
    let text = std::fs::read_to_string(Path::new(GOLDEN).join("expected.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    let shares = expected["pca_explained_variance_ratio"].as_array().unwrap();
    let scores = golden("pca_scores_standardised");
    let found = pca(standardise(golden("X").view()).unwrap().view(), scores.cols()).unwrap();

    let mut largest = 0.0_f32;
    for k in 0..scores.cols() {
        let column = |m: &Matrix| m.view().iter_rows().map(|row| row[k]).collect::<Vec<f32>>();
        let (ours, theirs) = (column(&found.scores), column(&scores));
        let apart =
            |sign: f32| ours.iter().zip(&theirs).map(|(a, b)| (a - sign * b).abs()).fold(0.0, f32::max);
        largest = largest.max(apart(1.0).min(apart(-1.0)));
        let share = (f64::from(found.explained[k]) - shares[k].as_f64().unwrap()).abs();
        assert!(share < 1e-7, "share of component {k} differs by {share:e}");
    }
    println!("largest difference of a score: {largest:e}");
    assert!(largest < 1e-4, "a score differs by {largest:e}");
}

#[test]
fn cases_done_by_hand() {
    fn t(rows: &[&[f32]], count: usize, scores: &[f32], components: &[f32], explained: &[f32]) {
        let found = pca(View::new(&rows.concat(), rows.len(), rows[0].len()).unwrap(), count).unwrap();
        let close =
            |a: &[f32], b: &[f32]| a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6);
        assert!(close(found.scores.data(), scores), "{rows:?}: scores {:?}", found.scores);
        assert!(close(found.components.data(), components), "{rows:?}: components {:?}", found.components);
        assert!(close(&found.explained, explained), "{rows:?}: explained {:?}", found.explained);
    }
    let h = 0.5_f32.sqrt();
    // Two rows differ in one direction only; the second component is zero.
    t(&[&[0.0, 0.0], &[2.0, 2.0]], 2, &[-2.0 * h, 0.0, 2.0 * h, 0.0], &[h, h, 0.0, 0.0], &[1.0, 0.0]);
    // Equal loadings of opposite sign: the first one is positive.
    t(&[&[0.0, 0.0], &[-2.0, 2.0]], 1, &[2.0 * h, -2.0 * h], &[h, -h], &[1.0]);
    // More columns than rows, a constant column.
    t(&[&[1.0, 7.0, 0.0], &[-1.0, 7.0, 0.0]], 1, &[1.0, -1.0], &[1.0, 0.0, 0.0], &[1.0]);
    // More rows than columns; shares 8 : 2.
    t(
        &[&[2.0, 0.0], &[-2.0, 0.0], &[0.0, 1.0], &[0.0, -1.0]],
        2,
        &[2.0, 0.0, -2.0, 0.0, 0.0, 1.0, 0.0, -1.0],
        &[1.0, 0.0, 0.0, 1.0],
        &[0.8, 0.2],
    );
    // Nothing differs.
    t(&[&[3.0, 0.1], &[3.0, 0.1], &[3.0, 0.1]], 2, &[0.0; 6], &[0.0; 4], &[0.0; 2]);
    // One column; a huge offset; numbers at both ends of f32.
    t(&[&[1.0], &[2.0], &[3.0]], 1, &[-1.0, 0.0, 1.0], &[1.0], &[1.0]);
    t(&[&[16_777_215.0], &[16_777_213.0]], 1, &[1.0, -1.0], &[1.0], &[1.0]);
    t(&[&[1e-38, 0.0], &[-1e-38, 0.0]], 1, &[1e-38, -1e-38], &[1.0, 0.0], &[1.0]);
}

#[test]
fn numbers_at_the_upper_end_of_f32() {
    let found = pca(View::new(&[3e38, 0.0, -3e38, 0.0], 2, 2).unwrap(), 2).unwrap();
    assert_eq!(found.scores.data(), [3e38, 0.0, -3e38, 0.0]);
}

#[test]
fn refusals() {
    fn t(data: &[f32], rows: usize, cols: usize, components: usize, code: &str) {
        let error = pca(View::new(data, rows, cols).unwrap(), components).unwrap_err();
        assert_eq!(error.code(), code, "{rows} x {cols}, {components}: {error}");
        assert!(!error.hint().is_empty());
    }
    t(&[], 0, 3, 1, "pca.too_few_rows");
    t(&[1.0, 2.0], 1, 2, 1, "pca.too_few_rows");
    t(&[1.0, 2.0], 2, 1, 0, "pca.components");
    t(&[1.0, 2.0], 2, 1, 2, "pca.components");
    t(&[], 2, 0, 1, "pca.components");
    t(&[1.0, f32::NAN], 2, 1, 1, "analysis.not_finite");
    t(&[1.0, f32::NEG_INFINITY], 2, 1, 1, "analysis.not_finite");
    assert_eq!(standardise(View::new(&[f32::NAN], 1, 1).unwrap()).unwrap_err().code(), "analysis.not_finite");
}

/// A matrix and how many components to ask of it.
fn asked() -> impl Strategy<Value = (Vec<f32>, usize, usize, usize)> {
    (2_usize..12, 1_usize..12).prop_flat_map(|(rows, cols)| {
        let numbers = prop::collection::vec(prop_oneof![9 => -10.0_f32..10.0, 1 => Just(0.0)], rows * cols);
        (numbers, Just(rows), Just(cols), 1..=rows.min(cols))
    })
}

fn found(data: &[f32], rows: usize, cols: usize, components: usize) -> Pca {
    pca(View::new(data, rows, cols).unwrap(), components).unwrap()
}

fn product(a: &[f32], b: &[f32]) -> f64 {
    a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum()
}

proptest! {
    #[test]
    fn what_holds_for_any_matrix((data, rows, cols, components) in asked()) {
        let pca = found(&data, rows, cols, components);
        prop_assert_eq!((pca.scores.rows(), pca.scores.cols()), (rows, components));
        prop_assert_eq!((pca.components.rows(), pca.components.cols()), (components, cols));
        prop_assert!(pca.explained.is_sorted_by(|a, b| a >= b), "{:?}", pca.explained);
        prop_assert!(pca.explained.iter().sum::<f32>() <= 1.0 + 1e-5);
        for (i, a) in pca.components.view().iter_rows().enumerate() {
            for (j, b) in pca.components.view().iter_rows().enumerate() {
                let expected = if i == j && pca.explained[i] > 0.0 { 1.0 } else { 0.0 };
                prop_assert!((product(a, b) - expected).abs() < 1e-4, "components {} and {}: {}", i, j, product(a, b));
            }
        }
        // Bit-equal the second time.
        prop_assert_eq!(&pca, &found(&data, rows, cols, components));
    }

    #[test]
    fn all_components_together_give_the_matrix_back((data, rows, cols, _) in asked()) {
        let pca = found(&data, rows, cols, rows.min(cols));
        for (i, row) in data.chunks(cols).enumerate() {
            for (j, &x) in row.iter().enumerate() {
                let along: f64 = pca.scores.row(i).unwrap().iter().zip(pca.components.view().iter_rows())
                    .map(|(&score, component)| f64::from(score) * f64::from(component[j])).sum();
                prop_assert!((along + f64::from(pca.mean[j]) - f64::from(x)).abs() < 1e-4);
            }
        }
    }

    #[test]
    fn the_order_of_rows_only_orders_the_scores((data, rows, cols, _) in asked()) {
        let reversed: Vec<f32> = data.chunks(cols).rev().flatten().copied().collect();
        let (a, b) = (found(&data, rows, cols, 1), found(&reversed, rows, cols, 1));
        prop_assert!((a.explained[0] - b.explained[0]).abs() < 1e-6);
    }
}
