//! Progress of a long computation: one trait that reports how far it is and asks whether it should go on.
//!
//! Reading, loading, hashing, embedding, saving and every analysis report to one [`Progress`] after each step. Its answer
//! may cancel them, and [`Progress::pause`] lets a browser do its other tasks in between.

use std::future::{Future, ready};
use std::ops::ControlFlow;
use std::pin::Pin;

/// A part of a computation that is counted by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Bytes of a file of sequences.
    Reading,
    /// Tensors of a model.
    Loading,
    /// Bytes of weights, for their SHA-256.
    Hashing,
    /// GPU pipelines of a model.
    Compiling,
    /// Residues, words or domains through a model.
    Embedding,
    /// Tensors of a model on their way into a file.
    Saving,
    /// Rows whose neighbours are known.
    Neighbours,
    /// Tiles of products for CKA.
    Cka,
    /// Permutations and bootstrap draws.
    Resampling,
    /// Folds of a probe.
    Training,
    /// Epochs of learnt vectors.
    Learning,
    /// Steps of a map.
    Map,
    /// Rows of a map whose quality is measured.
    Quality,
    /// Coding sequences.
    Codons,
    /// Sequences that were compared with those before them.
    Clusters,
}

impl Stage {
    /// What is counted.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Reading | Self::Hashing => "bytes",
            Self::Loading | Self::Saving => "tensors",
            Self::Compiling => "pipelines",
            Self::Embedding => "residues",
            Self::Neighbours | Self::Quality => "rows",
            Self::Cka => "tiles",
            Self::Resampling => "draws",
            Self::Training => "folds",
            Self::Learning => "epochs",
            Self::Map => "steps",
            Self::Codons | Self::Clusters => "records",
        }
    }
}

/// Observes a computation.
pub trait Progress {
    /// A new stage begins; later reports count it.
    fn begin(&mut self, _stage: Stage) {}

    /// Called at every step with the number of steps done and in all. `Break` cancels the computation.
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()>;

    /// Called between two steps of an asynchronous computation: the observer may yield to the event loop.
    fn pause(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(ready(()))
    }
}

/// A function of `done` and `total` watches.
impl<F: FnMut(u64, u64) -> ControlFlow<()>> Progress for F {
    fn report(&mut self, done: u64, total: u64) -> ControlFlow<()> {
        self(done, total)
    }
}

/// Ignores progress and never cancels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn report(&mut self, _done: u64, _total: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

/// The watcher asked to stop. Each error type has a variant of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cancelled;

/// Reports that `done` of `total` steps are done.
///
/// # Errors
///
/// [`Cancelled`] if the watcher answers `Break`.
pub(crate) fn report(progress: &mut dyn Progress, done: usize, total: usize) -> Result<(), Cancelled> {
    if progress.report(done as u64, total as u64).is_break() { Err(Cancelled) } else { Ok(()) }
}
