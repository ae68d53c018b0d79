//! Reads the tensors of a checkpoint onto a device, one at a time.

use super::Placement;
use crate::error::EngineError;
use crate::quant::{Quantized, Scheme, quantize};
use burn::tensor::{Tensor, TensorData};
use crossgrain_core::weights::{TensorSource, taps_first};

/// Reads tensors from a source and uploads them; counts them for the progress bar.
pub struct Reader<'a> {
    source: &'a dyn TensorSource,
    placement: &'a Placement,
    progress: &'a mut dyn FnMut(usize),
    read: usize,
}

impl<'a> Reader<'a> {
    /// A reader; it calls `progress` with the number of tensors read so far.
    pub fn new(
        source: &'a dyn TensorSource,
        placement: &'a Placement,
        progress: &'a mut dyn FnMut(usize),
    ) -> Self {
        Self { source, placement, progress, read: 0 }
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

    /// The tensor's numbers on the host, in row-major order.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn host(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let mut numbers = Vec::new();
        self.source.read_f32(name, &mut numbers)?;
        self.count();
        Ok(numbers)
    }

    /// The tensor in integers: as it is stored, or quantized here. A convolution `[n, inputs, kernel_size]`
    /// becomes `[n, kernel_size, inputs]`.
    ///
    /// # Shape
    /// `[n, k]` with `k = inputs`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn quantized(&mut self, name: &str, inputs: usize, scheme: Scheme) -> Result<Quantized, EngineError> {
        let stored = self.source.read_codes(name)?.and_then(|codes| Quantized::stored(codes, scheme));
        match stored {
            Some(stored) => {
                self.count();
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
    /// `[n, k]`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn matrix(&mut self, name: &str) -> Result<Vec<f32>, EngineError> {
        let shape = self.source.info(name).map(|info| info.shape.clone()).unwrap_or_default();
        let numbers = self.host(name)?;
        Ok(match shape.as_slice() {
            [_, inputs, kernel_size] if *kernel_size > 1 => taps_first(&numbers, *inputs, *kernel_size),
            _ => numbers,
        })
    }

    fn count(&mut self) {
        self.read += 1;
        (self.progress)(self.read);
    }

    /// The tensor as a vector on the device.
    ///
    /// # Shape
    /// `[n]`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn vector(&mut self, name: &str) -> Result<Tensor<1>, EngineError> {
        let numbers = self.host(name)?;
        Ok(self.upload(numbers))
    }

    /// Uploads a vector.
    ///
    /// # Shape
    /// `numbers [n]` → `[n]`.
    #[must_use]
    pub fn upload(&self, numbers: Vec<f32>) -> Tensor<1> {
        let length = numbers.len();
        Tensor::from_data(TensorData::new(numbers, [length]), &self.placement.device)
    }

    /// Uploads a matrix.
    ///
    /// # Shape
    /// `numbers [rows, columns]` → `[rows, columns]`.
    #[must_use]
    pub fn upload_matrix(&self, numbers: Vec<f32>, columns: usize) -> Tensor<2> {
        let rows = numbers.len() / columns;
        Tensor::from_data(TensorData::new(numbers, [rows, columns]), &self.placement.device)
    }
}
