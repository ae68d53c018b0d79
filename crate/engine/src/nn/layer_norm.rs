//! `y = γ · (x − mean) / √(var + ε) + β`.

use super::Reader;
use crate::error::EngineError;
use crate::kernels::{Activation, layer_norm};
use burn::tensor::Tensor;

/// Layer norm over the width of a row.
#[derive(Clone, Debug)]
pub struct LayerNorm {
    gamma: Tensor<1>, // [d]
    beta: Tensor<1>,  // [d]
    epsilon: f32,
}

impl LayerNorm {
    /// Reads `{prefix}.weight` and `{prefix}.bias`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, prefix: &str, epsilon: f32) -> Result<Self, EngineError> {
        let gamma = reader.vector(&format!("{prefix}.weight"))?;
        let beta = reader.vector(&format!("{prefix}.bias"))?;
        Ok(Self { gamma, beta, epsilon })
    }

    /// The norm alone.
    ///
    /// # Shape
    /// `x [t, d]` → `[t, d]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        self.forward_activated(x, Activation::None)
    }

    /// The norm, then an activation.
    ///
    /// # Shape
    /// `x [t, d]` → `[t, d]`.
    #[must_use]
    pub fn forward_activated(&self, x: Tensor<2>, activation: Activation) -> Tensor<2> {
        layer_norm(x, &self.gamma, &self.beta, self.epsilon, activation)
    }
}
