//! What answers a question: the sources, a device for large sums, and somebody who watches.

use crate::refusal::Refusal;
use crate::sources::Sources;
use crossgrain_core::analysis::{AnalysisError, LayerBatch, Neighbours, Search};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_engine::device::Choice;
use crossgrain_engine::products::{Computed, Multiplier};
use serde::Serialize;

/// Handed to every method.
pub struct Context<'a> {
    /// Tables, columns and sequences.
    pub sources: &'a dyn Sources,
    /// Multiplies large matrices on the CPU or on a GPU.
    pub multiplier: &'a Multiplier,
    /// Is told how far the answer is, and may cancel it.
    pub progress: &'a mut dyn Progress,
}

/// The device that computed the matrix products of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ComputedOn {
    /// `cpu` or `webgpu`.
    pub device: String,
    /// Why, as a sentence.
    pub reason: String,
}

impl From<Computed> for ComputedOn {
    fn from(computed: Computed) -> Self {
        Self { device: computed.device.name().to_owned(), reason: computed.reason }
    }
}

impl Context<'_> {
    /// Runs a neighbour search to its end, on the device that suits its size.
    ///
    /// # Errors
    /// `device.unavailable` or `device.failed` for a GPU by name; `analysis.cancelled`.
    pub async fn search(
        &mut self,
        device: Choice,
        search: Search<'_>,
    ) -> Result<(Neighbours, ComputedOn), Refusal> {
        self.progress.begin(Stage::Neighbours);
        let found = self.multiplier.search(device, search, self.progress).await?;
        let (found, computed) = found.ok_or(AnalysisError::Cancelled)?;
        Ok((found, computed.into()))
    }

    /// Multiplies a batch of layers, on the device that suits its size.
    ///
    /// # Errors
    /// As [`Context::search`].
    pub async fn layers(
        &mut self,
        device: Choice,
        batch: LayerBatch,
    ) -> Result<(LayerBatch, ComputedOn), Refusal> {
        self.progress.begin(Stage::Cka);
        let found = self.multiplier.layers(device, batch, self.progress).await?;
        let (batch, computed) = found.ok_or(AnalysisError::Cancelled)?;
        Ok((batch, computed.into()))
    }
}
