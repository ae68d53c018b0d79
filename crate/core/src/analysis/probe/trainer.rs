//! All folds of a job, step by step.

use super::cross_validation::{CrossValidation, PlannedRun};
use super::curvature::Curvature;
use super::fold_job::FoldJob;
use super::outcome::{self, ProbeOutcome, RunKind};
use super::{ProbeError, ProbeModel, concat_columns};
use crate::analysis::evaluation::metrics::Predictions;
use crate::analysis::evaluation::{EvaluationError, Target};
use crate::matrix::{Matrix, View};
use crate::progress::{Progress, Stage, report};
use crate::random::Random;

/// Memory for perceptrons in training. Fold jobs beyond it wait.
const TRAINING_BYTES: usize = 384 << 20;
/// Ridges and logistic regressions per step, so that a step stays short.
const SOLUTIONS_PER_STEP: usize = 8;
/// Mixed into a run's seed for the order of its shuffled labels: without it, the shuffle would draw the same
/// numbers as the folds and the model of the same seed, and would not be independent of them.
const SHUFFLE_STREAM: u64 = 0x5EED;

/// A job in progress.
pub struct Trainer {
    features: Matrix,
    target: Target,
    model: ProbeModel,
    runs: Vec<PlannedRun>,
    /// What all folds of a logistic regression share.
    curvature: Option<Curvature>,
    jobs: Vec<FoldJob>,
    jobs_done: usize,
    /// Fold jobs that are trained side by side.
    at_once: usize,
}

impl Trainer {
    /// Prepares the fold jobs of runs on independent rows. The first `shuffles` runs are repeated with shuffled labels.
    ///
    /// # Shape
    ///
    /// Features `[n, d]`; target and folds of n rows.
    ///
    /// # Errors
    ///
    /// As [`Trainer::of_plan`].
    pub fn new(
        features: View,
        target: Target,
        model: &ProbeModel,
        runs: Vec<CrossValidation>,
        shuffles: usize,
    ) -> Result<Self, ProbeError> {
        let rows = target.rows();
        let shuffled = |run: &CrossValidation| PlannedRun {
            kind: RunKind::Shuffled,
            validation: run.clone(),
            truth: Some(target.reordered(&shuffled_order(rows, run.seed))),
        };
        let shuffled: Vec<PlannedRun> = runs.iter().take(shuffles).map(shuffled).collect();
        let plan = runs.into_iter().map(PlannedRun::probe).chain(shuffled).collect();
        Self::of_plan(features, target, model, plan)
    }

    /// Prepares the fold jobs of a plan.
    ///
    /// # Shape
    ///
    /// Features `[n, d]`; target and folds of n rows.
    ///
    /// # Errors
    ///
    /// `probe.rows`, `probe.nothing`, `probe.not_finite`, `probe.setting`, `probe.one_class` (also
    /// if the training rows of one fold of a probe have one class only), `probe.label`.
    pub fn of_plan(
        features: View,
        target: Target,
        model: &ProbeModel,
        runs: Vec<PlannedRun>,
    ) -> Result<Self, ProbeError> {
        let rows = target.rows();
        target.check()?;
        model.check(&target)?;
        if runs.is_empty() || features.cols() == 0 {
            let what = if runs.is_empty() { "run" } else { "column" };
            return Err(EvaluationError::Nothing { what }.into());
        }
        let lengths = runs.iter().map(|run| run.validation.folds.of().len()).chain([features.rows()]);
        if let Some(found) = lengths.into_iter().find(|&found| found != rows) {
            return Err(EvaluationError::Rows { expected: rows, found }.into());
        }
        let features = concat_columns(&[features])?;
        let mut jobs = Vec::new();
        for (r, run) in runs.iter().enumerate() {
            for fold in 0..run.validation.folds.count() {
                // A permutation or a half may leave a fold without a class: its model then predicts only the classes
                // that it has seen.
                let (truth, strict) = (run.truth.as_ref().unwrap_or(&target), run.kind == RunKind::Probe);
                jobs.extend(FoldJob::of_fold(truth, model, &run.validation, (r, fold), strict)?);
            }
        }
        let at_once = match model {
            ProbeModel::Mlp(options) => TRAINING_BYTES / options.bytes(features.cols(), target.cols()).max(1),
            // Their solutions need the rows of a fold in f64, and leave nothing behind.
            _ => SOLUTIONS_PER_STEP,
        };
        let (model, at_once) = (model.clone(), at_once.clamp(1, 1024));
        let curvature = match &model {
            ProbeModel::Logistic { c } => Curvature::of(features.view(), *c, jobs.len()),
            ProbeModel::LogisticCv => Curvature::of(features.view(), 1.0, jobs.len()),
            _ => None,
        };
        Ok(Self { features, target, model, runs, curvature, jobs, jobs_done: 0, at_once })
    }

