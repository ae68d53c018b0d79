//! One residual block of BiGCARP and CARP.

use super::config::CarpConfig;
use crate::error::EngineError;
use crate::kernels::{Activation, unfold};
use crate::nn::{LayerNorm, Linear, Reader};
use burn::tensor::{Int, Tensor};

/// ε of every layer norm.
pub const EPSILON: f32 = 1e-5;

/// Prefix of the tensors of block `i`.
#[must_use]
pub fn prefix(i: usize) -> String {
    format!("embedder.layers.{i}")
}

/// Weights of a block; `m` is the width inside.
pub struct ByteNetBlock {
    norm_in: LayerNorm,
    narrow: Linear, // d → m, GELU only after the next norm
    norm_conv: LayerNorm,
    convolution: Linear, // kernel_size·m → m
    norm_out: LayerNorm,
    widen: Linear, // m → d
    kernel_size: usize,
    dilation: usize,
}

impl ByteNetBlock {
    /// Reads block `i`.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    pub fn read(reader: &mut Reader, i: usize, config: &CarpConfig) -> Result<Self, EngineError> {
        let at = prefix(i);
        let (m, kernel_size) = (config.inner, config.kernel_size);
        Ok(Self {
            norm_in: LayerNorm::read(reader, &format!("{at}.sequence1.0"), EPSILON)?,
            narrow: Linear::read(reader, &format!("{at}.sequence1.2.conv"), config.width)?,
            norm_conv: LayerNorm::read(reader, &format!("{at}.sequence1.3"), EPSILON)?,
            convolution: Linear::read(reader, &format!("{at}.conv"), kernel_size * m)?,
            norm_out: LayerNorm::read(reader, &format!("{at}.sequence2.0"), EPSILON)?,
            widen: Linear::read(reader, &format!("{at}.sequence2.2.conv"), m)?,
            kernel_size,
            dilation: config.dilation(i),
        })
    }

    /// The hidden state behind the block.
    ///
    /// # Shape
    /// `x [rows, d]`, `spans [rows, 2]` → `[rows, d]`.
    #[must_use]
    pub fn forward(&self, x: Tensor<2>, spans: &Tensor<2, Int>) -> Tensor<2> {
        let h = self.norm_in.forward_activated(x.clone(), Activation::Gelu); // [rows, d]
        let h = self.narrow.forward(h, Activation::None); // [rows, m]
        let h = self.norm_conv.forward_activated(h, Activation::Gelu); // [rows, m]
        let h = unfold(h, spans, self.kernel_size, self.dilation); // [rows, kernel_size·m]
        let h = self.convolution.forward(h, Activation::None); // [rows, m]
        let h = self.norm_out.forward_activated(h, Activation::Gelu); // [rows, m]
        self.widen.forward_add(h, x) // [rows, d]
    }
}
