//! A search and a batch of layers on a GPU.

use super::tiles::{DeviceTiles, pad};
use crate::error::EngineError;
use crate::kernels::{Activation, ROWS, linear};
use crate::progress::pause_and_report;
use crate::readback::read_back;
use burn::tensor::{Device, Tensor};
use crossgrain_core::analysis::{LayerBatch, Neighbours, Search, TilePair};
use crossgrain_core::progress::Progress;

/// Rows of a tile of the search: its products are 4 MiB, which is worth a readback.
const SEARCH_TILE: usize = 1024;
/// Rows of a tile of similarities: there is one tile per layer at a time.
const LAYER_TILE: usize = 512;
/// Rows of the smallest tile.
const LEAST: usize = 256;
/// Numbers of a tile of rows: 64 MiB, half of what any WebGPU device binds.
const TILE_NUMBERS: usize = 16 << 20;

/// Drives a search to its end.
///
/// # Errors
/// `device.failed` if the device stops answering, `engine.cancelled`.
pub async fn search(
    search: Search<'_>,
    device: &Device,
    progress: &mut dyn Progress,
) -> Result<Neighbours, EngineError> {
    let tile = tile(SEARCH_TILE, search.cols());
    let mut search = search.in_tiles(tile);
    let mut tiles = DeviceTiles::new(device, 1);
    while let Some(TilePair { left, right }) = search.tile_pair() {
        let x = tiles.left(0, left.start, || pad(search.left(&left).view(), ROWS));
        let weight = tiles.right(0, right.start, || pad(search.right(&right).view(), 1));
        let products = linear(x, &weight, Activation::None);
        search.add_products(&numbers(products, left.len() * right.len()).await?);
        pause_and_report(progress, search.done() as u64, search.total() as u64).await?;
    }
    Ok(search.finish())
}

/// Drives a batch of layers to its end.
///
/// # Errors
/// `device.failed` if the device stops answering, `engine.cancelled`.
pub async fn layers(
    batch: LayerBatch,
    device: &Device,
    progress: &mut dyn Progress,
) -> Result<LayerBatch, EngineError> {
    let tile = tile(LAYER_TILE, batch.cols());
    let mut batch = batch.in_tiles(tile);
    let mut tiles = DeviceTiles::new(device, batch.layers());
    while let Some(TilePair { left, right }) = batch.tile_pair() {
        let products = |layer| {
            let x = tiles.left(layer, left.start, || pad(batch.rows(layer, &left), ROWS));
            let weight = tiles.right(layer, right.start, || pad(batch.rows(layer, &right), 1));
            linear(x, &weight, Activation::None)
        };
        // All layers are submitted before the first is awaited.
        let waiting: Vec<Tensor<2>> = (0..batch.layers()).map(products).collect();
        let mut read = Vec::with_capacity(waiting.len());
        for products in waiting {
            read.push(numbers(products, left.len() * right.len()).await?);
        }
        batch.add_products(&mut read);
        pause_and_report(progress, batch.done() as u64, batch.total() as u64).await?;
    }
    Ok(batch)
}

/// Rows of a tile, so that a device can bind it with this many columns.
fn tile(most: usize, cols: usize) -> usize {
    (TILE_NUMBERS / cols.max(1)).clamp(LEAST, most)
}

/// The first `count` products; the rest belongs to rows of padding.
async fn numbers(products: Tensor<2>, count: usize) -> Result<Vec<f32>, EngineError> {
    let mut numbers = read_back(products).await?;
    if numbers.len() < count {
        return Err(EngineError::Device(format!("it gave {} numbers instead of {count}", numbers.len())));
    }
    numbers.truncate(count);
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_can_bind_a_tile() {
        assert_eq!(
            [tile(1024, 0), tile(1024, 320), tile(1024, 20_480), tile(512, 1 << 20)],
            [1024, 1024, 819, 256]
        );
    }
}
