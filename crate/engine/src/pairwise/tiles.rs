//! Tiles of rows on a GPU.

use crate::kernels::Weight;
use burn::tensor::{Device, Tensor, TensorData};
use crossgrain_core::matrix::View;
use std::collections::BTreeMap;

/// Numbers that stay on the device: 512 MiB, because a model may lie there too.
const ROOM: usize = 128 << 20;

/// Rows as the kernel reads them: padded with zeros to whole vectors of four, and to a multiple of `rows`.
///
/// # Shape
/// `[n, d]` → `[n', d']`, both at least as large.
pub fn pad(view: View, rows: usize) -> TensorData {
    let cols = view.cols().next_multiple_of(4).max(4);
    let mut data = Vec::with_capacity(view.rows().next_multiple_of(rows) * cols);
    for (i, row) in view.iter_rows().enumerate() {
        data.extend_from_slice(row);
        data.resize((i + 1) * cols, 0.0);
    }
    let rows = view.rows().next_multiple_of(rows);
    data.resize(rows * cols, 0.0);
    TensorData::new(data, [rows, cols])
}

/// Tiles of rows on the device. The two sides of a product must not be the same tensor, so each side
/// has its own.
pub struct DeviceTiles<'a> {
    device: &'a Device,
    /// Per layer the tile in use, with its first row.
    left: Vec<Option<(usize, Tensor<2>)>>,
    /// By layer and first row.
    right: BTreeMap<(usize, usize), Weight>,
    room: usize,
}

impl<'a> DeviceTiles<'a> {
    /// No tile is on the device yet.
    pub fn new(device: &'a Device, layers: usize) -> Self {
        Self { device, left: vec![None; layers], right: BTreeMap::new(), room: ROOM }
    }

    /// The tile on the left side of a layer that begins with row `first`. The device keeps only the last one.
    ///
    /// # Shape
    ///
    /// `[rows, d]`, as the data of `rows` says.
    pub fn left(&mut self, layer: usize, first: usize, rows: impl FnOnce() -> TensorData) -> Tensor<2> {
        match self.left.get(layer) {
            Some(Some((start, tile))) if *start == first => return tile.clone(),
            _ => {}
        }
        let tile = Tensor::from_data(rows(), self.device);
        if let Some(slot) = self.left.get_mut(layer) {
            *slot = Some((first, tile.clone()));
        }
        tile
    }

    /// The tile on the right side of a layer that begins with row `first`. The device keeps tiles while there is room; other
    /// tiles are uploaded again each time.
    pub fn right(&mut self, layer: usize, first: usize, rows: impl FnOnce() -> TensorData) -> Weight {
        if let Some(tile) = self.right.get(&(layer, first)) {
            return tile.clone();
        }
        let rows = rows();
        let size = rows.num_elements();
        let tile = Weight::rows(rows, self.device);
        if size <= self.room {
            self.room -= size;
            self.right.insert((layer, first), tile.clone());
        }
        tile
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_padded() {
        let view = View::new(&[1.0, 2.0, 3.0, 4.0, 5.0], 1, 5).expect("a row");
        let laid = pad(view, 2).try_into_vec::<f32>().expect("f32");
        assert_eq!(laid, [1.0, 2.0, 3.0, 4.0, 5.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
        assert_eq!(pad(View::default(), 32).shape()[0], 0);
    }

    #[test]
    fn tiles_stay_while_there_is_room() {
        let device = Device::flex();
        let mut tiles = DeviceTiles { room: 20, ..DeviceTiles::new(&device, 1) };
        let mut made = 0;
        let mut ask = |first: usize, tiles: &mut DeviceTiles<'_>| {
            tiles.right(0, first, || {
                made += 1;
                TensorData::new(vec![0.0_f32; 16], [4, 4])
            });
        };
        for first in [0, 4, 0, 4, 0] {
            ask(first, &mut tiles);
        }
        // The first was uploaded once, the second each time.
        assert_eq!((made, tiles.right.len(), tiles.room), (3, 1, 4));
    }
}
