//! Quality of maps, compared with the maps of umap-learn and scikit-learn.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::{
    Metric, NeighbourPreservation, Tsne, TsneOptions, Umap, UmapOptions, knn, pca, quality, quality_of,
    sampled_rows, silhouette, silhouette_of, standardise,
};
use crossgrain_core::error::Coded;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::Silent;
use crossgrain_core::weights::{FileBytes, Safetensors, TensorSource};
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
    standardise(View::new(&data, shape[0], shape[1]).unwrap()).unwrap()
}

fn expected() -> serde_json::Value {
    serde_json::from_str(&std::fs::read_to_string(Path::new(GOLDEN).join("spaces.json")).unwrap()).unwrap()
}

fn kept(space: &Matrix, map: &Matrix) -> NeighbourPreservation {
    quality(space.view(), map.view(), 15, Metric::Euclidean, &mut Silent).unwrap()
}

#[test]
fn quality_of_the_stored_maps() {
    let (space, expected) = (space(), expected());
    let (data, shape) = golden("spaces.safetensors", "umap_reference_xy");
    let map = Matrix::new(data, shape[0], shape[1]).unwrap();
    let theirs = expected["maps_trustworthiness@15"]["umap-learn"].as_f64().unwrap();
    assert!((kept(&space, &map).trustworthiness - theirs).abs() < 1e-6, "{:?}", kept(&space, &map));
    #[expect(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "small whole numbers")]
    let labels: Vec<u32> = golden("spaces.safetensors", "labels").0.iter().map(|&x| x as u32).collect();
    for (view, name) in [(space.view(), "full"), (map.view(), "umap-learn")] {
        let found = silhouette(view, &labels, Metric::Euclidean, &mut Silent).unwrap();
        assert!(
            (found - expected["silhouette_euclidean"][name].as_f64().unwrap()).abs() < 1e-6,
            "{name}: {found}"
        );
    }
}

#[test]
fn umap_keeps_what_umap_learn_keeps() {
    let (space, expected) = (space(), expected());
    let theirs = expected["maps_trustworthiness@15"]["umap-learn"].as_f64().unwrap();
    let start = pca(space.view(), 2).unwrap().scores;
    let near = knn(space.view(), 14, Metric::Euclidean, &mut Silent).unwrap();
    let run = |seed| {
        let mut umap =
            Umap::new(&near, start.view(), UmapOptions { seed, ..UmapOptions::default() }).unwrap();
        while umap.step() {}
        umap.map()
    };
    for seed in 1..4 {
        let found = kept(&space, &run(seed));
        println!("seed {seed}: {found:?}, umap-learn {theirs}");
        assert!(found.trustworthiness > theirs - 0.01, "{found:?}");
    }
    assert_eq!(run(1), run(1));
    assert_ne!(run(1), run(2));
}

#[test]
fn tsne_keeps_what_scikit_learn_keeps() {
    let (space, expected) = (space(), expected());
    let theirs = expected["maps_trustworthiness@15"]["sklearn_tsne"].as_f64().unwrap();
    let start = pca(space.view(), 2).unwrap().scores;
    let near = knn(space.view(), 90, Metric::Euclidean, &mut Silent).unwrap();
    let mut tsne = Tsne::new(&near, start.view(), TsneOptions::default()).unwrap();
    while tsne.step() {}
    let found = kept(&space, &tsne.map());
    println!("{found:?}, scikit-learn {theirs}");
    assert!(found.trustworthiness > theirs - 0.01, "{found:?}");
}

