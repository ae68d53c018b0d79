//! `crossgrain bench`: how fast a device embeds with a checkpoint, as residues and operations per
//! second.
//!
//! Sequences come from a seed and are all different. Operations are those of the linear layers and
//! of attention, a multiply-add counted as two: `2 · w · t` for `w` weights and `t` tokens, and
//! `4 · L · d · Σ t²` over sequences. Embedding table and language-model head are not counted.

mod fidelity;

use crate::console::answer;
use crate::input;
use crate::paths;
use clap::Args;
use crossgrain_api::Refusal;
use crossgrain_core::amino_acids::AMINO_ACID_LETTERS;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::progress::Silent;
use crossgrain_core::seq::Record;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::device::{DeviceChoice, OpenDevice, open};
use crossgrain_engine::embed::{Embedded, Item, Options};
use crossgrain_engine::families::Architecture;
use crossgrain_engine::quant::Precision;
use fidelity::{Fidelity, compare};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Arguments of `crossgrain bench`.
#[derive(Args)]
pub struct Arguments {
    /// Checkpoint: a folder or a `.pt` file.
    #[arg(long, value_name = "DIR")]
    model: PathBuf,
    /// Device.
    #[arg(long, default_value = "auto")]
    device: DeviceChoice,
    /// Precision of the weights.
    #[arg(long, default_value = "f32")]
    weights: Precision,
    /// Lengths of the sequences, in letters.
    #[arg(long, value_delimiter = ',', default_value = "64,256,1000")]
    lengths: Vec<usize>,
    /// Sequences per run.
    #[arg(long, value_delimiter = ',', default_value = "1,8")]
    batches: Vec<usize>,
    /// Runs after a warm-up.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// Also compare with f32: errors, neighbours, cosines and masked predictions on the records of this
    /// FASTA file.
    #[arg(long, value_name = "FILE")]
    fidelity: Option<PathBuf>,
    /// Records to take from the file, evenly spaced.
    #[arg(long, default_value_t = 56)]
    records: usize,
    /// Print JSON instead of a table.
    #[arg(long)]
    json: bool,
}

/// Longest sequence and largest batch that are made up.
const LETTERS_MAX: usize = 100_000;
const BATCH_MAX: usize = 10_000;

/// What a case took.
struct Case {
    length: usize,
    batch: usize,
    residues: f64,
    operations: f64,
    seconds: Vec<f64>, // ascending
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Result<(), Refusal> {
    check(arguments)?;
    let opened = pollster::block_on(open(arguments.device))?;
    let start = Instant::now();
    let checkpoint = input::checkpoint(&paths::path(&arguments.model), &opened, Some(arguments.weights))?;
    let load_s = start.elapsed().as_secs_f64();
    let mut cases = Vec::new();
    for batch in &arguments.batches {
        for length in &arguments.lengths {
            cases.push(measure(&checkpoint, *length, *batch, arguments.rounds)?);
        }
    }
    let fidelity = match &arguments.fidelity {
        Some(path) => Some(compared(arguments, &paths::path(path), &opened, &checkpoint)?),
        None => None,
    };
    if arguments.json {
        let mut report = report(&opened, &checkpoint, load_s, &cases);
        report["weights"] = json!(arguments.weights.name());
        report["fidelity"] = fidelity.as_ref().map_or(Value::Null, Fidelity::json);
        return answer(&format!("{report:#}\n"));
    }
    let fidelity = fidelity.map(|fidelity| fidelity.text()).unwrap_or_default();
    answer(&format!("{}{fidelity}", table(&opened, &checkpoint, load_s, &cases)))
}

/// Compares with the same checkpoint in f32.
fn compared(
    arguments: &Arguments,
    path: &Path,
    opened: &OpenDevice,
    checkpoint: &Checkpoint,
) -> Result<Fidelity, Refusal> {
    let parsed = input::sequences(path, None, checkpoint.granularity().into())?;
    checkpoint.accept(parsed.kind)?;
    let reference = input::checkpoint(&paths::path(&arguments.model), opened, Some(Precision::F32))?;
    let step = parsed.records.len().div_ceil(arguments.records.max(1)).max(1);
    let records: Vec<Record> = parsed.records.into_iter().step_by(step).collect();
    compare(&reference, checkpoint, &records)
}

fn check(arguments: &Arguments) -> Result<(), Refusal> {
    let within = |list: &[usize], most: usize| list.iter().all(|n| (1..=most).contains(n));
    if !within(&arguments.lengths, LETTERS_MAX) || !within(&arguments.batches, BATCH_MAX) {
        let what = format!("lengths go from 1 to {LETTERS_MAX} and batches from 1 to {BATCH_MAX}");
        return Err(Refusal::new("bench.bad_size", what, "for instance --lengths 64,256 --batches 1,8"));
    }
    if arguments.rounds == 0 {
        let what = "there is nothing to measure in 0 rounds";
        return Err(Refusal::new("bench.no_rounds", what, "for instance --rounds 5"));
    }
    Ok(())
}

/// Embeds the same sequences once to warm up, then `rounds` times.
fn measure(checkpoint: &Checkpoint, length: usize, batch: usize, rounds: usize) -> Result<Case, Refusal> {
    let alphabet = match checkpoint.granularity() {
        Granularity::Protein => AMINO_ACID_LETTERS,
        Granularity::Nucleotide => "ACGT",
        Granularity::Domain => {
            let what = "this model reads domains, and none can be made up";
            return Err(Refusal::new("bench.no_letters", what, "measure a model of letters"));
        }
    };
    let sequences = sequences(alphabet.as_bytes(), length, batch);
    let items: Vec<Item> = sequences.iter().map(|letters| Item { id: "made up", letters }).collect();
    let once = || -> Result<Embedded, Refusal> {
        Ok(pollster::block_on(checkpoint.embed(&items, &Options::default(), &mut Silent))?)
    };
    let embedded = once()?;
    let mut seconds = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let start = Instant::now();
        once()?;
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    let residues = embedded.residues.iter().map(|n| f64::from(*n)).sum();
    let operations = operations(checkpoint, &embedded);
    Ok(Case { length, batch, residues, operations, seconds })
}

/// Letters from a linear congruential generator (Knuth's MMIX constants).
fn sequences(alphabet: &[u8], length: usize, batch: usize) -> Vec<String> {
    let mut state = 2 * (length as u64) + 1;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(alphabet[(state >> 33) as usize % alphabet.len()])
    };
    (0..batch).map(|_| (0..length).map(|_| letter()).collect()).collect()
}

