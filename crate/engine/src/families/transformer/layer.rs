//! One pre-norm transformer layer, as ESM and the Nucleotide Transformer have it.
//!
//! `x ← x + W_o · attention(LN₁ x)`, then `x ← x + W₂ · f(W₁ · LN₂ x)` with `f` GELU or SwiGLU;
//! for SwiGLU, `W₁` has twice as many rows. Names as in `transformers`, see [`super::tensors`].

use super::config::{Feed, TransformerConfig};
use crate::error::EngineError;
use crate::families::Pass;
use crate::kernels::{Activation, Bias, attention, rotary};
use crate::nn::{LayerNorm, Linear, Reader};
use burn::tensor::Tensor;

/// Prefix of the tensors of layer `i`.
#[must_use]
pub fn prefix(i: usize) -> String {
    format!("esm.encoder.layer.{i}")
}

/// Weights of a layer.
pub struct TransformerLayer {
    attention_norm: LayerNorm,
    qkv: Linear,    // d → 3·d
    output: Linear, // d → d
    feed_norm: LayerNorm,
    feed_in: Linear,  // d → f, or 2·f for SwiGLU
    feed_out: Linear, // f → d
    feed: Feed,
    heads: usize,
}

impl TransformerLayer {
    /// Reads the layer whose tensors begin with `at`.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn read(reader: &mut Reader, at: &str, config: &TransformerConfig) -> Result<Self, EngineError> {
        let (d, f) = (config.width, config.hidden);
        let qkv = ["query", "key", "value"].map(|part| format!("{at}.attention.self.{part}"));
        Ok(Self {
            attention_norm: LayerNorm::read(reader, &format!("{at}.attention.LayerNorm"), config.epsilon)?,
            qkv: Linear::read_stacked(reader, &qkv, d)?,
            output: Linear::read(reader, &format!("{at}.attention.output.dense"), d)?,
            feed_norm: LayerNorm::read(reader, &format!("{at}.LayerNorm"), config.epsilon)?,
            feed_in: Linear::read(reader, &format!("{at}.intermediate.dense"), d)?,
            feed_out: Linear::read(reader, &format!("{at}.output.dense"), f)?,
            feed: config.feed,
            heads: config.heads,
        })
    }

    /// The hidden state behind the layer; with `keep` the pass remembers queries and keys.
    ///
    /// # Shape
    /// `[rows, d]` → `[rows, d]`.
    pub fn forward(&self, pass: &mut Pass, keep: bool) -> Tensor<2> {
        let x = pass.x.clone(); // [rows, d]
        let mut qkv = self.qkv.forward(self.attention_norm.forward(x.clone()), Activation::None); // [rows, 3·d]
        if let Some(angles) = &pass.angles {
            qkv = rotary(qkv, angles, self.heads);
        }
        pass.qkv = keep.then(|| qkv.clone());
        let context = attention(qkv, &pass.spans, self.heads, Bias::None); // [rows, d]
        let x = self.output.forward_add(context, x); // [rows, d]
        let normed = self.feed_norm.forward(x.clone()); // [rows, d]
        let hidden = match self.feed {
            Feed::Gelu => self.feed_in.forward(normed, Activation::Gelu), // [rows, f]
            Feed::SwiGlu => self.feed_in.forward_gated(normed, Activation::Silu), // [rows, f]
        };
        self.feed_out.forward_add(hidden, x) // [rows, d]
    }
}
