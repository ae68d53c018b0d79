//! Searches and similarities on each device, against those of the core.
//!
//! Rows go around the tiles (1,024 and 512) and what the kernels fill up to (32 and 4).

use crossgrain_core::analysis::{
    Bandwidth, CpuGram, Kernel, LayerSums, Metric, Quotient, Search, knn, knn_of,
};
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::{Progress, Silent};
use crossgrain_engine::device::{DeviceChoice, DeviceKind};
use crossgrain_engine::error::EngineError;
use crossgrain_engine::pairwise::{Computed, Multiplier};
use std::ops::ControlFlow;

/// The GPU where this machine has one (real or software).
fn gpu() -> Option<Multiplier> {
    let (multiplier, rows) = (Multiplier::default(), rows(5, 3, 0));
    let search = Search::new(rows.view(), 1, Metric::Euclidean).expect("a search");
    match pollster::block_on(multiplier.search(DeviceChoice::WebGpu, search, &mut Silent)) {
        Ok((_, computed)) => {
            assert_eq!(computed.device, DeviceKind::WebGpu);
            println!("{}", computed.reason);
            Some(multiplier)
        }
        Err(error @ EngineError::NoDevice(_)) => {
            println!("no GPU is tested here: {error}");
            None
        }
        Err(error) => panic!("{error}"),
    }
}

/// Random rows; a third of them are nearly the same.
fn rows(count: usize, cols: usize, seed: usize) -> Matrix {
    let noise =
        |i: usize| ((i + seed * 7919).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) as f32 / 16_777_216.0 - 0.5;
    let mut data: Vec<f32> = (0..count * cols).map(noise).collect();
    for i in 0..count / 3 * cols {
        data[i] = data[i % cols] + 1e-3 * data[i];
    }
    Matrix::new(data, count, cols).expect("a matrix")
}

#[test]
fn neighbours_are_the_same_to_the_bit() {
    fn t(multiplier: &Multiplier, [queries, count, cols]: [usize; 3], k: usize) {
        let (table, asked) = (rows(count, cols, 1), rows(queries, cols, 2));
        for metric in [Metric::Euclidean, Metric::Cosine] {
            let run = |search: Search| {
                let found = pollster::block_on(multiplier.search(DeviceChoice::WebGpu, search, &mut Silent));
                found.expect("a search").0
            };
            let what = format!("{queries} and {count} x {cols}, {metric:?}");
            if k < count {
                let expected = knn(table.view(), k, metric, &mut Silent).expect("neighbours");
                let found = run(Search::new(table.view(), k, metric).expect("a search"));
                assert!(found == expected, "{what}");
            }
            let expected = knn_of(asked.view(), table.view(), k, metric, &mut Silent).expect("neighbours");
            let found = run(Search::queries(asked.view(), table.view(), k, metric).expect("a search"));
            assert!(found == expected, "queries: {what}");
        }
    }
    let Some(gpu) = gpu() else { return };
    t(&gpu, [1, 1, 4], 1);
    t(&gpu, [1, 2, 1], 1);
    t(&gpu, [33, 31, 5], 4);
    t(&gpu, [257, 255, 33], 15);
    t(&gpu, [3, 1023, 6], 5);
    t(&gpu, [1024, 1024, 7], 5);
    t(&gpu, [1025, 1025, 63], 15);
    t(&gpu, [40, 2100, 130], 10);
}

#[test]
fn similarities_agree() {
    fn t(multiplier: &Multiplier, count: usize, cols: [usize; 3], kernel: Kernel) {
        let tables = [rows(count, cols[0], 3), rows(count, cols[1], 4), rows(count, cols[2], 5)];
        let views: Vec<View> = tables.iter().map(Matrix::view).collect();
        for (xs, ys) in [(&views[..], None), (&views[..1], Some(&views[1..]))] {
            let (mut sums, mut expected) = (LayerSums::new(kernel), LayerSums::new(kernel));
            for (start, end) in [(0, count / 2), (count / 2, count)] {
                let xs: Vec<View> = xs.iter().map(|view| view.part(start, end)).collect();
                let ys: Option<Vec<View>> =
                    ys.map(|ys| ys.iter().map(|view| view.part(start, end)).collect());
                expected.add(&xs, ys.as_deref(), &mut CpuGram::default(), &mut Silent).expect("sums");
                let batch = sums.begin(&xs, ys.as_deref()).expect("a batch");
                let found = pollster::block_on(multiplier.layers(DeviceChoice::WebGpu, batch, &mut Silent));
                let (batch, computed) = found.expect("sums");
                assert_eq!(computed.device, DeviceKind::WebGpu);
                sums.end(&batch);
            }
            let (found, expected) = (sums.finish(Quotient::Plain), expected.finish(Quotient::Plain));
            assert_eq!((found.rows(), found.cols()), (expected.rows(), expected.cols()));
            for (found, expected) in found.cells().iter().zip(expected.cells()) {
                for (a, b) in [(found.debiased, expected.debiased), (found.biased, expected.biased)] {
                    let (a, b) = (a.number().expect("a number"), b.number().expect("a number"));
                    assert!((a - b).abs() < 1e-6, "{count} x {cols:?}, {kernel:?}: {a} {b}");
                }
            }
        }
    }
    let Some(gpu) = gpu() else { return };
    t(&gpu, 8, [1, 2, 3], Kernel::Linear);
    t(&gpu, 66, [33, 5, 64], Kernel::Rbf(Bandwidth::Median(1.0)));
    t(&gpu, 1022, [7, 31, 16], Kernel::Linear);
    t(&gpu, 1024, [7, 31, 16], Kernel::Linear);
    t(&gpu, 1026, [130, 31, 1], Kernel::Rbf(Bandwidth::Median(0.5)));
}

/// Cancels at the second report.
struct Stops(usize);

impl Progress for Stops {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self.0 += 1;
        assert!(done <= total);
        if self.0 < 2 { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

#[test]
fn a_watcher_cancels_after_a_tile() {
    let table = rows(2100, 4, 6);
    let choices =
        [Some((DeviceChoice::Cpu, Multiplier::default())), gpu().map(|gpu| (DeviceChoice::WebGpu, gpu))];
    for (choice, multiplier) in choices.into_iter().flatten() {
        let mut stops = Stops(0);
        let search = Search::new(table.view(), 3, Metric::Euclidean).expect("a search");
        let found = pollster::block_on(multiplier.search(choice, search, &mut stops));
        assert!(matches!(found, Err(EngineError::Cancelled)));
        assert_eq!(stops.0, 2);
        let mut stops = Stops(0);
        let batch = LayerSums::new(Kernel::Linear).begin(&[table.view()], None).expect("a batch");
        let found = pollster::block_on(multiplier.layers(choice, batch, &mut stops));
        assert!(matches!(found, Err(EngineError::Cancelled)));
        assert_eq!(stops.0, 2);
    }
}

#[test]
fn little_work_stays_on_the_cpu_and_says_so() {
    fn t(choice: DeviceChoice, word: &str) {
        let table = rows(100, 4, 7);
        let search = Search::new(table.view(), 3, Metric::Euclidean).expect("a search");
        let multiplier = Multiplier::default();
        let found = pollster::block_on(multiplier.search(choice, search, &mut Silent));
        let (found, Computed { device, reason }) = found.expect("no error");
        assert_eq!(found, knn(table.view(), 3, Metric::Euclidean, &mut Silent).expect("neighbours"));
        assert_eq!(device, DeviceKind::Cpu);
        assert!(reason.contains(word), "{reason}");
    }
    t(DeviceChoice::Auto, "so little");
    t(DeviceChoice::Cpu, "without");
}
