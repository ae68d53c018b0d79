//! Everything that distinguishes one family of models from another, in one table.
//!
//! Outside a family's folder no code asks which family it has: it reads the [`FamilySpec`].

use super::{Decoder, Family, Model, Unread};
use crate::error::EngineError;
use crate::files::CheckpointFiles;
use crate::nn::Reader;
use crossgrain_core::error::Notice;
use crossgrain_core::token::Tokenizer;
use crossgrain_core::weights::{Expected, TensorSource, check};
use serde_json::Value;

/// A family: what it is called and reads, and how its checkpoints are recognised and loaded.
#[derive(Debug)]
pub struct FamilySpec {
    /// Its id, name and conventions, as lists and reports show them.
    pub family: Family,
    /// Whether a checkpoint belongs to it. At most one family may answer yes.
    pub detect: fn(&Description<'_>) -> bool,
    /// Makes the tokenizer of a checkpoint whose embedding table has this many rows.
    ///
    /// Errors: `model.missing_file`, `model.config`, any `token.*` code.
    pub tokenizer: fn(&CheckpointFiles<'_>, usize) -> Result<Tokenizer, EngineError>,
    /// Reads and checks the numbers of a checkpoint.
    ///
    /// Errors: `model.missing_file`, `model.config`, `model.unsupported`.
    pub configure: Configure,
}

/// Reads and checks the numbers of a checkpoint, see [`FamilySpec::configure`].
pub type Configure = fn(Family, &CheckpointFiles<'_>) -> Result<Box<dyn ModelConfig>, EngineError>;

/// What a checkpoint says about itself: all that [`FamilySpec::detect`] sees.
#[derive(Clone, Copy, Debug)]
pub struct Description<'a> {
    /// `config.json`, or what a fair-esm file says in the same words; `null` if there is neither.
    pub config: &'a Value,
    /// What a `.pt` file holds beside its tensors.
    pub settings: &'a Value,
    /// `vocab.txt`.
    pub vocabulary: Option<&'a str>,
}

/// The numbers of one checkpoint, known before its tensors are read.
pub trait ModelConfig {
    /// Rows of the embedding table, `v`.
    fn vocabulary(&self) -> usize;

    /// The tensors of such a checkpoint.
    fn tensors(&self) -> TensorList;

    /// Reads the tensors and makes the model.
    ///
    /// # Errors
    /// Any `weights.*` code, `engine.cancelled`.
    fn load(&self, reader: &mut Reader<'_>) -> Result<Box<dyn Model>, EngineError>;
}

/// The tensors that a checkpoint must have, may have, and may hold unread.
#[derive(Clone, Debug)]
pub struct TensorList {
    /// Those that the model reads: name, shape, and whether it needs them.
    pub expected: Vec<Expected>,
    /// Patterns of names that may be in the file and that no model reads; `*` stands for any characters.
    pub ignored: &'static [&'static str],
    /// A tensor without which there are no logits: the first of the language-model head.
    pub head: &'static str,
    /// Where the decoder of that head may be stored, and what it is.
    pub decoder: Option<Decoder>,
}

impl TensorList {
    /// Compares the tensors of a file with the list; those in `unread` may be there.
    ///
    /// # Errors
    /// `weights.missing`, `weights.unknown`, `weights.wrong_dtype`, `weights.wrong_shape`.
    pub fn check(&self, source: &dyn TensorSource, unread: &Unread<'_>) -> Result<(), EngineError> {
        let ignored: Vec<&str> = self.ignored.iter().copied().chain(unread.iter()).collect();
        Ok(check(source, &self.expected, &ignored)?)
    }

    /// Says so where the file has a decoder that is not used, or has none.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn decoder_notice(&self, source: &dyn TensorSource) -> Result<Option<Notice>, EngineError> {
        match &self.decoder {
            Some(decoder) if source.info(self.head).is_some() => decoder.notice(source),
            _ => Ok(None),
        }
    }
}
