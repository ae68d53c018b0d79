//! Our own operations, entering burn through its backend extension.
//!
//! A model file calls the methods of [`Ops`] on burn tensors and never knows which backend ran:
//! `Flex` (CPU) gets plain Rust on slices, `Cube` (WebGPU) gets hand-written WGSL. Each operation
//! has a file of its own with both, and a test that compares the two; every `.wgsl` file also goes
//! through naga in a test.
//!
//! Activations are `[t, d]`: the tokens of all sequences of a batch, one after the other, without
//! padding between them. Every operation treats each row (or, for attention, each span of rows) on
//! its own, so a sequence gets the same vector whatever shares its batch. On the GPU the number of
//! rows is rounded up to [`ROWS`]; the surplus rows are never read.

mod activation;
mod adopted;
mod attend;
mod attention;
mod attention_weights;
mod bias;
mod block;
mod blocked;
mod exp;
mod gate;
mod integer;
mod layer_norm;
mod layout;
mod linear;
mod linear_gpu;
mod lookup;
mod packed;
mod panel;
mod rotary;
mod span_sum;
mod taps;
mod tuning;
mod unroll;
mod weight;
mod wgsl;

pub use activation::{Activation, Ending};
pub use adopted::{Call, adopt};
pub use attention::attention_plain;
pub use attention_weights::attention_weights_plain;
pub use bias::Bias;
pub use block::Block;
pub use gate::gate_plain;
pub use layer_norm::layer_norm_plain;
pub use layout::Format;
pub use linear::linear_plain;
pub use lookup::lookup_plain;
pub use packed::{rounded_inputs, rounded_weight};
pub use rotary::{angles, rotary_plain};
pub use span_sum::span_sum_plain;
pub use taps::taps_plain;
pub use tuning::{Blocks, Shared, Tuning, get as tuned, set as tune};
pub use weight::Weight;

use burn::backend::tensor::{FloatTensor, IntTensor};
use burn::backend::{Backend, Dispatch, Flex, backend_extension};
use burn::tensor::{Int, Tensor};
use burn_cubecl::CubeBackend;

/// Row granularity on the GPU: workgroups of the kernels cover this many rows, or see to the rest.
pub const ROWS: usize = 32;

/// The extension trait: one method per kernel, implemented for both backends.
#[backend_extension(Cube, Flex)]
pub trait Kernels: Backend {
    /// `x · weightᵀ + bias` and its end; `x [t, k]`, `weight [n, k]` as [`Weight`] lays it out,
    /// `bias [n]` → `[t, n]`, or `[t, n/2]` where halves gate each other.
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        format: Format,
        ending: Ending,
    ) -> FloatTensor<Self>;

    /// `residual + x · weightᵀ + bias`; `residual [t, n]` → `[t, n]`.
    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        format: Format,
    ) -> FloatTensor<Self>;

    /// [`Kernels::linear`] with a weight in words; `affine` holds the bias and the scales.
    fn linear_packed(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        format: Format,
        ending: Ending,
    ) -> FloatTensor<Self>;

    /// [`Kernels::linear_add`] with a weight in words.
    fn linear_packed_add(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        format: Format,
    ) -> FloatTensor<Self>;

    /// Layer norm over the last axis, and an activation; `x [t, d]`, `gamma`, `beta` `[d]` → `[t, d]`.
    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self>;

    /// Rotates the query and key parts of `qkv [t, 3·d]` by `angles [t, d/heads]` (cos, then sin).
    fn rotary(qkv: FloatTensor<Self>, angles: FloatTensor<Self>, heads: usize) -> FloatTensor<Self>;

    /// Softmax attention inside each row's span; `qkv [t, 3·d]`, `spans [t, 2]` → `[t, d]`.
    fn attention(
        qkv: FloatTensor<Self>,
        spans: IntTensor<Self>,
        heads: usize,
        bias: Bias,
    ) -> FloatTensor<Self>;

    /// Attention probabilities of the first `length` rows; `qkv [t, 3·d]` → `[heads, length, length]`.
    fn attention_weights(qkv: FloatTensor<Self>, heads: usize, length: usize) -> FloatTensor<Self>;

    /// `out[i] = Σ weights[r]·x[r]` over rows `spans[i]`; `weights [t]`, `spans [n, 2]` → `[n, d]`.
    fn span_sum(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        spans: IntTensor<Self>,
    ) -> FloatTensor<Self>;

    /// The inputs of a dilated convolution; `x [t, c]`, `spans [t, 2]` → `[t, taps·c]`.
    fn taps(x: FloatTensor<Self>, spans: IntTensor<Self>, taps: usize, dilation: usize) -> FloatTensor<Self>;

    /// `table[ids[r]]`; `table [v, d]`, `ids [t, 1]` → `[t, d]`.
    fn lookup(table: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self>;
}

