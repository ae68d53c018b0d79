//! What the header of a safetensors file may hold: weights and tables of vectors have limits of their own.

use super::tensor_name::clean;
use crate::limits::{
    TABLE_FILE_BYTES, TABLE_HEADER_BYTES, TABLE_NAME_BYTES, TABLE_TENSORS, WEIGHTS_HEADER_BYTES,
    WEIGHTS_TENSOR_BYTES, WEIGHTS_TENSORS,
};

/// Limits of a header.
pub(super) struct HeaderLimits {
    /// Longest header.
    pub header_bytes: u64,
    /// Most tensors.
    pub tensors: usize,
    /// Largest tensor, as stored and as f32.
    pub tensor_bytes: u64,
    /// Whether a tensor may have this name.
    pub is_name: fn(&str) -> bool,
    /// Whether the format's own library must accept the layout too. It takes as much memory again.
    pub second_opinion: bool,
}

impl HeaderLimits {
    /// Weights: few tensors, under names that a model could have.
    pub const WEIGHTS: Self = Self {
        header_bytes: WEIGHTS_HEADER_BYTES,
        tensors: WEIGHTS_TENSORS,
        tensor_bytes: WEIGHTS_TENSOR_BYTES,
        is_name: clean,
        second_opinion: true,
    };
    /// Tables: perhaps a tensor for each record, which other programs name after it.
    pub const TABLE: Self = Self {
        header_bytes: TABLE_HEADER_BYTES,
        tensors: TABLE_TENSORS,
        tensor_bytes: TABLE_FILE_BYTES,
        is_name: |name| {
            name.len() <= TABLE_NAME_BYTES && !name.is_empty() && !name.chars().any(char::is_control)
        },
        second_opinion: false,
    };
}
