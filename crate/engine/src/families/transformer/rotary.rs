//! Rotary positions: the frequencies of a checkpoint and the angles of a batch.

use super::config::{PositionEncoding, TransformerConfig};
use super::{layer, tensors};
use crate::batch::Batch;
use crate::error::EngineError;
use crate::kernels::angles;
use crate::nn::Reader;
use burn::tensor::{Device, Tensor, TensorData};

/// The rotary frequencies, `[c/2]`.
pub struct Rotary(Vec<f32>);

impl Rotary {
    /// The rotary frequencies of a checkpoint, or 10000^(−2j/c) where it stores none; `None` if its
    /// positions are not rotary.
    ///
    /// ESM-2 stores the f16 roundings that it was trained with; recomputing them shifts angles by
    /// up to 0.25 rad at position 1,023. All layers store the same values.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, config: &TransformerConfig) -> Result<Option<Self>, EngineError> {
        if config.positions != PositionEncoding::Rotary {
            return Ok(None);
        }
        let own = format!("{}.attention.self.rotary_embeddings.inv_freq", layer::prefix(0));
        let [shared, starred] = tensors::SHARED_INV_FREQ;
        for name in [own.as_str(), shared, starred] {
            if reader.has(name) {
                return reader.host(name).map(Self).map(Some);
            }
        }
        let width = config.head_width();
        let frequency = |j: usize| (1.0 / 10_000_f64.powf((2 * j) as f64 / width as f64)) as f32;
        Ok(Some(Self((0..width / 2).map(frequency).collect())))
    }

    /// Cosines and sines for every row; positions are counted from 0 in each sequence.
    ///
    /// # Shape
    /// `[rows, c]`.
    #[must_use]
    pub fn angles(&self, batch: &Batch, rows: usize, device: &Device) -> Tensor<2> {
        let width = self.0.len() * 2;
        let mut flat = Vec::with_capacity(rows * width);
        for length in &batch.lengths {
            flat.extend((0..*length).flat_map(|position| angles(position, &self.0)));
        }
        flat.resize(rows * width, 0.0);
        Tensor::from_data(TensorData::new(flat, [rows, width]), device)
    }
}
