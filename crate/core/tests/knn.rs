//! Neighbours against NumPy's, against brute force, and what follows from them.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::{
    AnalysisError, Gram, Metric, Neighbours, Search, Weighting, knn, knn_of, overlap, purity, regress,
    transfer,
};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
use proptest::prelude::*;
use std::ops::ControlFlow;
use std::path::Path;

const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/analysis");

fn golden(file: &str, name: &str) -> (Vec<f32>, Vec<usize>) {
    let source = Safetensors::open(FileBytes::open(&Path::new(GOLDEN).join(file)).unwrap(), file).unwrap();
    let mut data = Vec::new();
    source.read_f32(name, &mut data).unwrap();
    (data, source.info(name).unwrap().shape.clone())
}

fn space() -> Matrix {
    let (data, shape) = golden("pca.safetensors", "X");
    Matrix::new(data, shape[0], shape[1]).unwrap()
}

#[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "small whole numbers")]
fn whole(name: &str) -> Vec<u32> {
    golden("spaces.safetensors", name).0.iter().map(|&x| x as u32).collect()
}

#[test]
fn numpy_finds_the_same_neighbours() {
    fn t(metric: Metric, name: &str) {
        let found = knn(space().view(), 10, metric, &mut Silent).unwrap();
        // Where distances are equal, NumPy's order is that of its partition; ours is by index.
        let theirs = whole(&format!("knn_{name}_idx"));
        let mut ties = 0;
        for (place, (&ours, &theirs)) in found.indices().iter().zip(&theirs).enumerate() {
            if ours != theirs {
                let apart = measure(space().view(), place / 10, ours, metric)
                    - measure(space().view(), place / 10, theirs, metric);
                assert!(apart.abs() < 1e-15, "{name}: neighbour {place} is {ours}, not {theirs}");
                ties += 1;
            }
        }
        println!("{name}: {ties} of {} differ, all of them equally near", theirs.len());
        let (distances, _) = golden("spaces.safetensors", &format!("knn_{name}_dist"));
        let apart = found.distances().iter().zip(&distances).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
        assert!(apart < 1e-6, "{name}: a distance differs by {apart:e}");

        let text = std::fs::read_to_string(Path::new(GOLDEN).join("spaces.json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = expected[format!("knn_{name}_label_purity@10")].as_f64().unwrap();
        let pure = purity(&found, &whole("labels"), 200, 1, &mut Silent).unwrap();
        assert!((pure.mean - expected).abs() < 1e-12, "{name}: {}", pure.mean);
        assert_eq!(pure.p_value, 1.0 / 201.0);
        let shuffled = pure.shuffled.iter().sum::<f64>() / 200.0;
        assert!((shuffled - pure.chance).abs() < 0.01, "{shuffled} {}", pure.chance);
    }
    t(Metric::Euclidean, "euclidean");
    t(Metric::Cosine, "cosine");
}

fn measure(view: View, i: usize, j: u32, metric: Metric) -> f64 {
    let (a, b) = (view.row(i).unwrap(), view.row(j as usize).unwrap());
    let sum = |term: fn(f64, f64) -> f64| -> f64 {
        a.iter().zip(b).map(|(&a, &b)| term(f64::from(a), f64::from(b))).sum()
    };
    match metric {
        Metric::Euclidean => sum(|a, b| (a - b) * (a - b)).sqrt(),
        Metric::Cosine => 1.0 - sum(|a, b| a * b) / (sum(|a, _| a * a) * sum(|_, b| b * b)).sqrt(),
    }
}

/// The definition: every distance in f64, sorted, ties by index.
fn brute(queries: Option<View>, view: View, k: usize, metric: Metric) -> Vec<u32> {
    let product =
        |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(&a, &b)| f64::from(a) * f64::from(b)).sum() };
    let mut found = Vec::new();
    for (i, a) in queries.unwrap_or(view).iter_rows().enumerate() {
        let mut all: Vec<(f64, u32)> = (0..)
            .zip(view.iter_rows())
            .filter(|&(j, _)| queries.is_some() || j as usize != i)
            .map(|(j, b)| {
                let distance = match metric {
                    Metric::Euclidean => {
                        a.iter().zip(b).map(|(&a, &b)| (f64::from(a) - f64::from(b)).powi(2)).sum()
                    }
                    Metric::Cosine => 1.0 - product(a, b) / (product(a, a) * product(b, b)).sqrt(),
                };
                (distance, j)
            })
            .collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        found.extend(all.iter().take(k).map(|found| found.1));
    }
    found
}

