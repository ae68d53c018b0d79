//! Our analyses beside NumPy and scikit-learn: both sides in turn, in one run, on the same numbers.
//!
//! ```text
//! cargo bench -p crossgrain-core --bench analysis [-- ROUNDS]
//! ```
//!
//! `PYTHON` names a Python with numpy and scikit-learn (python3 by default); without them the bench
//! says so and ends. The Python side stays one process, so that it pays for its imports once.
//! Printed are ratios theirs / ours: above 1, ours is faster.

#![expect(clippy::unwrap_used, reason = "a panic in a bench is the failure report")]

use crossgrain_core::analysis::evaluation::folds;
use crossgrain_core::analysis::probe::{CrossValidation, MlpOptions, ProbeModel, Target, Trainer};
use crossgrain_core::analysis::{Kernel, cka_layers};
use crossgrain_core::export::npy;
use crossgrain_core::matrix::{Matrix, View};
use crossgrain_core::progress::Silent;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

/// Passes over the training rows, the same on both sides.
const EPOCHS: usize = 3;
const SEEDS: u64 = 10;

fn main() {
    let rounds = std::env::args().filter_map(|word| word.parse().ok()).next().unwrap_or(5);
    let folder = Folder(std::env::temp_dir().join(format!("crossgrain-bench-{}", std::process::id())));
    std::fs::create_dir_all(&folder.0).unwrap();
    let layers: Vec<Matrix> = (0..33).map(|layer| layer_of(layer, 2000, 256)).collect();
    let wide = layer_of(99, 2000, 1280);
    for (i, layer) in layers.iter().enumerate() {
        write(&folder.0, &format!("layer{i}"), layer.view());
    }
    write(&folder.0, "wide", wide.view());
    let Some(mut theirs) = Theirs::start(&folder.0) else { return };
    let labels: Vec<u32> =
        wide.view().iter_rows().map(|row| u32::from(row.iter().take(40).sum::<f32>() > 0.0)).collect();
    let views: Vec<View> = layers.iter().map(Matrix::view).collect();

    let ours = || drop(cka_layers(&views, None, Kernel::Linear, &mut Silent).unwrap());
    race("CKA, 33 x 33 layers of 2,000 x 256", rounds, &ours, &["cka_gram", "cka_features"], &mut theirs);
    let ours = || {
        let run = |seed| CrossValidation { folds: folds::stratified(&labels, 5, seed).unwrap(), seed };
        let options =
            MlpOptions { max_iter: EPOCHS, validation_fraction: 0.0, ..MlpOptions::product_class() };
        let target = Target::Classes { labels: labels.clone(), classes: 2 };
        let runs = (0..SEEDS).map(run).collect();
        let job = Trainer::new(wide.view(), target, &ProbeModel::Mlp(options), runs, 0).unwrap();
        drop(job.run(&mut Silent).unwrap());
    };
    race("perceptron (512, 256) on 2,000 x 1,280, 10 seeds x 5 folds", rounds, &ours, &["mlp"], &mut theirs);
}

/// Times both sides in turn and prints the ratios' median, smallest and largest.
fn race(name: &str, rounds: usize, ours: &dyn Fn(), jobs: &[&str], theirs: &mut Theirs) {
    println!("{name}");
    let mut ratios = vec![Vec::new(); jobs.len()];
    let mut times = vec![Vec::new(); jobs.len() + 1];
    for round in 0..=rounds {
        let started = Instant::now();
        ours();
        let own = started.elapsed().as_secs_f64();
        for (i, job) in jobs.iter().enumerate() {
            let other = theirs.seconds(job);
            // The first round warms up.
            if round > 0 {
                ratios[i].push(other / own);
                times[i + 1].push(other);
            }
        }
        if round > 0 {
            times[0].push(own);
        }
    }
    for (i, job) in jobs.iter().enumerate() {
        let [low, middle, high] = spread(&mut ratios[i]);
        let [_, own, _] = spread(&mut times[0]);
        let [_, other, _] = spread(&mut times[i + 1]);
        println!(
            "  {job}: theirs / ours {middle:.2} ({low:.2} to {high:.2}), {rounds} rounds; ours {own:.2} s, theirs {other:.2} s"
        );
    }
}

fn spread(values: &mut [f64]) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values[0], values[values.len() / 2], values[values.len() - 1]]
}

/// Rows with some structure in common between layers, and noise.
#[expect(clippy::cast_precision_loss, reason = "made-up numbers")]
fn layer_of(layer: usize, rows: usize, cols: usize) -> Matrix {
    let noise = |i: usize| {
        let mut x = (i as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (layer as u64) << 40;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((x >> 40) as f32) / 8_388_608.0 - 1.0
    };
    let shared = |row: usize, col: usize| ((row * 37 + col * 11) % 101) as f32 / 50.0 - 1.0;
    let data = (0..rows * cols).map(|i| noise(i) + 0.3 * shared(i / cols, i % cols)).collect();
    Matrix::new(data, rows, cols).unwrap()
}

fn write(folder: &Path, name: &str, view: View) {
    std::fs::write(folder.join(format!("{name}.npy")), npy(view).unwrap()).unwrap();
}

/// A folder that is removed at the end.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The Python side: a job's name in, its seconds out.
struct Theirs {
    process: Child,
    jobs: ChildStdin,
    seconds: BufReader<ChildStdout>,
}

impl Theirs {
    fn start(folder: &Path) -> Option<Self> {
        let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".into());
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/reference.py");
        let mut process = Command::new(python)
            .args([script, &folder.display().to_string(), &EPOCHS.to_string(), &SEEDS.to_string()])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let (jobs, output) = (process.stdin.take()?, process.stdout.take()?);
        let mut theirs = Self { process, jobs, seconds: BufReader::new(output) };
        let first = theirs.line();
        if first.is_empty() {
            println!("left out: no Python with numpy and scikit-learn (set PYTHON)");
            return None;
        }
        println!("{first}");
        Some(theirs)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.seconds.read_line(&mut line).unwrap();
        line.trim().to_owned()
    }

    fn seconds(&mut self, job: &str) -> f64 {
        writeln!(self.jobs, "{job}").unwrap();
        self.line().parse().unwrap()
    }
}

impl Drop for Theirs {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
