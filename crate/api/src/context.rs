//! What a method needs: the sources, a device for matrix products, and an observer of progress.

use crate::refusal::Refusal;
use crate::sources::Sources;
use crossgrain_core::analysis::{LayerBatch, Neighbours, Search};
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
