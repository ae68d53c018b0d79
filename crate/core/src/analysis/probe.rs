//! Probes: how much of a label can a small model read from an embedding?
//!
//! A job is one table of features, one target, one model and any number of runs, each with its
//! folds and its seed. Every fold of every run is a lane; [`Trainer::step`] moves the lanes on
//! together, by one epoch, tree or solution each, so a job can be watched and stopped. The columns
//! are standardised by the training rows of each lane alone.
//!
//! | file | what it holds |
//! |---|---|
//! | `target` | classes, labels or numbers |
//! | `column` | a column of words → a target |
//! | `features` | tables side by side; scaling by training rows |
//! | `ridge`, `logistic`, `mlp`, `forest` | the models |
//! | `lane` | one model on one fold |
//! | `outcome` | scores pooled and per fold, beside the baselines |
//! | `residues` | rows of tokens → rows of residues |
//! | `residue_column` | a column of strings, a letter per residue → classes of residues |
//! | `places` | one head for each place inside a token |

mod column;
mod error;
mod features;
mod forest;
mod lane;
mod logistic;
mod mlp;
mod outcome;
mod places;
mod residue_column;
mod residues;
mod ridge;
mod target;

use super::folds::Folds;
use super::metrics::Predictions;
use crate::matrix::{Matrix, View};
use crate::random::Random;
use lane::Lane;

pub use column::{Column, NUMBERS_FROM, Task, read_column};
pub use error::ProbeError;
pub use features::{append, join};
pub use mlp::MlpOptions;
pub use outcome::{Kind, Outcome, RunOutcome, compare};
pub use places::{Place, by_place, probe_residues, together};
pub use residue_column::{Division, ResidueColumn, read_residues};
pub use residues::{Residue, gather, residues_of_tokens};
pub use target::Target;

/// Memory for perceptrons in training. Lanes beyond it wait for their turn.
const LANES_BYTES: usize = 384 << 20;
/// Ridges and logistic regressions per step, so that a step stays short.
const LANES_AT_ONCE: usize = 8;

/// The model of a probe.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Least squares with a penalty of alpha · |w|²; for numbers.
    Ridge {
        /// Strength of the penalty.
        alpha: f64,
    },
    /// Logistic regression with a penalty of |w|² / (2 · c): softmax for classes (one logistic
    /// output for two), one independent output per label.
    Logistic {
        /// Inverse strength of the penalty.
        c: f64,
    },
    /// The perceptron of the papers; for labels, one per label.
    Mlp(MlpOptions),
    /// A random forest; for labels, one per label.
    Forest {
        /// How many trees; 100 as published.
        trees: usize,
    },
}

/// One cross-validation: its folds and its seed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which rows are tested together.
    pub folds: Folds,
    /// Seed of the model's start, batches and validation rows.
    pub seed: u64,
}

/// A job in progress.
pub struct Trainer {
    features: Matrix,
    target: Target,
    model: Model,
    runs: Vec<Run>,
    /// The truth with its rows shuffled, one for each of the first runs.
    shuffled: Vec<Target>,
    lanes: Vec<Lane>,
    lanes_done: usize,
    /// Lanes that are trained side by side.
    at_once: usize,
}

impl Trainer {
    /// Makes the lanes of a job. The first `shuffles` runs are repeated with shuffled labels.
    ///
    /// # Shape
    ///
    /// Features `[n, d]`; target and folds of n rows.
    ///
    /// # Errors
    ///
    /// `probe.rows`, `probe.nothing`, `probe.not_finite`, `probe.setting`, `probe.one_class` (also
    /// if the training rows of one fold have one class only), `probe.label`.
    pub fn new(
        features: View,
        target: Target,
        model: &Model,
        runs: Vec<Run>,
        shuffles: usize,
    ) -> Result<Self, ProbeError> {
        let rows = target.rows();
        target.check()?;
        check_model(model, &target)?;
        if runs.is_empty() || features.cols() == 0 {
            return Err(ProbeError::Nothing { what: if runs.is_empty() { "run" } else { "column" } });
        }
        let lengths = runs.iter().map(|run| run.folds.of().len()).chain([features.rows()]);
        if let Some(found) = lengths.into_iter().find(|&found| found != rows) {
            return Err(ProbeError::Rows { expected: rows, found });
        }
        let features = join(&[features])?;
        let (mut shuffled, mut lanes) = (Vec::new(), Vec::new());
        for (r, run) in runs.iter().enumerate() {
            for fold in 0..run.folds.count() {
                lanes.extend(Lane::of_fold(&target, model, run, (r, fold), false)?);
            }
        }
        for (r, run) in runs.iter().enumerate().take(shuffles) {
            let wrong = target.reordered(&shuffled_order(rows, run.seed));
            for fold in 0..run.folds.count() {
                // By bad luck a fold may lack a class now: it then predicts what it knows.
                lanes.extend(Lane::of_fold(&wrong, model, run, (r, fold), true)?);
            }
            shuffled.push(wrong);
        }
        let at_once = match model {
            Model::Mlp(options) => LANES_BYTES / options.bytes(features.cols(), target.cols()).max(1),
            // Their solutions need the rows of a fold in f64, and leave nothing behind.
            _ => LANES_AT_ONCE,
        };
        let (model, at_once) = (model.clone(), at_once.clamp(1, 1024));
        Ok(Self { features, target, model, runs, shuffled, lanes, lanes_done: 0, at_once })
    }

