//! Embeds biological sequences with protein, DNA and gene-cluster language models, and analyses the embeddings.
//!
//! This package is a facade: it re-exports the packages that do the work.
//!
//! | module | what it does |
//! |---|---|
//! | [`core`] | reads sequences and weights, tokenizes, and analyses matrices; pure Rust |
//! | [`engine`] | runs the models on the CPU and on GPUs |
//! | [`api`] | every question as one request and one response: what the page, the command line and JavaScript ask |
//!
//! `examples/` shows the main jobs: `embed_fasta`, `neighbours`, `probe`.

pub use crossgrain_api as api;
pub use crossgrain_core as core;
pub use crossgrain_engine as engine;
