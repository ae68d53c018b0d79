//! Rows in blocks that have nothing to do with one another: permutation tests of CKA and purity that exchange whole blocks reject
//! at their level; those that exchange rows find what is not there.

#![expect(clippy::unwrap_used, reason = "a panic in a test is the failure report")]

use crossgrain_core::analysis::evaluation::units::Units;
use crossgrain_core::analysis::{
    CkaTestOptions, Kernel, Metric, cka_test_with, knn, purity, purity_of_units,
};
use crossgrain_core::matrix::Matrix;
use crossgrain_core::progress::Silent;

const BLOCKS: usize = 20;
const ROWS: usize = 5;
const SETS: u64 = 300;
const SHUFFLES: usize = 99;

/// A small generator: sums of uniform numbers are near enough to normal ones.
struct Numbers(u64);

impl Numbers {
    fn uniform(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1_u64 << 24) as f32
    }

    fn normal(&mut self) -> f32 {
        (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
    }

    /// Near-copies: what the rows of a block share is most of them.
    fn blocks(&mut self) -> Matrix {
        let cols = 6;
        let mut data = Vec::new();
        for _ in 0..BLOCKS {
            let shared: Vec<f32> = (0..cols).map(|_| self.normal()).collect();
            for _ in 0..ROWS {
                data.extend(shared.iter().map(|x| x + 0.3 * self.normal()));
            }
        }
        Matrix::new(data, BLOCKS * ROWS, cols).unwrap()
    }
}

/// The shares of data sets in which a test at 5 % rejects: of blocks, and of rows.
fn sizes(p: impl Fn(&mut Numbers, &Units) -> [f64; 2]) -> [f64; 2] {
    let codes: Vec<u32> = (0..BLOCKS as u32).flat_map(|block| [block; ROWS]).collect();
    let units = Units::of_codes(&codes);
    let mut rejected = [0.0; 2];
    for set in 1..=SETS {
        for (count, p) in rejected.iter_mut().zip(p(&mut Numbers(set * 7919), &units)) {
            *count += f64::from(u8::from(p <= 0.05 + 1e-9));
        }
    }
    rejected.map(|count| count / SETS as f64)
}

fn keeps_its_level(name: &str, [blocks, rows]: [f64; 2]) {
    println!("{name}: blocks {blocks:.3}, rows {rows:.3}");
    // Three data sets of 300 in a thousand lie further out.
    assert!((0.015..=0.09).contains(&blocks), "{name}: {blocks}");
    assert!(rows > 0.3, "{name}: {rows}");
}

#[test]
fn cka_of_independent_blocks() {
    keeps_its_level(
        "cka",
        sizes(|numbers, units| {
            let (x, y) = (numbers.blocks(), numbers.blocks());
            [Some(units.clone()), None].map(|units| {
                let options =
                    CkaTestOptions { shuffles: SHUFFLES, draws: 0, seed: 5, batch: 0, units: units.as_ref() };
                cka_test_with(x.view(), y.view(), Kernel::Linear, options, &mut Silent)
                    .unwrap()
                    .p_value
                    .unwrap()
            })
        }),
    );
}

#[test]
fn purity_of_labels_that_blocks_share() {
    keeps_its_level(
        "purity",
        sizes(|numbers, units| {
            let table = numbers.blocks();
            let labels: Vec<u32> =
                (0..BLOCKS).flat_map(|_| [u32::from(numbers.uniform() < 0.5); ROWS]).collect();
            let found = knn(table.view(), 7, Metric::Euclidean, &mut Silent).unwrap();
            [
                purity_of_units(&found, &labels, units, (SHUFFLES, 5), &mut Silent).unwrap().p_value,
                purity(&found, &labels, SHUFFLES, 5, &mut Silent).unwrap().p_value,
            ]
        }),
    );
}
