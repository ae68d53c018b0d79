//! The three files of a checkpoint → a model that can embed.

use crate::device::Opened;
use crate::embed::{Embedded, Item, Options, embed};
use crate::error::EngineError;
use crate::models::Esm;
use crate::models::esm::config::Config;
use crate::pulse::Pulse;
use crossgrain_core::token::EsmTokenizer;
use crossgrain_core::weights::{ByteSource, Safetensors, TensorSource};

/// A loaded model with its tokenizer.
pub struct Checkpoint {
    model: Esm,
    tokenizer: EsmTokenizer,
    parameters: u64,
    budget: usize,
}

impl Checkpoint {
    /// Loads a checkpoint in hub layout: `config.json`, `model.safetensors` and, where there is
    /// one, `vocab.txt`. `progress` hears `(tensors read, tensors in all)`.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code.
    pub fn load(
        config: &[u8],
        vocabulary: Option<&str>,
        weights: impl ByteSource,
        file: &str,
        opened: &Opened,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        let config = Config::parse(config)?;
        let tokenizer = match vocabulary {
            Some(text) => EsmTokenizer::from_vocab(text)?,
            None => EsmTokenizer::new(),
        };
        if tokenizer.vocabulary().len() != config.vocabulary {
            return Err(EngineError::Config(format!(
                "vocab_size is {}, but the vocabulary has {} tokens",
                config.vocabulary,
                tokenizer.vocabulary().len()
            )));
        }
        let source = Safetensors::open(weights, file)?;
        let count = |name: &str| source.info(name).map_or(0, |info| info.count() as u64);
        let parameters =
            source.names().into_iter().filter(|name| !name.ends_with("position_ids")).map(count).sum();
        let model = Esm::load(config, &source, &opened.device, opened.is_gpu(), progress)?;
        Ok(Self { model, tokenizer, parameters, budget: opened.token_budget() })
    }

    /// The architecture numbers.
    #[must_use]
    pub fn config(&self) -> &Config {
        self.model.config()
    }

    /// Numbers in the checkpoint.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Embeds all records; `None` if the pulse cancelled. See [`embed`].
    ///
    /// # Errors
    /// Any `embed.*` code, `device.failed`.
    pub async fn embed(
        &self,
        items: &[Item<'_>],
        options: &Options,
        pulse: &mut impl Pulse,
    ) -> Result<Option<Embedded>, EngineError> {
        embed(&self.model, &self.tokenizer, items, options, self.budget, pulse).await
    }
}
