//! The files of a checkpoint → a model that can embed.
//!
//! Which family it is, is in the files: `config.json` of a hub folder, or what a `.pt` file holds
//! beside its tensors. One loader per family, whatever the container.

use crate::device::Opened;
use crate::embed::{Embedded, Item, Options, embed};
use crate::error::EngineError;
use crate::models::esm::config::Config;
use crate::models::{Architecture, Esm, Family, Model, NucleotideTransformer};
use crate::pulse::Pulse;
use crossgrain_core::seq::Kind;
use crossgrain_core::token::{EsmTokenizer, KmerTokenizer, Tokenizer};
use crossgrain_core::weights::{ByteSource, Safetensors, TensorSource};

/// The files of a checkpoint, as far as there are any.
#[derive(Clone, Copy)]
pub struct Files<'a> {
    /// `config.json`.
    pub config: Option<&'a [u8]>,
    /// `vocab.txt`.
    pub vocabulary: Option<&'a str>,
    /// `tokenizer.json`.
    pub tokenizer: Option<&'a [u8]>,
    /// The tensors.
    pub weights: &'a dyn TensorSource,
}

/// A loaded model with its tokenizer.
pub struct Checkpoint {
    model: Box<dyn Model>,
    tokenizer: Tokenizer,
    parameters: u64,
    budget: usize,
}

impl Checkpoint {
    /// Loads a checkpoint of any family; `progress` hears `(tensors read, tensors in all)`.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code.
    pub fn open(
        files: &Files<'_>,
        opened: &Opened,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        let json = files.config.ok_or_else(|| EngineError::Config("there is none".into()))?;
        let config = Config::parse(json)?;
        let (source, device, gpu) = (files.weights, &opened.device, opened.is_gpu());
        let (model, tokenizer): (Box<dyn Model>, _) = match config.family {
            Family::Esm2 | Family::Esm1b => {
                let tokenizer = match files.vocabulary {
                    Some(text) => EsmTokenizer::from_vocab(text)?,
                    None => EsmTokenizer::new(),
                };
                let tokenizer = fitting(Tokenizer::Esm(tokenizer), config.vocabulary)?;
                (Box::new(Esm::load(&config, source, device, gpu, progress)?), tokenizer)
            }
            Family::NucleotideTransformerV1 | Family::NucleotideTransformerV2 => {
                let tokenizer = match (files.vocabulary, config.vocabulary) {
                    (Some(text), rows) => KmerTokenizer::from_vocab(text, rows)?,
                    (None, 75) => KmerTokenizer::nt_v2(3),
                    (None, 4107) => KmerTokenizer::nt_v2(6),
                    (None, _) => KmerTokenizer::nt_v1(),
                };
                let tokenizer = fitting(Tokenizer::Kmer(tokenizer), config.vocabulary)?;
                (Box::new(NucleotideTransformer::load(&config, source, device, gpu, progress)?), tokenizer)
            }
        };
        let count = |name: &str| source.info(name).map_or(0, |info| info.count() as u64);
        let parameters =
            source.names().into_iter().filter(|name| !name.ends_with("position_ids")).map(count).sum();
        Ok(Self { model, tokenizer, parameters, budget: opened.token_budget() })
    }

    /// Loads a checkpoint in hub layout with a safetensors file.
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
        let weights = Safetensors::open(weights, file)?;
        let files = Files { config: Some(config), vocabulary, tokenizer: None, weights: &weights };
        Self::open(&files, opened, progress)
    }

    /// The numbers of the model that matter to a caller.
    #[must_use]
    pub fn config(&self) -> &Architecture {
        self.model.architecture()
    }

    /// The model itself.
    #[must_use]
    pub fn model(&self) -> &dyn Model {
        self.model.as_ref()
    }

    /// Letters to token ids.
    #[must_use]
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Numbers in the checkpoint.
    #[must_use]
    pub fn parameters(&self) -> u64 {
        self.parameters
    }

    /// Whether the model reads sequences of this kind.
    ///
    /// # Errors
    /// `embed.dna_for_a_protein_model`, `embed.proteins_for_a_dna_model`,
    /// `embed.letters_for_a_domain_model`.
    pub fn accept(&self, kind: Kind) -> Result<(), EngineError> {
        match (&self.tokenizer, kind) {
            (Tokenizer::Esm(_) | Tokenizer::Carp(_), Kind::Dna) => Err(EngineError::DnaForProteins),
            (Tokenizer::Kmer(_) | Tokenizer::Bpe(_), Kind::Protein) => Err(EngineError::ProteinsForDna),
            (Tokenizer::Domains(_), Kind::Protein | Kind::Dna) => Err(EngineError::LettersForDomains),
            _ => Ok(()),
        }
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
        embed(self.model.as_ref(), &self.tokenizer, items, options, self.budget, pulse).await
    }
}

/// The tokenizer, if it has as many tokens as the model has rows.
fn fitting(tokenizer: Tokenizer, rows: usize) -> Result<Tokenizer, EngineError> {
    match tokenizer.len_tokens() {
        tokens if tokens == rows => Ok(tokenizer),
        tokens => {
            Err(EngineError::Config(format!("vocab_size is {rows}, but the vocabulary has {tokens} tokens")))
        }
    }
}
