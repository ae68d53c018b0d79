//! Progress out, cancel in.
//!
//! A long job beats a [`Pulse`] at every step (a layer of a batch, a tile of products): the pulse may report progress, hand control back
//! to the browser's event loop, and say that the user no longer wants the result.

use std::future::Future;

/// How far a job is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Progress {
    /// What is finished: residues, growing within a batch as layers pass; or rows or tiles.
    pub done: f64,
    /// The same in all, duplicates not counted.
    pub total: f64,
}

/// Something that watches a job.
pub trait Pulse {
    /// Called at every step; `false` cancels the job.
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
