//! What a method needs: the sources, a device for matrix products, and an observer of progress.

use crate::refusal::Refusal;
use crate::sources::{Sources, TableRef};
use crossgrain_core::analysis::{LayerBatch, Metric, Neighbours, Search};
use crossgrain_core::progress::Progress;
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::{Computed, Multiplier};

/// What every method gets beside its request.
pub struct Context<'a> {
    /// Tables, columns and sequences.
    pub sources: &'a dyn Sources,
    /// Multiplies large matrices on the CPU or on a GPU.
    pub multiplier: &'a Multiplier,
    /// Observes how far the method is, and may cancel it.
    pub progress: &'a mut dyn Progress,
}

impl Context<'_> {
    /// Runs a neighbour search to its end, on the device that suits its size.
    ///
    /// # Errors
    /// `device.unavailable` or `device.failed` for a GPU by name; `engine.cancelled`.
    pub async fn search(
        &mut self,
        device: DeviceChoice,
        search: Search<'_>,
    ) -> Result<(Neighbours, Computed), Refusal> {
        Ok(self.multiplier.search(device, search, self.progress).await?)
    }

    /// The k nearest neighbours of each row in two embeddings of the same rows.
    ///
    /// # Errors
    /// `table.other_ids`, those of [`Sources::rows`] and [`Search::new`], and as [`Context::search`].
    pub async fn search_both(
        &mut self,
        device: DeviceChoice,
        (a, b): (&TableRef, &TableRef),
        k: usize,
        metric: Metric,
    ) -> Result<([Neighbours; 2], Computed), Refusal> {
        let (a, b) = (self.sources.rows(a)?, self.sources.rows(b)?);
        a.same_rows_as(&b)?;
        let (first, _) = self.search(device, Search::new(a.view(), k, metric)?).await?;
        let (second, computed) = self.search(device, Search::new(b.view(), k, metric)?).await?;
        Ok(([first, second], computed))
    }

    /// Multiplies a batch of layers, on the device that suits its size.
    ///
    /// # Errors
    /// As [`Context::search`].
    pub async fn layers(
        &mut self,
        device: DeviceChoice,
        batch: LayerBatch,
    ) -> Result<(LayerBatch, Computed), Refusal> {
        Ok(self.multiplier.layers(device, batch, self.progress).await?)
    }
}