#[test]
fn refusals() {
    let rows = [0.0, 1.0, 3.0, 7.0, 8.0, 12.0];
    let view = View::new(&rows, 6, 1).unwrap();
    let near = knn(view, 2, Metric::Euclidean, &mut Silent).unwrap();
    let start = Matrix::new(vec![0.0; 12], 6, 2).unwrap();
    let umap = |options| Umap::new(&near, start.view(), options).unwrap_err().code();
    let plain = UmapOptions::default();
    assert_eq!(umap(UmapOptions { min_dist: f64::NAN, ..plain }), "map.option");
    assert_eq!(umap(UmapOptions { min_dist: 2.0, ..plain }), "map.option");
    assert_eq!(umap(UmapOptions { n_epochs: Some(0), ..plain }), "map.option");
    assert_eq!(umap(UmapOptions { negative_sample_rate: 0, ..plain }), "map.option");
    assert_eq!(Umap::new(&near, view, plain).unwrap_err().code(), "knn.columns");
    let short = Matrix::new(vec![0.0; 4], 2, 2).unwrap();
    assert_eq!(Umap::new(&near, short.view(), plain).unwrap_err().code(), "analysis.row_mismatch");
    let tsne = |perplexity, iterations| {
        let options = TsneOptions { perplexity, iterations, seed: 0 };
        Tsne::new(&near, start.view(), options).unwrap_err().code()
    };
    assert_eq!((tsne(3.0, 10), tsne(1.0, 10), tsne(2.0, 0)), ("map.option", "map.option", "map.option"));
    let of = |k| quality(view, start.view(), k, Metric::Euclidean, &mut Silent).unwrap_err().code();
    assert_eq!((of(0), of(3)), ("knn.neighbours", "knn.neighbours"));
    assert_eq!(
        silhouette(view, &[1; 6], Metric::Euclidean, &mut Silent).unwrap_err().code(),
        "analysis.labels"
    );

    // A start in one place, and rows that are all the same, still make a finite map.
    for rows in [rows, [2.0; 6]] {
        let near = knn(View::new(&rows, 6, 1).unwrap(), 2, Metric::Euclidean, &mut Silent).unwrap();
        let mut umap = Umap::new(&near, start.view(), plain).unwrap();
        let mut tsne =
            Tsne::new(&near, start.view(), TsneOptions { perplexity: 2.0, ..TsneOptions::default() })
                .unwrap();
        while umap.step() | tsne.step() {}
        assert!(umap.map().data().iter().chain(tsne.map().data()).all(|x| x.is_finite()), "{rows:?}");
    }
}

#[test]
fn a_sample_of_rows_estimates_the_quality_of_all() {
    assert_eq!(sampled_rows(5000, 1), None);
    let sizes = [(5001, 2000), (10_000, 2000), (20_000, 1000), (100_000, 200), (1_000_000, 200)];
    for (n, expected) in sizes {
        let rows = sampled_rows(n, 7).unwrap();
        assert_eq!(rows.len(), expected, "{n}");
        assert!(rows.windows(2).all(|pair| pair[0] < pair[1]) && rows[expected - 1] < n, "{n}");
        assert_eq!(rows, sampled_rows(n, 7).unwrap());
        assert_ne!(rows, sampled_rows(n, 8).unwrap());
    }
    let space = space();
    let map = pca(space.view(), 2).unwrap().scores;
    let n = space.view().rows();
    let all: Vec<usize> = (0..n).collect();
    let exact = kept(&space, &map);
    let of = |rows: &[usize]| {
        quality_of(rows, space.view(), map.view(), 15, Metric::Euclidean, &mut Silent).unwrap()
    };
    let whole = of(&all);
    assert!((whole.trustworthiness - exact.trustworthiness).abs() < 1e-12, "{whole:?} {exact:?}");
    assert!((whole.continuity - exact.continuity).abs() < 1e-12, "{whole:?} {exact:?}");
    assert!((whole.overlap - exact.overlap).abs() < 1e-12, "{whole:?} {exact:?}");
    let half: Vec<usize> = (0..n).step_by(2).collect();
    assert!((of(&half).trustworthiness - exact.trustworthiness).abs() < 0.03, "{:?} {exact:?}", of(&half));
    let labels: Vec<u32> = (0..n as u32).map(|row| row % 3).collect();
    let sampled = silhouette_of(&all, map.view(), &labels, Metric::Euclidean, &mut Silent).unwrap();
    assert_eq!(sampled, silhouette(map.view(), &labels, Metric::Euclidean, &mut Silent).unwrap());
}