#[test]
fn more_rows_than_a_tile() {
    fn t(rows: usize, cols: usize, k: usize, metric: Metric) {
        // Whole numbers: many ties, and every sum exact.
        let data: Vec<f32> = (0..rows * cols).map(|i| ((i * i * 31 + i / 7) % 23) as f32 + 1.0).collect();
        let view = View::new(&data, rows, cols).unwrap();
        let found = knn(view, k, metric, &mut Silent).unwrap();
        if metric == Metric::Euclidean {
            assert_eq!(found.indices(), brute(None, view, k, metric), "{rows} x {cols}");
        }
        let queries = View::new(&data[..300 * cols], 300, cols).unwrap();
        let found = knn_of(queries, view, k, metric, &mut Silent).unwrap();
        if metric == Metric::Euclidean {
            assert_eq!(found.indices(), brute(Some(queries), view, k, metric), "{rows} x {cols}");
        }
        assert!(found.distances().chunks(k).all(|row| row.is_sorted()));
    }
    t(700, 5, 15, Metric::Euclidean);
    t(513, 33, 50, Metric::Euclidean);
    t(300, 1, 299, Metric::Euclidean);
    t(700, 5, 15, Metric::Cosine);
}

/// Gram with other roundings than ours: backwards, by halves, or each step to the next number up
/// or down, as a GPU may.
struct Otherwise(fn(&[f32], &[f32]) -> f32);

impl Gram for Otherwise {
    fn gram(&mut self, a: View, b: View, into: &mut [f32]) {
        for (into, a) in into.chunks_mut(b.rows()).zip(a.iter_rows()) {
            into.iter_mut().zip(b.iter_rows()).for_each(|(into, b)| *into = self.0(a, b));
        }
    }
}

fn backwards(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).rev().fold(0.0, |sum, (a, b)| sum + a * b)
}

fn by_halves(a: &[f32], b: &[f32]) -> f32 {
    let middle = a.len() / 2;
    match (a, b) {
        ([], _) | (_, []) => 0.0,
        ([a], [b]) => a * b,
        _ => by_halves(&a[..middle], &b[..middle]) + by_halves(&a[middle..], &b[middle..]),
    }
}

fn upwards(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| (sum + (a * b).next_up()).next_up())
}

fn downwards(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).fold(0.0, |sum, (a, b)| (sum + (a * b).next_down()).next_down())
}

/// Rows on a sphere that is hardly larger than their distances: half of them within rounding of a tie.
fn nearly_tied(rows: usize, cols: usize) -> Vec<f32> {
    let noise = |i: usize| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / 16_777_216.0 - 0.5;
    let mut data: Vec<f32> = (0..rows * cols).map(noise).collect();
    for row in 0..rows / 2 {
        for col in 0..cols {
            data[row * cols + col] = data[col] + 3e-4 * noise(row * cols + col + 7);
        }
    }
    data
}

#[test]
fn roundings_change_no_neighbour() {
    fn t(rows: usize, cols: usize, k: usize, metric: Metric) {
        let data = nearly_tied(rows, cols);
        let view = View::new(&data, rows, cols).unwrap();
        let queries = View::new(&data[..rows / 3 * cols], rows / 3, cols).unwrap();
        let ways = [backwards, by_halves, upwards, downwards, |_: &[f32], _: &[f32]| f32::NAN];
        for (way, products) in ways.into_iter().enumerate() {
            for (queries, tile) in [None, Some(queries)].into_iter().zip([256, 512, 1024]) {
                let expected = brute(queries, view, k, metric);
                let new = || match queries {
                    None => Search::new(view, k, metric).unwrap(),
                    Some(queries) => Search::queries(queries, view, k, metric).unwrap(),
                };
                let mut products = Otherwise(products);
                let mut search = new().in_tiles(tile);
                while search.step(&mut products) {}
                let stepped = search.finish();
                assert_eq!(stepped.indices(), expected, "way {way}: {rows} x {cols}, tiles of {tile}");
                // The same, when the products come from elsewhere.
                let mut search = new().in_tiles(tile);
                let mut tile = Vec::new();
                while let Some(meeting) = search.tile_pair() {
                    tile.resize(meeting.left.len() * meeting.right.len(), 0.0);
                    let (left, right) = (search.left(&meeting.left), search.right(&meeting.right));
                    products.gram(left.view(), right.view(), &mut tile);
                    search.add_products(&tile);
                }
                assert_eq!(search.done(), search.total());
                assert_eq!(search.finish(), stepped);
            }
        }
    }
    for metric in [Metric::Euclidean, Metric::Cosine] {
        t(700, 33, 15, metric);
        t(1100, 7, 5, metric);
        t(257, 64, 20, metric);
        t(12, 1, 3, Metric::Euclidean);
    }
}

/// A tile without its products: everything is measured, nothing is lost.
#[test]
fn missing_products_rule_nothing_out() {
    let data = nearly_tied(300, 8);
    let view = View::new(&data, 300, 8).unwrap();
    let mut search = Search::new(view, 4, Metric::Euclidean).unwrap();
    while search.tile_pair().is_some() {
        search.add_products(&[]);
    }
    assert_eq!(search.finish().indices(), brute(None, view, 4, Metric::Euclidean));
}

#[test]
fn far_from_the_origin_and_at_the_ends_of_f32() {
    fn t(data: &[f32], expected: &[u32]) {
        let found = knn(View::new(data, data.len(), 1).unwrap(), 1, Metric::Euclidean, &mut Silent).unwrap();
        assert_eq!(found.indices(), expected, "{data:?}");
    }
    t(&[1e6, 1e6 + 1.0, 1e6 + 3.0, 1e6 + 3.5], &[1, 0, 3, 2]);
    t(&[-3e38, 3e38, 2e38, -2e38], &[3, 2, 1, 0]);
    t(&[1e-38, 3e-38, 4e-38, -2e-38], &[1, 2, 1, 0]);
    t(&[5.0, 5.0, 5.0, 5.0], &[1, 0, 0, 0]);
}

