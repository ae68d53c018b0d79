//! Checkpoint tensors onto a device, one at a time.

use super::Place;
use crate::error::EngineError;
use crate::progress::report;
use crate::quant::{Quantized, Scheme, quantize};
use burn::tensor::{Tensor, TensorData};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::weights::{TensorSource, taps_first};

/// Reads tensors of a source and uploads them; reports each to whoever watches.
pub struct Reader<'a> {
    source: &'a dyn TensorSource,
    place: &'a Place,
    progress: &'a mut dyn Progress,
    read: usize,
    total: usize,
}

impl<'a> Reader<'a> {
    /// A reader, which begins [`Stage::Loading`]; `progress` may cancel it between two tensors.
    pub fn new(source: &'a dyn TensorSource, place: &'a Place, progress: &'a mut dyn Progress) -> Self {
        progress.begin(Stage::Loading);
        Self { source, place, progress, read: 0, total: source.names().len() }
    }

    /// Where the tensors go.
    #[must_use]
    pub fn place(&self) -> &'a Place {
        self.place
    }

    /// Whether the source has this tensor.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.source.info(name).is_some()
    }

    /// The tensor's numbers on the host, in row-major order.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn host(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let mut numbers = Vec::new();
        self.source.read_f32(name, &mut numbers)?;
        self.count()?;
        Ok(numbers)
    }

    /// The tensor's numbers as integers: as they are stored, or quantized here; those of a convolution
    /// `[n, inputs, taps]` as `[n, taps, inputs]`.
    ///
    /// # Shape
    /// `[n, k]`, `k` being `inputs`.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn quantized(&mut self, name: &str, inputs: usize, scheme: Scheme) -> Result<Quantized, EngineError> {
        let stored = self.source.read_codes(name)?.and_then(|codes| Quantized::stored(codes, scheme));
        match stored {
            Some(stored) => {
                self.count()?;
                Ok(stored)
            }
            None => {
                let numbers = self.matrix(name)?;
                Ok(quantize(&numbers, inputs, scheme))
            }
        }
    }

    /// The tensor's numbers on the host; those of a convolution `[n, inputs, taps]` as `[n, taps, inputs]`,
    /// the order in which the kernel lays inputs side by side.
    ///
    /// # Shape
    /// `[n, k]`, row-major.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn matrix(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let shape = self.source.info(name).map(|info| info.shape.clone()).unwrap_or_default();
        let numbers = self.host(name)?;
        Ok(match shape.as_slice() {
            [_, inputs, taps] if *taps > 1 => taps_first(&numbers, *inputs, *taps),
            _ => numbers,
        })
    }

    fn count(&mut self) -> Result<(), EngineError> {
        self.read += 1;
        report(self.progress, self.read as u64, self.total as u64)
    }

    /// A vector on the device.
    ///
    /// # Shape
    /// `[n]`.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn vector(&mut self, name: &str) -> Result<Tensor<1>, EngineError> {
        let numbers = self.host(name)?;
        Ok(self.upload(numbers))
    }

    /// A vector from the host to the device.
    ///
    /// # Shape
    /// `[n]` → `[n]`.
    #[must_use]
    pub fn upload(&self, numbers: Vec<f32>) -> Tensor<1> {
        let length = numbers.len();
        Tensor::from_data(TensorData::new(numbers, [length]), &self.place.device)
    }

    /// A matrix from the host to the device.
    ///
    /// # Shape
    /// `numbers [rows · columns]`, row-major → `[rows, columns]`.
    #[must_use]
    pub fn upload_matrix(&self, numbers: Vec<f32>, columns: usize) -> Tensor<2> {
        let rows = numbers.len() / columns;
        Tensor::from_data(TensorData::new(numbers, [rows, columns]), &self.place.device)
    }
}
