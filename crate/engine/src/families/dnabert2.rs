//! DNABERT-2: a post-norm BERT over byte pairs of DNA, with ALiBi instead of positions.
//!
//! Reference: the hub's `bert_layers.py` of DNABERT-2 (Zhou et al. 2024; MosaicBERT), its PyTorch
//! attention path. Differences to BERT: no position embedding, `−slope_h·|i − j|` added to attention
//! scores, a gated feed-forward network (GEGLU with the exact GELU) without a bias on its way in.
//! Hidden state 0 is the normed embedding, `i` the output of layer `i`, which ends in a norm: there
//! is none after the last layer, and no pooler in the file (the reference's is random).

pub mod config;
pub mod layer;
mod model;
mod spec;
pub mod tensors;

pub use config::DnaBert2Config;
pub use model::Dnabert2;
pub use spec::DNABERT2;
