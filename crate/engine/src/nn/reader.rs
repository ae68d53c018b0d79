//! Reads the tensors of a checkpoint onto a device, one at a time.

use super::Placement;
use crate::error::EngineError;
use crate::progress::report;
use crate::quant::{QuantizedWeight, Scheme, quantize};
use burn::tensor::{Tensor, TensorData};
use crossgrain_core::progress::{Progress, Stage};
use crossgrain_core::weights::{TensorSource, channels_last};

/// Reads tensors of a source and uploads them; reports each one as progress.
pub struct Reader<'a> {
    source: &'a dyn TensorSource,
    placement: &'a Placement,
    progress: &'a mut dyn Progress,
    read: usize,
    total: usize,
}

impl<'a> Reader<'a> {
    /// A reader, which begins [`Stage::Loading`]; `progress` may cancel it between two tensors.
    pub fn new(
        source: &'a dyn TensorSource,
        placement: &'a Placement,
        progress: &'a mut dyn Progress,
    ) -> Self {
        progress.begin(Stage::Loading);
        Self { source, placement, progress, read: 0, total: source.names().len() }
    }

    /// Device and precision of the model.
    #[must_use]
    pub fn placement(&self) -> &'a Placement {
        self.placement
    }

    /// Whether the source has this tensor.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.source.info(name).is_some()
    }

    /// The tensor's numbers on the host.
    ///
    /// # Shape
    /// As stored, row-major.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn host(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let mut numbers = Vec::new();
        self.source.read_f32(name, &mut numbers)?;
        self.count()?;
        Ok(numbers)
    }

    /// The tensor in integers: as it is stored, or quantized here. A convolution `[n, inputs, kernel_size]`
    /// becomes `[n, kernel_size, inputs]`.
    ///
    /// # Shape
    /// `[n, k]` with `k = inputs`.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn quantized(
        &mut self,
        name: &str,
        inputs: usize,
        scheme: Scheme,
    ) -> Result<QuantizedWeight, EngineError> {
        let stored = self.source.read_codes(name)?.and_then(|codes| QuantizedWeight::stored(codes, scheme));
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

    /// The tensor's numbers on the host. A convolution `[n, inputs, kernel_size]` becomes `[n, kernel_size,
    /// inputs]`, the order of [`unfold`](crate::kernels::unfold()).
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
            [_, inputs, kernel_size] if *kernel_size > 1 => channels_last(&numbers, *inputs, *kernel_size),
            _ => numbers,
        })
    }

    fn count(&mut self) -> Result<(), EngineError> {
        self.read += 1;
        report(self.progress, self.read as u64, self.total as u64)
    }

    /// The tensor as a vector on the device.
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
        Tensor::from_data(TensorData::new(numbers, [length]), &self.placement.device)
    }

    /// A matrix from the host to the device.
    ///
    /// # Shape
    /// `numbers [rows · columns]`, row-major → `[rows, columns]`.
    #[must_use]
    pub fn upload_matrix(&self, numbers: Vec<f32>, columns: usize) -> Tensor<2> {
        let rows = numbers.len() / columns;
        Tensor::from_data(TensorData::new(numbers, [rows, columns]), &self.placement.device)
    }
}
