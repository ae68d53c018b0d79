//! What a checkpoint is, before any of its tensors is read.

use crate::error::EngineError;
use crate::families::{Family, ModelConfig, Unread, detect};
use crate::files::CheckpointFiles;
use crossgrain_core::error::Notice;
use crossgrain_core::token::Tokenizer;
use crossgrain_core::weights::Expected;
use std::collections::BTreeSet;

/// A checkpoint whose family, numbers, tokenizer and tensors are known and fit together.
pub struct Identified {
    /// Its family.
    pub family: Family,
    /// Its numbers.
    pub config: Box<dyn ModelConfig>,
    /// Its tokenizer.
    pub tokenizer: Tokenizer,
    /// The tensors that the model reads.
    pub tensors: Vec<Expected>,
    /// Tensors of heads and training runs, which no model reads.
    pub unread: BTreeSet<String>,
    /// What was applied to the checkpoint, and what of it is not used.
    pub notices: Vec<Notice>,
}

/// Finds out what the files describe, and checks the tensors against it.
///
/// # Errors
/// `model.missing_file`, `model.config`, `model.unsupported`, any `token.*` code, `weights.missing`, `weights.unknown`,
/// `weights.wrong_dtype`, `weights.wrong_shape`.
pub fn identify(files: &CheckpointFiles<'_>) -> Result<Identified, EngineError> {
    let spec = detect(files)?;
    let config = (spec.configure)(spec.family, files)?;
    let tokenizer = (spec.tokenizer)(files, config.vocabulary())?;
    let tensors = config.tensors();
    let source = files.tensors.as_ref();
    let unread = Unread::find(source, &tensors);
    tensors.check(source, &unread)?;
    let mut notices = files.notices.clone();
    notices.extend(unread.notices(source, &tensors));
    notices.extend(tensors.decoder_notice(source)?);
    let (tokens, rows) = (tokenizer.len_tokens(), config.vocabulary());
    if tokens > rows {
        return Err(EngineError::Config(format!(
            "vocab_size is {rows}, but the vocabulary has {tokens} tokens"
        )));
    }
    let (tensors, unread) = (tensors.expected, unread.names());
    Ok(Identified { family: spec.family, config, tokenizer, tensors, unread, notices })
}
