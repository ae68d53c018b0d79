//! Nucleotide Transformer v1 and v2: pre-norm transformers over 6-mers (or 3-mers) of DNA.
//!
//! Reference: the hub's `modeling_esm.py` of InstaDeepAI (Dalla-Torre et al. 2024; the 3-mer model:
//! Boshar et al. 2024). The network is [`super::transformer`], without ESM's contact head and norm after the embedding:
//!
//! | | v1 | v2 |
//! |---|---|---|
//! | positions | learned, first real token takes row 2 | rotary, frequencies exact in f32 |
//! | feed-forward | GELU, biases | SwiGLU, `W₁` of height 2·f, no biases |
//! | rescaled embedding | as ESM (×0.88 without masks) | no |
//! | ε of the norms | 1e-12 | 1e-12; the 3-mer model 1e-5 |
//! | decoder | a tensor of its own | a tensor of its own |
//!
//! The contact head that the files carry was never trained and is not used.

pub mod config;
mod spec;

pub use spec::{V1, V2};
