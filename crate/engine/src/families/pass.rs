//! A forward pass between two layers.

use crate::kernels::attention_weights;
use burn::tensor::{Int, Tensor};

/// A batch on its way through a model.
pub struct Pass {
    pub(super) x: Tensor<2>,              // [rows, d]
    pub(super) spans: Tensor<2, Int>,     // [rows, 2]
    pub(super) angles: Option<Tensor<2>>, // [rows, c], of rotary models
    pub(super) layer: usize,              // hidden states behind it
    pub(super) qkv: Option<Tensor<2>>,    // [rows, 3·d], of the last step when it was asked to keep it
}

impl Pass {
    /// A pass at hidden state 0.
    pub(super) fn new(x: Tensor<2>, spans: Tensor<2, Int>, angles: Option<Tensor<2>>) -> Self {
        Self { x, spans, angles, layer: 0, qkv: None }
    }

    /// The hidden state reached so far.
    ///
    /// # Shape
    /// `[rows, d]`.
    #[must_use]
    pub fn state(&self) -> &Tensor<2> {
        &self.x
    }

    /// Attention probabilities of the last step, which must have been asked to keep them.
    ///
    /// # Shape
    /// `[h, l, l]` for a batch of one sequence of `l` tokens.
    #[must_use]
    pub fn attention_weights(&mut self, heads: usize, length: usize) -> Option<Tensor<3>> {
        Some(attention_weights(self.qkv.take()?, heads, length))
    }
}