#[test]
fn a_number_or_a_label_from_neighbours() {
    let (rows, queries) = ([0.0, 1.0, 2.0, 10.0], [1.0, 9.0]);
    let view = View::new(&rows, 4, 1).unwrap();
    let found = knn_of(View::new(&queries, 2, 1).unwrap(), view, 3, Metric::Euclidean, &mut Silent).unwrap();
    let values = [3.0, 5.0, 7.0, 100.0];
    assert_eq!(regress(&found, &values, Weighting::Equal).unwrap(), [5.0, 112.0 / 3.0]);
    assert_eq!(regress(&found, &values, Weighting::Distance).unwrap()[0], 5.0);
    let labels = transfer(&found, &[1, 2, 1, 2], Weighting::Equal).unwrap();
    assert_eq!((labels[0].label, labels[1].label), (1, 2));
    assert!((labels[0].share - 2.0 / 3.0).abs() < 1e-12);
    assert_eq!(transfer(&found, &[1, 2, 1, 2], Weighting::Distance).unwrap()[0].label, 2);
}

#[test]
fn shared_neighbours_of_two_spaces() {
    let (a, b) = ([0.0, 1.0, 3.0, 7.0], [0.0, 9.0, 1.0, 10.5]);
    let of = |rows: &[f32]| knn(View::new(rows, 4, 1).unwrap(), 1, Metric::Euclidean, &mut Silent).unwrap();
    let found = overlap(&of(&a), &of(&b)).unwrap();
    assert_eq!((found.shared, found.rows), (0.0, vec![0.0; 4]));
    let found = overlap(&of(&a), &of(&a)).unwrap();
    assert_eq!((found.shared, found.jaccard, found.chance), (1.0, 1.0, 1.0 / 3.0));
}

#[test]
fn refusals() {
    fn t<T: std::fmt::Debug>(found: Result<T, AnalysisError>, code: &str) {
        let error = found.unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        assert!(!error.hint().is_empty());
    }
    let of = |data: &[f32], rows, cols, k, metric| {
        knn(View::new(data, rows, cols).unwrap(), k, metric, &mut Silent)
    };
    t(of(&[1.0, 2.0], 2, 1, 0, Metric::Euclidean), "knn.neighbours");
    t(of(&[1.0, 2.0], 2, 1, 2, Metric::Euclidean), "knn.neighbours");
    t(of(&[], 0, 1, 1, Metric::Euclidean), "knn.neighbours");
    t(of(&[], 2, 0, 1, Metric::Euclidean), "knn.columns");
    t(of(&[1.0, f32::NAN], 2, 1, 1, Metric::Cosine), "analysis.not_finite");
    t(of(&[1.0, 0.0], 2, 1, 1, Metric::Cosine), "knn.zero_row");
    let view = View::new(&[1.0, 2.0, 3.0, 4.0], 4, 1).unwrap();
    t(knn_of(View::new(&[1.0, 2.0], 1, 2).unwrap(), view, 1, Metric::Euclidean, &mut Silent), "knn.columns");
    t(knn(view, 1, Metric::Euclidean, &mut |_, _| ControlFlow::Break(())), "analysis.cancelled");
    let found: Neighbours = knn(view, 2, Metric::Euclidean, &mut Silent).unwrap();
    t(purity(&found, &[1, 2, 3], 0, 0, &mut Silent), "analysis.labels");
    t(regress(&found, &[1.0], Weighting::Equal), "analysis.labels");
    t(regress(&found, &[1.0, f32::INFINITY, 0.0, 0.0], Weighting::Equal), "analysis.not_finite");
    t(transfer(&found, &[], Weighting::Equal), "analysis.labels");
    t(found.nearest(3), "knn.neighbours");
    t(overlap(&found, &found.nearest(1).unwrap()), "knn.neighbours");
}

proptest! {
    #[test]
    fn brute_force_agrees(
        (data, rows, cols, k) in (2_usize..40, 1_usize..12).prop_flat_map(|(rows, cols)| {
            (prop::collection::vec(-1.0_f32..1.0, rows * cols), Just(rows), Just(cols), 1..rows)
        }),
        offset in prop_oneof![Just(0.0_f32), Just(100.0)],
    ) {
        let data: Vec<f32> = data.iter().map(|x| x + offset).collect();
        let view = View::new(&data, rows, cols).unwrap();
        for metric in [Metric::Euclidean, Metric::Cosine] {
            let found = knn(view, k, metric, &mut Silent).unwrap();
            // With one column every angle is 0 or 180 degrees: only rounding orders them.
            if metric == Metric::Euclidean || (cols > 1 && offset == 0.0) {
                prop_assert_eq!(found.indices(), brute(None, view, k, metric));
            }
        }
    }
}