impl Kernels for CubeBackend {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        format: Format,
        ending: Ending,
    ) -> FloatTensor<Self> {
        linear_gpu::linear(x, &weight, &bias, format, ending)
    }
    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        format: Format,
    ) -> FloatTensor<Self> {
        linear_gpu::linear_add(x, &weight, &bias, format, residual)
    }
    fn linear_packed(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        format: Format,
        ending: Ending,
    ) -> FloatTensor<Self> {
        linear_gpu::linear(x, &words, &affine, format, ending)
    }
    fn linear_packed_add(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        format: Format,
    ) -> FloatTensor<Self> {
        linear_gpu::linear_add(x, &words, &affine, format, residual)
    }
    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        layer_norm::gpu(x, &gamma, &beta, epsilon, activation)
    }
    fn rotary(qkv: FloatTensor<Self>, angles: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        rotary::gpu(qkv, &angles, heads)
    }
    fn attention(
        qkv: FloatTensor<Self>,
        spans: IntTensor<Self>,
        heads: usize,
        bias: Bias,
    ) -> FloatTensor<Self> {
        attention::gpu(qkv, &spans, heads, bias)
    }
    fn attention_weights(qkv: FloatTensor<Self>, heads: usize, length: usize) -> FloatTensor<Self> {
        attention_weights::gpu(qkv, heads, length)
    }
    fn span_sum(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        spans: IntTensor<Self>,
    ) -> FloatTensor<Self> {
        span_sum::gpu(x, &weights, &spans)
    }
    fn taps(x: FloatTensor<Self>, spans: IntTensor<Self>, taps: usize, dilation: usize) -> FloatTensor<Self> {
        taps::gpu(x, &spans, taps, dilation)
    }
    fn lookup(table: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self> {
        lookup::gpu(table, &ids)
    }
}

impl Kernels for Flex {
    fn linear(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        _format: Format,
        ending: Ending,
    ) -> FloatTensor<Self> {
        gate::cpu(ending, |activation| linear::cpu(x, &weight, &bias, None, activation))
    }
    fn linear_add(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        _format: Format,
    ) -> FloatTensor<Self> {
        linear::cpu(x, &weight, &bias, Some(&residual), Activation::None)
    }
    fn linear_packed(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        format: Format,
        ending: Ending,
    ) -> FloatTensor<Self> {
        gate::cpu(ending, |activation| packed::cpu(&x, &words, &affine, format, None, activation))
    }
    fn linear_packed_add(
        x: FloatTensor<Self>,
        words: IntTensor<Self>,
        affine: FloatTensor<Self>,
        residual: FloatTensor<Self>,
        format: Format,
    ) -> FloatTensor<Self> {
        packed::cpu(&x, &words, &affine, format, Some(&residual), Activation::None)
    }
    fn layer_norm(
        x: FloatTensor<Self>,
        gamma: FloatTensor<Self>,
        beta: FloatTensor<Self>,
        epsilon: f32,
        activation: Activation,
    ) -> FloatTensor<Self> {
        layer_norm::cpu(x, &gamma, &beta, epsilon, activation)
    }
    fn rotary(qkv: FloatTensor<Self>, angles: FloatTensor<Self>, heads: usize) -> FloatTensor<Self> {
        rotary::cpu(qkv, &angles, heads)
    }
    fn attention(
        qkv: FloatTensor<Self>,
        spans: IntTensor<Self>,
        heads: usize,
        bias: Bias,
    ) -> FloatTensor<Self> {
        attention::cpu(&qkv, &spans, heads, bias)
    }
    fn attention_weights(qkv: FloatTensor<Self>, heads: usize, length: usize) -> FloatTensor<Self> {
        attention_weights::cpu(&qkv, heads, length)
    }
    fn span_sum(
        x: FloatTensor<Self>,
        weights: FloatTensor<Self>,
        spans: IntTensor<Self>,
    ) -> FloatTensor<Self> {
        span_sum::cpu(&x, &weights, &spans)
    }
    fn taps(x: FloatTensor<Self>, spans: IntTensor<Self>, taps: usize, dilation: usize) -> FloatTensor<Self> {
        taps::cpu(&x, &spans, taps, dilation)
    }
    fn lookup(table: FloatTensor<Self>, ids: IntTensor<Self>) -> FloatTensor<Self> {
        lookup::cpu(&table, &ids)
    }
}

