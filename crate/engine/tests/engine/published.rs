//! Published checkpoints against stored vectors of their own code.
//!
//! `CROSSGRAIN_WEIGHTS` names a folder with the hub's folders in it, `<name>/config.json` and so on
//! (or `<owner>/<name>/…`). The tests are ignored otherwise: the weights are large, and those of the
//! Nucleotide Transformer may not be passed on. The vectors were computed with the models' official
//! code (PyTorch 2.0.1, CPU, f32, one thread).

use crate::support::{devices, files};
use crossgrain_core::progress::Silent;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::embed::{Item, Options};
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use std::path::PathBuf;

/// Accepted difference: the reference itself moves by 3e-5 per token with its batch.
const TOLERANCE: f32 = 2e-4;

/// What is known of the mean vector over all tokens of one sequence.
struct Known<'a> {
    tokens: usize,
    first: [f32; 16],
    last: Option<[f32; 4]>,
    norm: f32,
    sum: f32,
    largest: (f32, usize),
    smallest: (f32, usize),
    /// The first numbers of the state of the first token.
    cls: &'a [f32],
}

/// The folder of a published checkpoint.
fn folder(owner: &str, name: &str) -> PathBuf {
    let root = PathBuf::from(std::env::var_os("CROSSGRAIN_WEIGHTS").expect("CROSSGRAIN_WEIGHTS"));
    let places = [root.join(owner).join(name), root.join(name)];
    places.into_iter().find(|place| place.join("config.json").exists()).expect("the folder of the checkpoint")
}

fn agrees(owner: &str, name: &str, letters: &str, known: &Known) {
    let folder = folder(owner, name);
    for opened in devices() {
        let checkpoint =
            Checkpoint::open(&files(&folder), &opened, Precision::F32, &mut Silent).expect("checkpoint");
        let items = [Item { id: name, letters }];
        let run = |pool| {
            let options = Options { pool, ..Options::default() };
            let rows = pollster::block_on(checkpoint.embed(&items, &options, &mut Silent));
            rows.expect("embed")
        };
        let embedded = run(Pool::MeanTokens);
        assert_eq!((embedded.residues[0] + embedded.specials[0]) as usize, known.tokens, "{name}: tokens");
        let row = &embedded.states[0];
        let mut worst = 0.0_f32;
        let mut compare = |what: String, ours: f32, theirs: f32, most: f32| {
            worst = worst.max((ours - theirs).abs());
            assert!(
                (ours - theirs).abs() <= most,
                "{name} on {}: {what} is {ours}, not {theirs}",
                opened.name
            );
        };
        for (i, theirs) in known.first.iter().enumerate() {
            compare(format!("number {i}"), row[i], *theirs, TOLERANCE);
        }
        for (i, theirs) in known.last.iter().flatten().enumerate() {
            compare(format!("number {i} of the last four"), row[row.len() - 4 + i], *theirs, TOLERANCE);
        }
        for (what, (theirs, at)) in [("largest", known.largest), ("smallest", known.smallest)] {
            compare(format!("the {what} number"), row[at], theirs, TOLERANCE);
        }
        let cls = run(Pool::Cls);
        for (i, theirs) in known.cls.iter().enumerate() {
            compare(format!("number {i} of the first token"), cls.states[0][i], *theirs, TOLERANCE);
        }
        println!("{name} on {}: largest difference {worst:.2e}", opened.name);
        // Of some thousand numbers: their differences add up.
        let norm = row.iter().map(|v| f64::from(*v).powi(2)).sum::<f64>().sqrt() as f32;
        let sum = row.iter().map(|v| f64::from(*v)).sum::<f64>() as f32;
        assert!((norm - known.norm).abs() <= 1e-3 && (sum - known.sum).abs() <= 2e-2, "{name}: {norm} {sum}");
    }
}

