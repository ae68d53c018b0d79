//! The searches and similarities themselves, by way of a GPU.

use super::blocks::{Blocks, lay_out};
use crate::embed::read;
use crate::error::EngineError;
use crate::kernels::{Activation, ROWS, linear};
use crate::pulse::{Progress, Pulse};
use burn::tensor::{Device, Tensor};
use crossgrain_core::analysis::{LayerBatch, Meeting, Neighbours, Search};

/// Rows of a tile of the search: its products are 4 MiB, enough for the way back to be worth it.
const SEARCH_TILE: usize = 1024;
/// Rows of a tile of similarities, of which there is one per layer at a time.
const LAYER_TILE: usize = 512;
/// Rows of the smallest tile.
const LEAST: usize = 256;
/// Numbers of a block of rows: 64 MiB, half of what any WebGPU device binds.
const BLOCK: usize = 16 << 20;

/// Drives a search to its end; `None` if the pulse, which beats at every tile, cancelled.
///
/// # Errors
/// `device.failed` if the device stops answering.
pub async fn search(
    search: Search<'_>,
    device: &Device,
    pulse: &mut impl Pulse,
) -> Result<Option<Neighbours>, EngineError> {
    let tile = tile(SEARCH_TILE, search.cols());
    let mut search = search.in_tiles(tile);
    let mut blocks = Blocks::new(device, 1);
    while let Some(Meeting { left, right }) = search.meeting() {
        let x = blocks.left(0, left.start, || lay_out(search.left(&left).view(), ROWS));
        let weight = blocks.right(0, right.start, || lay_out(search.right(&right).view(), 1));
        let products = linear(x, &weight, Activation::None);
        search.take(&numbers(products, left.len() * right.len()).await?);
        if !beat(pulse, search.done(), search.total()).await {
            return Ok(None);
        }
    }
    Ok(Some(search.finish()))
}

/// Drives a batch of layers to its end; `None` if the pulse, which beats at every tile, cancelled.
///
/// # Errors
/// `device.failed` if the device stops answering.
pub async fn layers(
    batch: LayerBatch,
    device: &Device,
    pulse: &mut impl Pulse,
) -> Result<Option<LayerBatch>, EngineError> {
    let tile = tile(LAYER_TILE, batch.cols());
    let mut batch = batch.in_tiles(tile);
    let mut blocks = Blocks::new(device, batch.layers());
    while let Some(Meeting { left, right }) = batch.meeting() {
        let products = |layer| {
            let x = blocks.left(layer, left.start, || lay_out(batch.rows(layer, &left), ROWS));
            let weight = blocks.right(layer, right.start, || lay_out(batch.rows(layer, &right), 1));
            linear(x, &weight, Activation::None)
        };
        // All layers are on their way before the first is waited for.
        let waiting: Vec<Tensor<2>> = (0..batch.layers()).map(products).collect();
        let mut tiles = Vec::with_capacity(waiting.len());
        for products in waiting {
            tiles.push(numbers(products, left.len() * right.len()).await?);
        }
        batch.take(&mut tiles);
        if !beat(pulse, batch.done(), batch.total()).await {
            return Ok(None);
        }
    }
    Ok(Some(batch))
}

/// Rows of a tile, so that a block of so many columns can be bound.
fn tile(most: usize, cols: usize) -> usize {
    (BLOCK / cols.max(1)).clamp(LEAST, most)
}

/// The first `count` products; the rest belongs to rows that only fill up.
async fn numbers(products: Tensor<2>, count: usize) -> Result<Vec<f32>, EngineError> {
    let mut numbers = read(products).await?;
    if numbers.len() < count {
        return Err(EngineError::Device(format!("it gave {} numbers instead of {count}", numbers.len())));
    }
    numbers.truncate(count);
    Ok(numbers)
}

/// Tells how far it is; `false` to stop.
pub async fn beat(pulse: &mut impl Pulse, done: usize, total: usize) -> bool {
    pulse.beat(Progress { done: done as f64, total: total as f64 }).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_can_be_bound() {
        assert_eq!(
            [tile(1024, 0), tile(1024, 320), tile(1024, 20_480), tile(512, 1 << 20)],
            [1024, 1024, 819, 256]
        );
    }
}
