//! ESM-2 and ESM-1b: pre-norm transformers over amino acids.
//!
//! Reference: fair-esm 2.0.0 and `transformers` `models/esm` (Lin et al. 2023, Rives et al. 2021). The network is
//! [`super::transformer`] with a contact head; ESM-1b adds learned positions and a norm after the embedding.

pub mod config;
mod spec;

pub use spec::{ESM1B, ESM2};
