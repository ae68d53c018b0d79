//! The operations of a forward pass, one file each.
//!
//! Burn has no hook for hand-written WGSL in its own operations, so each kernel enters burn as a backend
//! extension of its own. The file of a kernel holds, in this order:
//!
//! 1. the plain reference (`*_reference`): loops over slices, which every test compares with,
//! 2. the function that layers and models call, on burn tensors,
//! 3. the extension trait; [`backend_extension`](burn::backend::backend_extension) implements it for
//!    burn's runtime device,
//! 4. its implementation for `Flex` (the CPU: plain Rust on slices, compiled to SIMD),
//! 5. its implementation for `CubeBackend` (WebGPU: hand-written WGSL),
//! 6. a test that sends the WGSL through naga. The property test, which compares both devices with the
//!    reference, lies in `tests/engine/kernels/`.
//!
//! | kernel | computes |
//! |---|---|
//! | [`linear()`], [`linear_add()`] | matrix product (GEMM) with bias, activation, gate or residual, in four precisions |
//! | [`layer_norm()`] | layer norm and an activation |
//! | [`attention()`] | softmax attention inside each sequence, without the score matrix |
//! | [`attention_weights()`] | the softmax probabilities of one sequence |
//! | [`rotary()`] | rotary position embedding |
//! | [`unfold()`] | the inputs of a dilated convolution side by side (im2col) |
//! | [`lookup()`] | rows of an embedding table |
//! | [`span_sum()`] | weighted sums of rows: pooling |
//!
//! Activations are `[t, d]`: the tokens of all sequences of a batch, one after the other, without
//! padding between them. Every kernel treats each row (attention: each span of rows) on its own, so a
//! sequence gets the same vector in every batch. On the GPU the number of rows is rounded up to
//! [`ROWS`]; the surplus rows are never read.

mod activation;
mod attention;
mod attention_weights;
mod exp;
mod layer_norm;
mod linear;
mod lookup;
mod panel;
mod rotary;
mod span_sum;
mod tile;
mod tuning;
mod unfold;
mod unroll;
mod wgsl;

pub use activation::Activation;
pub use attention::{Bias, attention, attention_reference};
pub use attention_weights::{attention_weights, attention_weights_reference};
pub use layer_norm::{layer_norm, layer_norm_reference};
pub use linear::{
    Epilogue, Format, GemmI8Args, Weight, gate_reference, linear, linear_add, linear_reference,
    register_external_kernel, rounded_inputs, rounded_weight,
};
pub use lookup::{lookup, lookup_reference};
pub use rotary::{angles, rotary, rotary_reference};
pub use span_sum::{span_sum, span_sum_reference};
pub use tile::Tile;
pub use tuning::{TileChoice, Tuning, WorkgroupTuning, set_tuning, tuning_of};
pub use unfold::{unfold, unfold_reference};
pub use wgsl::ROWS;
