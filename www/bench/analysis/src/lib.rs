//! The analyses behind plain functions, so that a bench needs no glue: one job at a time, numbers in
//! at an address, numbers out at another. Wasm here is one thread.

#![expect(unsafe_code, reason = "exported names")]
#![cfg_attr(target_family = "wasm", expect(static_mut_refs, reason = "one thread, one job"))]

use crossgrain_core::analysis::{Metric, Neighbours, Tsne, TsneOptions, Umap, UmapOptions, knn, pca};
use crossgrain_core::matrix::View;
use crossgrain_core::progress::Silent;

static mut ROWS: Vec<f32> = Vec::new();
static mut NEAR: Option<Neighbours> = None;
static mut MAP: Option<Map> = None;
static mut POINTS: Vec<f32> = Vec::new();

enum Map {
    Umap(Umap),
    Tsne(Tsne),
}

/// Room for a table; the caller writes its numbers there.
#[unsafe(no_mangle)]
pub extern "C" fn room(numbers: usize) -> *mut f32 {
    unsafe {
        ROWS = vec![0.0; numbers];
        ROWS.as_mut_ptr()
    }
}

fn table(rows: usize, cols: usize) -> View<'static> {
    unsafe { View::new(&ROWS, rows, cols).expect("a full table") }
}

/// The exact neighbours; the address of their indices.
#[unsafe(no_mangle)]
pub extern "C" fn neighbours(rows: usize, cols: usize, k: usize, cosine: bool) -> *const u32 {
    let metric = if cosine { Metric::Cosine } else { Metric::Euclidean };
    let found = knn(table(rows, cols), k, metric, &mut Silent).expect("neighbours");
    unsafe { NEAR.insert(found).indices().as_ptr() }
}

/// A UMAP of the neighbours found last, from principal components; its epochs.
#[unsafe(no_mangle)]
pub extern "C" fn umap(rows: usize, cols: usize, min_dist: f64, epochs: usize) -> usize {
    let start = pca(table(rows, cols), 2).expect("components").scores;
    let n_epochs = (epochs > 0).then_some(epochs);
    let options = UmapOptions { min_dist, n_epochs, ..UmapOptions::default() };
    unsafe {
        let made = Umap::new(NEAR.as_ref().expect("neighbours"), start.view(), options).expect("a map");
        let total = made.total();
        MAP = Some(Map::Umap(made));
        total
    }
}

/// A t-SNE of the neighbours found last; its iterations.
#[unsafe(no_mangle)]
pub extern "C" fn tsne(rows: usize, cols: usize, perplexity: f64, iterations: usize) -> usize {
    let start = pca(table(rows, cols), 2).expect("components").scores;
    let options = TsneOptions { perplexity, iterations, ..TsneOptions::default() };
    unsafe {
        MAP = Some(Map::Tsne(
            Tsne::new(NEAR.as_ref().expect("neighbours"), start.view(), options).expect("a map"),
        ));
    }
    iterations
}

/// One epoch or iteration; false when there was none left.
#[unsafe(no_mangle)]
pub extern "C" fn step() -> bool {
    match unsafe { MAP.as_mut() } {
        Some(Map::Umap(map)) => map.step(),
        Some(Map::Tsne(map)) => map.step(),
        None => false,
    }
}

/// The points of the map; their address.
#[unsafe(no_mangle)]
pub extern "C" fn points() -> *const f32 {
    unsafe {
        POINTS = match MAP.as_ref() {
            Some(Map::Umap(map)) => map.map().into_data(),
            Some(Map::Tsne(map)) => map.map().into_data(),
            None => Vec::new(),
        };
        POINTS.as_ptr()
    }
}
