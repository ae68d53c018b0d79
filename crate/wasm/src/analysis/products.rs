//! The large sums of a question, made by whatever device the engine's [`Multiplier`] chooses.

use crate::error::Refusal;
use crate::progress::Reporter;
use crossgrain_core::analysis::{LayerBatch, Neighbours, Search};
use crossgrain_engine::device::DeviceChoice;
use crossgrain_engine::pairwise::{Computed, Multiplier};

/// Drives a search to its end; also `{ device, reason }`.
///
/// # Errors
/// `device.unavailable` or `device.failed` for WebGPU by name.
pub async fn search(
    multiplier: &Multiplier,
    device: DeviceChoice,
    search: Search<'_>,
    reporter: &mut Reporter,
) -> Result<(Neighbours, Computed), Refusal> {
    Ok(multiplier.search(device, search, reporter).await?)
}

/// The same for a batch of layers.
///
/// # Errors
/// As [`search`].
pub async fn layers(
    multiplier: &Multiplier,
    device: DeviceChoice,
    batch: LayerBatch,
    reporter: &mut Reporter,
) -> Result<(LayerBatch, Computed), Refusal> {
    Ok(multiplier.layers(device, batch, reporter).await?)
}