    /// Moves the unfinished lanes (as many as memory allows) on by one epoch, tree or solution; true
    /// once all are done.
    ///
    /// # Errors
    ///
    /// `probe.singular`.
    pub fn step(&mut self) -> Result<bool, ProbeError> {
        let (features, target, shuffled) = (self.features.view(), &self.target, &self.shuffled);
        let (runs, model) = (&self.runs, &self.model);
        let advance = |lane: &mut Lane| {
            let truth = if lane.shuffled { shuffled.get(lane.run).unwrap_or(target) } else { target };
            runs.get(lane.run).map_or(Ok(()), |run| lane.advance(features, truth, model, run))
        };
        let waiting = self.lanes.iter_mut().filter(|lane| !lane.done()).take(self.at_once);
        let mut waiting: Vec<&mut Lane> = waiting.collect();
        in_parallel(&mut waiting, &advance)?;
        self.lanes_done = self.lanes.iter().filter(|lane| lane.done()).count();
        Ok(self.lanes_done == self.lanes.len())
    }

    /// Lanes that are finished, and lanes in all.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        (self.lanes_done, self.lanes.len())
    }

    /// Steps until all is done; `tick` sees the progress and stops by saying false.
    ///
    /// # Errors
    ///
    /// `probe.cancelled`, `probe.singular`.
    pub fn run(mut self, tick: &mut dyn FnMut(usize, usize) -> bool) -> Result<Outcome, ProbeError> {
        while !self.step()? {
            let (done, total) = self.progress();
            if !tick(done, total) {
                return Err(ProbeError::Cancelled);
            }
        }
        self.finish()
    }

    /// Scores the predictions of every run, beside the shuffled labels and the majority.
    ///
    /// # Errors
    ///
    /// `probe.not_finite` if a model went astray.
    pub fn finish(&self) -> Result<Outcome, ProbeError> {
        let cols = self.target.cols();
        let blank = || Predictions { data: vec![0.0; self.target.rows() * cols], cols };
        let (mut real, mut wrong) = (vec![blank(); self.runs.len()], vec![blank(); self.shuffled.len()]);
        for lane in &self.lanes {
            let into = if lane.shuffled { wrong.get_mut(lane.run) } else { real.get_mut(lane.run) };
            if let Some(into) = into {
                lane.write(into);
            }
        }
        outcome::score(&self.target, &self.runs, real, wrong, &self.shuffled)
    }
}

/// The order in which the truth of so many rows is shuffled in the run of a seed.
fn shuffled_order(rows: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Random::new(seed ^ 0x5EED).shuffle(&mut order);
    order
}

fn check_model(model: &Model, target: &Target) -> Result<(), ProbeError> {
    let positive = |number: f64| number.is_finite() && number > 0.0;
    let numbers = matches!(target, Target::Numbers(_));
    let what = match model {
        Model::Ridge { .. } if !numbers => "a ridge needs numbers as labels",
        Model::Logistic { .. } if numbers => "a logistic regression needs classes as labels",
        Model::Ridge { alpha } if !(alpha.is_finite() && *alpha >= 0.0) => "alpha must be 0 or more",
        Model::Logistic { c } if !positive(*c) => "c must be above 0",
        Model::Mlp(options) => return options.check(),
        Model::Forest { trees: 0 } => "a forest needs a tree",
        _ => return Ok(()),
    };
    Err(ProbeError::Setting { what })
}

/// Lanes do not share anything, so natively each processor takes its part of them.
#[cfg(not(target_family = "wasm"))]
fn in_parallel(
    lanes: &mut [&mut Lane],
    advance: &(impl Fn(&mut Lane) -> Result<(), ProbeError> + Sync),
) -> Result<(), ProbeError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = lanes.len().div_ceil(threads).max(1);
    let results: Vec<Result<(), ProbeError>> = std::thread::scope(|scope| {
        let work = |lanes: &mut [&mut Lane]| lanes.iter_mut().try_for_each(|lane| advance(lane));
        let running: Vec<_> = lanes.chunks_mut(part).map(|part| scope.spawn(move || work(part))).collect();
        running.into_iter().map(|thread| thread.join().unwrap_or(Err(ProbeError::Cancelled))).collect()
    });
    results.into_iter().collect()
}

/// A page's worker is one thread.
#[cfg(target_family = "wasm")]
fn in_parallel(
    lanes: &mut [&mut Lane],
    advance: &(impl Fn(&mut Lane) -> Result<(), ProbeError> + Sync),
) -> Result<(), ProbeError> {
    lanes.iter_mut().try_for_each(|lane| advance(lane))
}