/// The kernels as methods on burn's `Tensor`, for the layers in [`crate::nn`].
pub trait Ops {
    /// See [`Kernels::linear`].
    fn linear(self, weight: &Weight, ending: impl Into<Ending>) -> Tensor<2>;
    /// See [`Kernels::linear_add`].
    fn linear_add(self, weight: &Weight, residual: Tensor<2>) -> Tensor<2>;
    /// See [`Kernels::layer_norm`].
    fn layer_norm(
        self,
        gamma: &Tensor<1>,
        beta: &Tensor<1>,
        epsilon: f32,
        activation: Activation,
    ) -> Tensor<2>;
    /// See [`Kernels::rotary`].
    fn rotary(self, angles: &Tensor<2>, heads: usize) -> Tensor<2>;
    /// See [`Kernels::attention`].
    fn attention(self, spans: &Tensor<2, Int>, heads: usize, bias: Bias) -> Tensor<2>;
    /// See [`Kernels::attention_weights`].
    fn attention_weights(self, heads: usize, length: usize) -> Tensor<3>;
    /// See [`Kernels::span_sum`].
    fn span_sum(self, weights: &Tensor<1>, spans: &Tensor<2, Int>) -> Tensor<2>;
    /// See [`Kernels::taps`].
    fn taps(self, spans: &Tensor<2, Int>, taps: usize, dilation: usize) -> Tensor<2>;
    /// See [`Kernels::lookup`].
    fn lookup(self, ids: &Tensor<2, Int>) -> Tensor<2>;
}

impl Ops for Tensor<2> {
    fn linear(self, weight: &Weight, ending: impl Into<Ending>) -> Tensor<2> {
        weight.apply(self, ending.into())
    }
    fn linear_add(self, weight: &Weight, residual: Tensor<2>) -> Tensor<2> {
        weight.apply_add(self, residual)
    }
    fn layer_norm(
        self,
        gamma: &Tensor<1>,
        beta: &Tensor<1>,
        epsilon: f32,
        activation: Activation,
    ) -> Tensor<2> {
        Tensor::from_dispatch(<Dispatch as Kernels>::layer_norm(
            self.into_dispatch(),
            gamma.clone().into_dispatch(),
            beta.clone().into_dispatch(),
            epsilon,
            activation,
        ))
    }
    fn rotary(self, angles: &Tensor<2>, heads: usize) -> Tensor<2> {
        Tensor::from_dispatch(<Dispatch as Kernels>::rotary(
            self.into_dispatch(),
            angles.clone().into_dispatch(),
            heads,
        ))
    }
    fn attention(self, spans: &Tensor<2, Int>, heads: usize, bias: Bias) -> Tensor<2> {
        Tensor::from_dispatch(<Dispatch as Kernels>::attention(
            self.into_dispatch(),
            spans.clone().into_dispatch(),
            heads,
            bias,
        ))
    }
    fn attention_weights(self, heads: usize, length: usize) -> Tensor<3> {
        Tensor::from_dispatch(<Dispatch as Kernels>::attention_weights(self.into_dispatch(), heads, length))
    }
    fn span_sum(self, weights: &Tensor<1>, spans: &Tensor<2, Int>) -> Tensor<2> {
        Tensor::from_dispatch(<Dispatch as Kernels>::span_sum(
            self.into_dispatch(),
            weights.clone().into_dispatch(),
            spans.clone().into_dispatch(),
        ))
    }
    fn taps(self, spans: &Tensor<2, Int>, taps: usize, dilation: usize) -> Tensor<2> {
        let spans = spans.clone().into_dispatch();
        Tensor::from_dispatch(<Dispatch as Kernels>::taps(self.into_dispatch(), spans, taps, dilation))
    }
    fn lookup(self, ids: &Tensor<2, Int>) -> Tensor<2> {
        Tensor::from_dispatch(<Dispatch as Kernels>::lookup(
            self.into_dispatch(),
            ids.clone().into_dispatch(),
        ))
    }
}