    /// Advances the unfinished fold jobs (as many as memory allows) by one epoch, tree or solution; true
    /// once all are done.
    ///
    /// # Errors
    ///
    /// `probe.singular`.
    pub fn step(&mut self) -> Result<bool, ProbeError> {
        let (features, target) = (self.features.view(), &self.target);
        let (runs, model) = (&self.runs, (&self.model, self.curvature.as_ref()));
        let advance = |job: &mut FoldJob| {
            let Some(run) = runs.get(job.run) else { return Ok(()) };
            job.advance(features, run.truth.as_ref().unwrap_or(target), model, &run.validation)
        };
        let begun = self.jobs.iter().position(|job| !job.done()).unwrap_or(self.jobs.len());
        let waiting = self.jobs.iter_mut().skip(begun).filter(|job| !job.done()).take(self.at_once);
        let mut waiting: Vec<&mut FoldJob> = waiting.collect();
        in_parallel(&mut waiting, &advance)?;
        self.jobs_done += waiting.iter().filter(|job| job.done()).count();
        Ok(self.jobs_done == self.jobs.len())
    }

    /// Fold jobs that are finished.
    #[must_use]
    pub fn done(&self) -> usize {
        self.jobs_done
    }

    /// Fold jobs in all.
    #[must_use]
    pub fn total(&self) -> usize {
        self.jobs.len()
    }

    /// Steps until all fold jobs are done, and scores them. Every step is reported.
    ///
    /// # Errors
    ///
    /// `probe.cancelled`, `probe.singular`, `probe.not_finite`.
    pub fn run(mut self, progress: &mut dyn Progress) -> Result<ProbeOutcome, ProbeError> {
        progress.begin(Stage::Training);
        while !self.step()? {
            report(progress, self.done(), self.total())?;
        }
        Ok(self.finish()?)
    }

    /// Scores the predictions of every run, beside the shuffled labels and the majority.
    ///
    /// # Errors
    ///
    /// `probe.not_finite` if a model diverged.
    pub fn finish(&self) -> Result<ProbeOutcome, EvaluationError> {
        let cols = self.target.cols();
        let blank = || Predictions { data: vec![0.0; self.target.rows() * cols], cols };
        let mut predictions = vec![blank(); self.runs.len()];
        for job in &self.jobs {
            if let Some(into) = predictions.get_mut(job.run) {
                job.write(into);
            }
        }
        let mut found = outcome::score(&self.target, &self.runs, predictions)?;
        let probe = |run: usize| self.runs.get(run).is_some_and(|run| run.kind == RunKind::Probe);
        found.penalties = self.jobs.iter().filter(|job| probe(job.run)).filter_map(FoldJob::chosen).collect();
        found.unconverged = self.jobs.iter().filter(|job| job.unconverged()).count();
        Ok(found)
    }
}

/// The order in which the labels of the run of a seed are shuffled. `[rows]`
pub(super) fn shuffled_order(rows: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).collect();
    Random::new(seed ^ SHUFFLE_STREAM).shuffle(&mut order);
    order
}

/// Fold jobs share nothing, so natively each processor takes its part of them.
#[cfg(not(target_family = "wasm"))]
fn in_parallel<J: Send>(
    jobs: &mut [&mut J],
    advance: &(impl Fn(&mut J) -> Result<(), ProbeError> + Sync),
) -> Result<(), ProbeError> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = jobs.len().div_ceil(threads).max(1);
    let results: Vec<Result<(), ProbeError>> = std::thread::scope(|scope| {
        let work = |jobs: &mut [&mut J]| jobs.iter_mut().try_for_each(|job| advance(job));
        let running: Vec<_> = jobs.chunks_mut(part).map(|part| scope.spawn(move || work(part))).collect();
        // A panic of a thread is a panic of the caller.
        let joined = |panic| std::panic::resume_unwind(panic);
        running.into_iter().map(|thread| thread.join().unwrap_or_else(joined)).collect()
    });
    results.into_iter().collect()
}

/// A page's worker is one thread.
#[cfg(target_family = "wasm")]
fn in_parallel<J>(
    jobs: &mut [&mut J],
    advance: &(impl Fn(&mut J) -> Result<(), ProbeError> + Sync),
) -> Result<(), ProbeError> {
    jobs.iter_mut().try_for_each(|job| advance(job))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a fault in a thread")]
    fn a_panic_in_a_thread_is_not_a_cancellation() {
        let (mut a, mut b) = (1, 2);
        let fault =
            |job: &mut i32| if *job == 2 { std::panic::panic_any("a fault in a thread") } else { Ok(()) };
        let _ = in_parallel(&mut [&mut a, &mut b], &fault);
    }
}
