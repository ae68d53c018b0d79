//! The decoder of a language-model head: the token embedding (tied), or a tensor of its own.
//!
//! `tie_word_embeddings` in `config.json` decides, as in `transformers`: a tied model uses its embedding, whatever
//! decoder the file holds; an untied one uses the decoder of the file.

use crate::error::EngineError;
use crossgrain_core::error::{Notice, Where};
use crossgrain_core::weights::TensorSource;

/// A decoder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoder {
    /// Its name in the file.
    pub name: &'static str,
    /// The name of the token embedding.
    pub embedding: String,
    /// Whether the embedding is used.
    pub tied: bool,
}

impl Decoder {
    /// What a user should know of it.
    ///
    /// # Errors
    /// Any `weights.*` code.
    pub fn notice(&self, source: &dyn TensorSource) -> Result<Option<Notice>, EngineError> {
        let Some(info) = source.info(self.name) else {
            return Ok((!self.tied).then(|| {
                notice(
                    source,
                    "model.decoder_missing",
                    format!("the language-model head is not tied, but its decoder {} is missing: there are no logits", self.name),
                    "use the checkpoint as it was published for logits",
                )
            }));
        };
        let Some(embedding) = source.info(&self.embedding).filter(|_| self.tied) else { return Ok(None) };
        let same = info.shape == embedding.shape && {
            let (mut own, mut tokens) = (Vec::new(), Vec::new());
            source.read_f32(self.name, &mut own)?;
            source.read_f32(&self.embedding, &mut tokens)?;
            own == tokens
        };
        Ok((!same).then(|| {
            notice(
                source,
                "model.decoder_unused",
                format!("{} differs from the token embedding, which config.json says it is tied to: the embedding is used", self.name),
                "write \"tie_word_embeddings\": false into config.json if the decoder was trained by itself",
            )
        }))
    }
}

fn notice(source: &dyn TensorSource, code: &str, message: String, hint: &str) -> Notice {
    let at = Where { file: source.file().map(str::to_owned), ..Where::default() };
    Notice { code: code.to_owned(), message, at, hint: hint.to_owned() }
}
