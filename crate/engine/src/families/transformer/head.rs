//! The masked-language-model head: `logits = LN(GELU(W x + b)) · Dᵀ + c`.
//!
//! The decoder `D` is the token embedding itself (tied) in published files of ESM, a tensor of its own in those of
//! the Nucleotide Transformer; `config.json` decides.

use super::config::TransformerConfig;
use crate::error::EngineError;
use crate::kernels::Activation;
use crate::nn::{LayerNorm, Linear, Reader};
use burn::tensor::Tensor;

/// Weights of the head.
pub struct LmHead {
    dense: Linear, // d → d, GELU
    norm: LayerNorm,
    decoder: Linear, // d → v
}

impl LmHead {
    /// Reads the head, if the checkpoint has one; `tokens [v, d]` is the token embedding.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(
        reader: &mut Reader,
        tokens: &[f32],
        config: &TransformerConfig,
    ) -> Result<Option<Self>, EngineError> {
        let untied = !config.tied;
        if !reader.has("lm_head.dense.weight") || (untied && !reader.has("lm_head.decoder.weight")) {
            return Ok(None);
        }
        let decoder = match config.tied {
            true => tokens.to_vec(),
            false => reader.host("lm_head.decoder.weight")?,
        };
        let bias = reader.host("lm_head.bias")?;
        Ok(Some(Self {
            dense: Linear::read_head(reader, "lm_head.dense", config.width)?,
            norm: LayerNorm::read(reader, "lm_head.layer_norm", config.epsilon)?,
            decoder: Linear::head(decoder, bias, reader.placement()), // [v, d],
        }))
    }

    /// # Shape
    /// `x [rows, d]` → `[rows, v]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let y = self.dense.forward(x, Activation::Gelu); // [rows, d]
        self.decoder.forward(self.norm.forward(y), Activation::None) // [rows, v]
    }
}
