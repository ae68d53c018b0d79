//! One post-norm layer of DNABERT-2.
//!
//! `x ← LN₁(x + W_o · attention(x))`, then `x ← LN₂(x + W₂ · (GELU(G x) ⊙ V x))`; `G` and `V` are one tensor.

use super::config::DnaBert2Config;
use crate::error::EngineError;
use crate::families::Pass;
use crate::kernels::{Activation, Bias, attention};
use crate::nn::{LayerNorm, Linear, Reader};
use burn::tensor::Tensor;

/// Weights of a layer.
pub struct DnaBert2Layer {
    qkv: Linear,    // d → 3·d
    output: Linear, // d → d
    attention_norm: LayerNorm,
    gated: Linear,    // d → 2·f, no bias
    feed_out: Linear, // f → d
    feed_norm: LayerNorm,
    heads: usize,
}

impl DnaBert2Layer {
    /// Reads the layer whose tensors begin with `at`.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn read(reader: &mut Reader<'_>, at: &str, config: &DnaBert2Config) -> Result<Self, EngineError> {
        let (d, epsilon) = (config.width, config.epsilon);
        Ok(Self {
            qkv: Linear::read(reader, &format!("{at}.attention.self.Wqkv"), d)?,
            output: Linear::read(reader, &format!("{at}.attention.output.dense"), d)?,
            attention_norm: LayerNorm::read(reader, &format!("{at}.attention.output.LayerNorm"), epsilon)?,
            gated: Linear::read(reader, &format!("{at}.mlp.gated_layers"), d)?,
            feed_out: Linear::read(reader, &format!("{at}.mlp.wo"), config.hidden)?,
            feed_norm: LayerNorm::read(reader, &format!("{at}.mlp.layernorm"), epsilon)?,
            heads: config.heads,
        })
    }

    /// The hidden state behind the layer; with `keep` the pass remembers queries and keys.
    ///
    /// # Shape
    /// `[rows, d]` → `[rows, d]`.
    pub fn forward(&self, pass: &mut Pass, keep: bool) -> Tensor<2> {
        let x = pass.x.clone(); // [rows, d]
        let qkv = self.qkv.forward(x.clone(), Activation::None); // [rows, 3·d]
        pass.qkv = keep.then(|| qkv.clone());
        let context = attention(qkv, &pass.spans, self.heads, Bias::Alibi); // [rows, d]
        let x = self.attention_norm.forward(self.output.forward_add(context, x)); // [rows, d]
        let hidden = self.gated.forward_gated(x.clone(), Activation::Gelu); // [rows, f]
        self.feed_norm.forward(self.feed_out.forward_add(hidden, x)) // [rows, d]
    }
}
