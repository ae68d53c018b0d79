//! Every cap in one place. Each constant says why it has its value.

// Weights.

/// Longest safetensors header: 1 MiB. ESM-2 3B needs about 60 KB, and a legal 100 MB header of
/// empty tensors costs seconds and more than a gigabyte to read.
pub const WEIGHTS_HEADER_BYTES: u64 = 1 << 20;
/// Most tensors in one weight file. ESM-2 3B has about 580.
pub const WEIGHTS_TENSORS: usize = 4096;
/// Highest rank of a tensor. Published weights have at most three dimensions.
pub const WEIGHTS_RANK: usize = 4;
/// Longest tensor name. Published names stay under 70 bytes.
pub const WEIGHTS_NAME_BYTES: usize = 256;
/// Largest tensor, as stored and as f32: 256 MiB on wasm32, where memory is 4 GiB at best and the
/// default WebGPU binding is 128 MiB; 16 GiB elsewhere.
pub const WEIGHTS_TENSOR_BYTES: u64 = if cfg!(target_arch = "wasm32") { 256 << 20 } else { 16 << 30 };

// Tokens.

/// Most lines in a `vocab.txt`. All 6-mers with their shorter words and specials are 5 000 or so.
pub const VOCAB_TOKENS: usize = 65_536;
/// Longest token of a vocabulary.
pub const VOCAB_TOKEN_BYTES: usize = 64;

// Analyses.

/// Largest side of the Gram matrix that PCA decomposes exactly. Above it (more rows *and* more
/// columns) an iterative method finds the leading components to 1e-10.
pub const PCA_EXACT_SIDE: usize = 1536;