/// Floating-point (or integer) operations of one run.
fn operations(checkpoint: &Checkpoint, embedded: &Embedded) -> f64 {
    let Architecture { layers, width, heads, vocabulary, window, has_logits, .. } = *checkpoint.config();
    let head = if has_logits { width * width } else { 0 };
    let weights = checkpoint.parameters().saturating_sub((vocabulary * width + head) as u64) as f64;
    let per_sequence = embedded.residues.iter().zip(&embedded.specials).zip(&embedded.windows);
    let counted = per_sequence.map(|((residues, specials), windows)| {
        let most = window.map_or(f64::INFINITY, |window| window as f64);
        let tokens = f64::from(*residues).min(most) + f64::from(*specials);
        let attention = if heads == 0 { 0.0 } else { 4.0 * (layers * width) as f64 * tokens * tokens };
        f64::from(*windows) * (2.0 * weights * tokens + attention)
    });
    counted.sum()
}

impl Case {
    fn median_s(&self) -> f64 {
        let middle = self.seconds.len() / 2;
        match self.seconds.len() % 2 {
            1 => self.seconds[middle],
            _ => f64::midpoint(self.seconds[middle - 1], self.seconds[middle]),
        }
    }

    fn json(&self) -> Value {
        json!({
            "length": self.length,
            "batch": self.batch,
            "residues": self.residues,
            "operations": self.operations,
            "seconds": self.seconds,
            "residuesPerSecond": self.residues / self.median_s(),
            "operationsPerSecond": self.operations / self.median_s(),
        })
    }
}

fn report(opened: &OpenDevice, checkpoint: &Checkpoint, load_s: f64, cases: &[Case]) -> Value {
    let config = checkpoint.config();
    json!({
        "tool": "crossgrain",
        "version": env!("CARGO_PKG_VERSION"),
        "device": {
            "kind": opened.kind.name(),
            "name": opened.name,
            "software": opened.software,
            "kernels": opened.kernels.map(|kernels| kernels.to_string()),
        },
        "model": {
            "family": config.family.id,
            "layers": config.layers,
            "width": config.width,
            "heads": config.heads,
            "parameters": checkpoint.parameters(),
        },
        "loadSeconds": load_s,
        "cases": cases.iter().map(Case::json).collect::<Vec<_>>(),
    })
}

fn table(opened: &OpenDevice, checkpoint: &Checkpoint, load_s: f64, cases: &[Case]) -> String {
    let config = checkpoint.config();
    let mut lines = vec![format!("device: {} ({})", opened.reason, opened.name)];
    if let Some(kernels) = opened.kernels {
        lines.push(format!("kernels: {kernels}"));
    }
    lines.push(format!(
        "model: {}, {} layers of width {}, {} parameters, loaded in {load_s:.2} s",
        config.family.id,
        config.layers,
        config.width,
        checkpoint.parameters()
    ));
    lines.push(format!(
        "{:>8} {:>6} {:>12} {:>12} {:>12} {:>10}",
        "length", "batch", "ms", "fastest ms", "residues/s", "Gop/s"
    ));
    for case in cases {
        lines.push(format!(
            "{:>8} {:>6} {:>12.2} {:>12.2} {:>12.0} {:>10.1}",
            case.length,
            case.batch,
            case.median_s() * 1e3,
            case.seconds.first().unwrap_or(&0.0) * 1e3,
            case.residues / case.median_s(),
            case.operations / case.median_s() / 1e9
        ));
    }
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        fn t(seconds: &[f64], expected: f64) {
            let case =
                Case { length: 1, batch: 1, residues: 1.0, operations: 1.0, seconds: seconds.to_vec() };
            assert!((case.median_s() - expected).abs() < 1e-12, "{seconds:?}");
        }
        t(&[1.0], 1.0);
        t(&[1.0, 2.0], 1.5);
        t(&[1.0, 2.0, 9.0], 2.0);
    }

    #[test]
    fn made_up_sequences_differ_and_repeat() {
        let made = sequences(b"ACGT", 40, 3);
        assert_eq!(made, sequences(b"ACGT", 40, 3));
        assert!(made.iter().all(|letters| letters.len() == 40));
        assert!(made[0] != made[1] && made[1] != made[2]);
    }
}