#[test]
#[ignore = "needs published weights: set CROSSGRAIN_WEIGHTS=<folder>, run with -- --ignored published"]
#[rustfmt::skip]
fn nucleotide_transformer_v2_50m() {
    agrees("InstaDeepAI", "nucleotide-transformer-v2-50m-multi-species", "ATTCCGATTCCGATTCCG", &Known {
        tokens: 4,
        first: [0.048_345_22, 0.201_884_36, 0.205_003_89, 0.038_035_42, 0.283_596_04, -0.115_143_19,
            -0.054_683_38, 0.147_107_33, -0.084_174_83, -0.087_984_65, -0.046_107_46, -0.368_755_34,
            0.192_104_76, -0.302_779_1, -0.454_893_2, -0.001_578_79],
        last: Some([0.109_556_42, -0.105_578_09, 0.536_294_1, -0.447_452_75]),
        norm: 13.591_103, sum: -2.039_782, largest: (2.308_706_5, 363), smallest: (-7.566_33, 141),
        cls: &[],
    });
}

#[test]
#[ignore = "needs published weights: set CROSSGRAIN_WEIGHTS=<folder>, run with -- --ignored published"]
#[rustfmt::skip]
fn nucleotide_transformer_v2_50m_of_3_mers() {
    agrees("InstaDeepAI", "nucleotide-transformer-v2-50m-3mer-multi-species", "ATTCCGATTCCGATTCCG", &Known {
        tokens: 7,
        first: [0.388_297_56, -0.349_149_23, 0.610_791_5, -0.068_473_77, 0.311_929_85, -0.054_489_11,
            -1.144_354_8, 0.101_070_5, -0.295_233_34, -0.129_105_23, -0.195_217_98, -0.491_954_06,
            0.239_651_07, 1.177_948, 1.286_560_8, 1.179_529_3],
        last: Some([-0.931_747_14, 1.158_714, -0.763_954_46, -0.217_328_52]),
        norm: 14.334_132, sum: -0.129_025, largest: (2.069_521_4, 254), smallest: (-2.120_833_9, 124),
        cls: &[],
    });
}

#[test]
#[ignore = "needs published weights: set CROSSGRAIN_WEIGHTS=<folder>, run with -- --ignored published"]
#[rustfmt::skip]
fn dnabert2_of_a_short_sequence() {
    agrees("zhihan1996", "DNABERT-2-117M", "ACGTNACGTNACGTN", &Known {
        tokens: 14,
        first: [-0.058_579_08, 0.044_087_42, 0.180_751_8, -0.140_868_92, -0.176_665_92, -0.052_046_63,
            -0.138_422_4, -0.099_969_07, 0.046_559_95, -0.060_469_96, -0.075_339_62, -0.004_762_82,
            -0.044_612_69, -0.194_437_83, -0.128_062_65, -0.004_937_43],
        last: None,
        norm: 4.720_855_8, sum: 1.475_787_2, largest: (0.403_832_53, 98), smallest: (-2.956_531_5, 357),
        cls: &[-0.090_997_64, 0.111_019_55, 0.203_472_67, -0.187_399, -0.061_794_09, -0.167_492_52,
            -0.281_692_3, -0.085_336_25],
    });
}

#[test]
#[ignore = "needs published weights: set CROSSGRAIN_WEIGHTS=<folder>, run with -- --ignored published"]
#[rustfmt::skip]
fn dnabert2_of_a_longer_sequence() {
    agrees("zhihan1996", "DNABERT-2-117M", "AAAACCCCGGGGTTTTACGTNACGTNNNNACGTTGCAACGTACGT", &Known {
        tokens: 22,
        first: [-0.158_318_74, 0.028_765_18, 0.173_381_25, -0.223_076_12, -0.223_933_74, 0.018_246_97,
            -0.028_578_17, -0.082_221_92, -0.003_548_49, 0.036_341_31, -0.115_510_32, 0.074_930_36,
            -0.014_376_66, -0.044_580_15, -0.067_528_3, 0.041_567_61],
        last: None,
        norm: 3.246_988_4, sum: 3.175_303_5, largest: (0.333_375_72, 602), smallest: (-0.691_536, 439),
        cls: &[-0.127_813_28, 0.316_395_88, 0.465_162, -0.210_656_1],
    });
}
