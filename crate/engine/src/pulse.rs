//! Progress out, cancel in.
//!
//! A long job beats a [`Pulse`] once per layer: the pulse may report progress, hand control back
//! to the browser's event loop, and say that the user no longer wants the result.

use std::future::Future;

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// Residues whose rows are finished; grows within a batch as layers pass.
    pub done: f64,
    /// Residues in all, duplicates not counted.
    pub total: f64,
}

/// Something that watches a job.
pub trait Pulse {
    /// Called once per layer of each batch; `false` cancels the job.
    fn beat(&mut self, progress: Progress) -> impl Future<Output = bool>;
}

/// Watches nothing and never cancels.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Pulse for Silent {
    async fn beat(&mut self, _: Progress) -> bool {
        true
    }
}
