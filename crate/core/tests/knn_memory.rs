//! The neighbour search of 50,000 rows of 320 numbers: no more than 64 MiB beside its input.
//!
//! All that grows with n is there from the first step on: the lists of the k best of every row, and
//! one limit each; a step adds two tiles and their products, and the end the answer `[n, k]` twice.
//! So the peak over a few of the 196 steps and the end is the peak of the whole search, which would
//! take minutes here; that it does not grow from step to step is checked.

use crossgrain_core::analysis::{CpuGram, Metric, Search};
use crossgrain_core::matrix::View;
use peak_alloc::PeakAlloc;

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

const ROWS: usize = 50_000;
const COLS: usize = 320;
const K: usize = 15;
const MOST: f32 = 64.0;

#[test]
fn fifty_thousand_rows() {
    let noise = |i: usize| (i.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / 16_777_216.0 - 0.5;
    let data: Vec<f32> = (0..ROWS * COLS).map(noise).collect();
    for metric in [Metric::Euclidean, Metric::Cosine] {
        let before = MEMORY.current_usage_as_mb();
        MEMORY.reset_peak_usage();
        let mut search = Search::new(View::new(&data, ROWS, COLS).unwrap(), K, metric).unwrap();
        let mut products = CpuGram;
        let mut peaks = Vec::new();
        for _ in 0..3 {
            assert!(search.step(&mut products));
            peaks.push(MEMORY.peak_usage_as_mb() - before);
        }
        assert_eq!((search.done(), search.total()), (3 * 256, ROWS));
        let found = search.finish();
        let peak = MEMORY.peak_usage_as_mb() - before;
        println!("{metric:?}: {peak:.1} MiB beside an input of {:.1} MiB; after each step {peaks:?}", before);
        assert_eq!((found.rows(), found.of(0).len()), (ROWS, K));
        assert!(found.distances().iter().all(|distance| distance.is_finite()), "every row has met K others");
        assert!(peaks[2] - peaks[0] < 0.5, "it grows from step to step: {peaks:?}");
        assert!(peak < MOST, "{peak} MiB");
    }
}
