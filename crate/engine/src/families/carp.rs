//! BiGCARP and CARP: dilated convolutions over protein domains, or over amino acids.
//!
//! Reference: `sequence_models.convolutional.ByteNetLM` of protein-sequence-models 1.8.0 (Yang et al.
//! 2024; BiGCARP: Rios-Martinez et al. 2023). Tokens are embedded at width `e`, widened to `d`, and
//! pass through `L` residual blocks; block `i` convolves with dilation `2^(i mod (⌊log₂ r⌋ + 1))`:
//!
//! `x ← x + W₂ · GELU(LN₃(conv(GELU(LN₂(W₁ · GELU(LN₁ x))))))`
//!
//! The stream itself is never normed. Hidden state 0 is the widened embedding, `i` the stream after
//! block `i`, and state `L + 1` the stream after the final norm, which the decoder reads. (The
//! reference library's own "last layer" is state `L`; Xiao et al. take state `L + 1`.) Convolutions
//! end at the ends of a sequence; there is no padding between sequences, so no mask is needed.

pub mod block;
pub mod config;
mod model;
mod spec;
pub mod tensors;

pub use config::CarpConfig;
pub use model::Carp;
pub use spec::{BIGCARP, CARP};
