//! A quantized model as one file (`docs/quantized-file.md`).

use crossgrain_engine::quant::Precision;
use serde::{Deserialize, Serialize};

/// How a model is written.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "SaveRequest"))]
pub struct Request {
    /// Name of the model in the file.
    pub name: String,
    /// Precision of the linear layers; everything else stays as it is.
    pub weights: Precision,
    /// SHA-256 of the original weights, as `loadModel` reported it.
    pub weights_sha256: String,
}
