//! `y = act(x · Wᵀ + b)`.

use super::Reader;
use crate::error::EngineError;
use crate::kernels::{Activation, Ops};
use burn::tensor::Tensor;

/// A linear layer from `k` inputs to `n` outputs.
#[derive(Clone, Debug)]
pub struct Linear {
    weight: Tensor<2>, // [n, k], prepared for the device
    bias: Tensor<1>,   // [n]
}

impl Linear {
    /// Reads `{prefix}.weight` and, where the checkpoint has one, `{prefix}.bias`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, prefix: &str, inputs: usize) -> Result<Self, EngineError> {
        Self::read_stacked(reader, &[prefix.to_owned()], inputs)
    }

    /// Reads several layers with the same input and stacks their outputs: one product instead of
    /// three for query, key and value.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read_stacked(
        reader: &mut Reader,
        prefixes: &[String],
        inputs: usize,
    ) -> Result<Self, EngineError> {
        let (mut weight, mut bias) = (Vec::new(), Vec::new());
        for prefix in prefixes {
            weight.append(&mut reader.host(&format!("{prefix}.weight"))?);
            let name = format!("{prefix}.bias");
            match reader.has(&name) {
                true => bias.append(&mut reader.host(&name)?),
                false => bias.resize(weight.len() / inputs, 0.0),
            }
        }
        Ok(Self::new(reader.upload_matrix(weight, inputs), reader.upload(bias)))
    }

    /// A layer of these tensors: `weight [n, k]`, `bias [n]`.
    #[must_use]
    pub fn new(weight: Tensor<2>, bias: Tensor<1>) -> Self {
        Self { weight: weight.prepare(), bias }
    }

    /// # Shape
    /// `x [t, k]` → `[t, n]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        x.linear(&self.weight, &self.bias, activation)
    }

    /// The layer's output added to `residual`.
    ///
    /// # Shape
    /// `x [t, k]`, `residual [t, n]` → `[t, n]`.
    #[must_use]
    pub fn forward_add(&self, x: Tensor<2>, residual: Tensor<2>) -> Tensor<2> {
        x.linear_add(&self.weight, &self.bias, residual)
    }
}
