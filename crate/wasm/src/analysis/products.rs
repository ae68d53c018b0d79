//! The large sums of a question, made by whatever device the engine's [`Multiplier`] chooses.

use crate::error::Refusal;
use crate::options::Device;
use crate::progress::Reporter;
use crossgrain_core::analysis::{AnalysisError, LayerBatch, Neighbours, Search};
use crossgrain_engine::products::Multiplier;
use serde_json::Value;

/// Drives a search to its end; also `{ device, reason }`.
///
/// # Errors
/// `device.unavailable` or `device.failed` for WebGPU by name.
pub async fn search(
    multiplier: &Multiplier,
    device: Device,
    search: Search<'_>,
    reporter: &mut Reporter,
) -> Result<(Neighbours, Value), Refusal> {
    let found = multiplier.search(device.into(), search, reporter).await?;
    let (found, computed) = found.ok_or(AnalysisError::Cancelled)?;
    Ok((found, computed.report()))
}

/// The same for a batch of layers.
///
/// # Errors
/// As [`search`].
pub async fn layers(
    multiplier: &Multiplier,
    device: Device,
    batch: LayerBatch,
    reporter: &mut Reporter,
) -> Result<(LayerBatch, Value), Refusal> {
    let found = multiplier.layers(device.into(), batch, reporter).await?;
    let (batch, computed) = found.ok_or(AnalysisError::Cancelled)?;
    Ok((batch, computed.report()))
}
