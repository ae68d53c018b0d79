//! One file per model family, in the order in which data flows.
//!
//! | file | models | reads |
//! |---|---|---|
//! | [`esm`] | ESM-2, ESM-1b | residues |
//! | [`nucleotide_transformer`] | Nucleotide Transformer v1, v2 | 6-mers or 3-mers of DNA |
//! | [`dnabert2`] | DNABERT-2 | byte pairs of DNA |
//! | [`carp`] | BiGCARP; CARP | protein domains of a gene cluster; residues |
//!
//! A forward pass is a [`Pass`] that is stepped layer by layer, so that a caller can pool a layer,
//! report progress or stop in between. Whoever embeds needs no more than [`Model`].

pub mod carp;
pub mod dnabert2;
pub mod esm;
mod family;
pub mod nucleotide_transformer;
mod pass;

pub use carp::Carp;
pub use dnabert2::Dnabert2;
pub use esm::Esm;
pub use family::{Architecture, Family};
pub use nucleotide_transformer::NucleotideTransformer;
pub use pass::Pass;

use crate::batch::Batch;
use crate::error::EngineError;
use crate::nn::Placement;
use burn::tensor::{Device, Tensor};
use serde_json::Value;

/// Longest `config.json` that is looked at, in bytes; published ones are about 2 KB.
pub const CONFIG_BYTES_MAX: usize = 256 * 1024;

/// Reads a `config.json`.
///
/// # Errors
/// `model.config`.
pub fn config_json(json: &[u8]) -> Result<Value, EngineError> {
    if json.len() > CONFIG_BYTES_MAX {
        return Err(EngineError::Config(format!("it is longer than {CONFIG_BYTES_MAX} bytes")));
    }
    // Published files may hold a key twice; in a value the last one counts.
    serde_json::from_slice(json).map_err(|error| EngineError::Config(error.to_string()))
}

/// A loaded checkpoint on a device, whatever its family.
pub trait Model {
    /// The architecture numbers.
    fn architecture(&self) -> &Architecture;

    /// Where the weights are.
    fn place(&self) -> &Placement;

    /// The device the weights are on.
    fn device(&self) -> &Device {
        &self.place().device
    }

    /// Whether that device is a GPU.
    fn on_gpu(&self) -> bool {
        self.place().gpu
    }

    /// Hidden state 0 of a batch.
    fn begin(&self, batch: &Batch) -> Pass;

    /// Takes the pass to its next hidden state; with `keep` the pass remembers queries and keys for
    /// [`Pass::attention_weights`]. Returns the number of the state reached, or `None` at the end.
    fn step(&self, pass: &mut Pass, keep: bool) -> Option<usize>;

    /// Masked-language-model logits of the last hidden state.
    ///
    /// # Shape
    /// `[rows, v]`.
    ///
    /// # Errors
    /// `embed.no_logits`.
    fn logits(&self, pass: &Pass) -> Result<Tensor<2>, EngineError>;

    /// Weights of layer `i`'s channels in the contact regression, `[h]`, and the bias, if the model
    /// has one.
    fn contact_weights(&self, _i: usize) -> Option<(&[f32], f32)> {
        None
    }
}
