//! What is wrong with a quantized file of our own.

use crate::limits::{QUANTIZED_SETTINGS_BYTES, WEIGHTS_HEADER_BYTES};
use thiserror::Error;

/// A refused quantized file, or one that could not be written.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each variant is its message")]
pub enum QuantizedProblem {
    #[error("the file is of version {version}; version 1 is read")]
    Version { version: String },
    #[error("the file's metadata cannot be used: {reason}")]
    Metadata { reason: String },
    #[error("the header does not match its own check sum")]
    HeaderDamaged,
    #[error("tensor {name} does not match its check sum")]
    Damaged { name: String },
    #[error("the codes of {name} are not stored as its shape needs: {reason}")]
    Codes { name: String, reason: String },
    #[error("the scales of {name} are missing")]
    ScaleMissing { name: String },
    #[error("the scales of {name} have the shape {found:?} or type, {wanted} are needed")]
    ScaleShape { name: String, found: Vec<usize>, wanted: String },
    #[error("scale {at} of {name} is {value}; scales are finite and not zero, those of int8 above zero")]
    ScaleValue { name: String, at: usize, value: String },
    #[error("code {at} of {name} is -128, outside -127 to 127")]
    CodeRange { name: String, at: usize },
    #[error("{file} in the quantized file is not text or has more than {QUANTIZED_SETTINGS_BYTES} bytes")]
    File { file: String },
    #[error("the header would have more than {WEIGHTS_HEADER_BYTES} bytes")]
    HeaderTooLarge,
    #[error("the file could not be written: {reason}")]
    Write { reason: String },
}

impl QuantizedProblem {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "weights.quantized_version",
            Self::Metadata { .. } => "weights.quantized_metadata",
            Self::HeaderDamaged | Self::Damaged { .. } => "weights.damaged",
            Self::Codes { .. } => "weights.codes",
            Self::ScaleMissing { .. } => "weights.scale_missing",
            Self::ScaleShape { .. } => "weights.scale_shape",
            Self::ScaleValue { .. } => "weights.scale_value",
            Self::CodeRange { .. } => "weights.code_range",
            Self::File { .. } => "weights.quantized_file",
            Self::HeaderTooLarge => "weights.quantized_header",
            Self::Write { .. } => "weights.write",
        }
    }

    pub(super) fn hint(&self) -> &'static str {
        match self {
            Self::Version { .. } => "a newer version of this program wrote it: reload the page, or update",
            Self::Write { .. } => {
                "check that there is enough free space and that the place can be written to"
            }
            Self::HeaderTooLarge => {
                "this model has too many tensors or texts for one file; use its own files"
            }
            _ => "the file is damaged: quantize the original model again, or load it from its own files",
        }
    }
}
