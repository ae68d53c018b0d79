//! Fidelity of quantized weights, on the trained demonstration model and real proteins.

use crate::support::{devices, load_as, path};
use crossgrain_core::progress::Silent;
use crossgrain_core::seq::{ReadOptions, read_fasta};
use crossgrain_engine::device::OpenDevice;
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;

/// Least cosines to f32 that a precision may have: of mean vectors, and of single residues.
fn least(precision: Precision) -> (f64, f64) {
    match precision {
        Precision::F32 | Precision::F16 => (0.999_999, 0.999_99),
        Precision::Int8 => (0.9995, 0.999),
        Precision::Int4 => (0.99, 0.9),
    }
}

fn run(opened: &OpenDevice, precision: Precision, letters: &[String], pool: Pool) -> Embedded {
    let checkpoint = load_as("models/esm2-demo", opened, precision);
    let items: Vec<Item> = letters.iter().map(|letters| Item { id: "x", letters }).collect();
    let options = Options { pool, ..Options::default() };
    pollster::block_on(checkpoint.embed(&items, &options, &mut Silent)).expect("embed")
}

/// The least and the mean cosine of rows `[n, d]`.
fn cosines(a: &[f32], b: &[f32], d: usize) -> (f64, f64) {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    let cosine = |(a, b): (&[f32], &[f32])| dot(a, b) / (dot(a, a) * dot(b, b)).sqrt();
    let all: Vec<f64> = a.chunks_exact(d).zip(b.chunks_exact(d)).map(cosine).collect();
    (all.iter().copied().fold(1.0, f64::min), all.iter().sum::<f64>() / all.len() as f64)
}

#[test]
fn coarser_weights_stay_close() {
    let bytes = std::fs::read(path("www/public/examples/venom-families.fasta")).expect("example proteins");
    let parsed = read_fasta(&bytes, ReadOptions::default()).expect("FASTA");
    let letters: Vec<String> = parsed.records.into_iter().take(24).map(|record| record.letters).collect();
    for opened in devices() {
        let exact = [Pool::Mean, Pool::Residues].map(|pool| run(&opened, Precision::F32, &letters, pool));
        let d = exact[0].width;
        for precision in [Precision::F16, Precision::Int8, Precision::Int4] {
            let [pooled, single] =
                [(Pool::Mean, &exact[0]), (Pool::Residues, &exact[1])].map(|(pool, exact)| {
                    cosines(&run(&opened, precision, &letters, pool).states[0], &exact.states[0], d)
                });
            println!(
                "{precision} on {}: cosine to f32 of mean vectors {:.6} (least {:.6}), of residues {:.6} (least {:.6})",
                opened.name, pooled.1, pooled.0, single.1, single.0
            );
            let (least_pooled, least_single) = least(precision);
            assert!(pooled.0 >= least_pooled && single.1 >= least_single, "{precision} on {}", opened.name);
        }
    }
}
