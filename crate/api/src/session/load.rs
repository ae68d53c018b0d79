//! The model of a session.

use crossgrain_core::error::Notice;
use crossgrain_core::granularity::Granularity;
use crossgrain_engine::checkpoint::Checkpoint;
use crossgrain_engine::pooling::Pool;
use crossgrain_engine::quant::Precision;
use serde::{Deserialize, Serialize};

/// How a model is loaded.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "LoadRequest"))]
pub struct Request {
    /// What the page calls the model.
    pub name: String,
    /// Where its files come from, in words.
    pub source: String,
    /// Precision of the linear layers. Without it, a quantized file keeps its own and others are read as f32.
    #[serde(default)]
    pub weights: Option<Precision>,
}

/// A loaded model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS), ts(rename = "ModelReport"))]
pub struct Response {
    /// What the page calls it.
    pub name: String,
    /// Where its files come from, in words.
    pub source: String,
    /// Id of its family, such as `esm2`.
    pub family: String,
    /// What it reads.
    pub granularity: Granularity,
    /// What `pool: "auto"` stands for.
    pub pool: Pool,
    /// Transformer layers or convolution blocks.
    pub layers: usize,
    /// Number of the last hidden state.
    pub last: usize,
    /// Dimensions of the hidden states, and so of an embedding.
    pub width: usize,
    /// Attention heads.
    pub heads: usize,
    /// Trainable parameters: the numbers in all weights.
    pub parameters: f64,
    /// Precision of the linear layers.
    pub precision: Precision,
    /// Whether it came from a quantized file, such as a saved model.
    pub quantized: bool,
    /// SHA-256 of the weight files, with a space between several, in the order of their names. For a quantized file:
    /// the hash of the original weights.
    pub weights_sha256: String,
    /// Bytes of the weight files.
    pub weights_bytes: f64,
    /// Longest sequence of one pass in residues; longer ones are cut into windows. `null` where positions are unlimited.
    pub max_residues: Option<usize>,
    /// Tokens per window, without special ones; `null` where no length is too long.
    pub window: Option<usize>,
    /// What was applied to the weights (an adapter), and what of the files is not used (a head, training state).
    pub warnings: Vec<Notice>,
}

impl Response {
    /// The report of a loaded model.
    #[must_use]
    pub fn of(checkpoint: &Checkpoint, request: Request, weights: Weights) -> Self {
        let config = checkpoint.config();
        Self {
            name: request.name,
            source: request.source,
            family: config.family.id.to_owned(),
            granularity: checkpoint.granularity(),
            pool: config.family.pool,
            layers: config.layers,
            last: config.last,
            width: config.width,
            heads: config.heads,
            parameters: checkpoint.parameters() as f64,
            precision: weights.precision,
            quantized: weights.quantized,
            weights_sha256: weights.sha256,
            weights_bytes: weights.bytes as f64,
            max_residues: config.window.filter(|_| config.hard_limit),
            window: config.window,
            warnings: checkpoint.notices().to_vec(),
        }
    }
}

/// What is known of the weights that were loaded.
#[derive(Clone, Debug)]
pub struct Weights {
    /// Precision of the linear layers.
    pub precision: Precision,
    /// Whether they came from a quantized file.
    pub quantized: bool,
    /// As in [`Response::weights_sha256`].
    pub sha256: String,
    /// Bytes of the weight files.
    pub bytes: u64,
}
