//! The files of a checkpoint → a model that can embed.
//!
//! Which family it is, is in the files: `config.json` of a hub folder, or what a `.pt` file holds
//! beside its tensors. One loader per family, whatever the container.

mod files;
mod pack;
mod recipe;

pub use files::Files;
pub use pack::{About, pack, verify};
pub use recipe::Recipe;

use crate::device::Opened;
use crate::embed::{Embedded, Item, Options, embed};
use crate::error::EngineError;
use crate::models::{Architecture, Carp, Dnabert2, Esm, Family, Model, NucleotideTransformer};
use crate::nn::Placement;
use crate::pulse::Pulse;
use crate::quant::Precision;
use crate::warm::warm_up;
use crossgrain_core::seq::Kind;
use crossgrain_core::token::Tokenizer;
use crossgrain_core::weights::{ByteSource, OpenBytes, Safetensors};
use serde_json::Value;

/// A loaded model with its tokenizer.
pub struct Checkpoint {
    model: Box<dyn Model>,
    tokenizer: Tokenizer,
    parameters: u64,
    budget: usize,
}

impl Checkpoint {
    /// Loads a checkpoint of any family, its linear layers in this precision; `progress` hears
    /// `(tensors read, tensors in all)`. Without one, a quantized file keeps its own, others get f32.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code.
    pub fn open(
        files: &Files<'_>,
        opened: &Opened,
        precision: impl Into<Option<Precision>>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        let source = files.tensors.as_ref();
        let precision = files.precision(precision.into())?;
        let place = Placement { device: opened.device.clone(), gpu: opened.is_gpu(), precision };
        let recipe = Recipe::of(files)?;
        let tokenizer = recipe.tokenizer(files)?;
        let model: Box<dyn Model> = match &recipe {
            Recipe::Carp(config) => Box::new(Carp::load(config, source, &place, progress)?),
            Recipe::Dnabert2(config) => Box::new(Dnabert2::load(config, source, &place, progress)?),
            Recipe::Esm(config) => match config.family {
                Family::Esm2 | Family::Esm1b => Box::new(Esm::load(config, source, &place, progress)?),
                _ => Box::new(NucleotideTransformer::load(config, source, &place, progress)?),
            },
        };
        let (tokens, rows) = (tokenizer.len_tokens(), model.architecture().vocabulary);
        if tokens > rows {
            return Err(EngineError::Config(format!(
                "vocab_size is {rows}, but the vocabulary has {tokens} tokens"
            )));
        }
        let count = |name: &str| source.info(name).map_or(0, |info| info.count() as u64);
        let parameters =
            source.names().into_iter().filter(|name| !name.ends_with("position_ids")).map(count).sum();
        Ok(Self { model, tokenizer, parameters, budget: opened.token_budget() })
    }

    /// Loads a checkpoint from the files called `names`, of which `bytes` gives the contents.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code.
    pub fn from_files(
        names: &[&str],
        bytes: &mut OpenBytes<'_>,
        opened: &Opened,
        precision: impl Into<Option<Precision>>,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        Self::open(&Files::read(names, bytes)?, opened, precision, progress)
    }

    /// Loads a checkpoint in hub layout with a safetensors file, all in f32.
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
        let files = Files {
            config: Some(config.to_vec()),
            vocabulary: vocabulary.map(str::to_owned),
            tokenizer: None,
            tensors: Box::new(Safetensors::open(weights, file)?),
            settings: Value::Null,
            manifest: None,
        };
        Self::open(&files, opened, Precision::F32, progress)
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

    /// The kind of sequences that the model reads.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self.config().family.granularity() {
            "nucleotide" => Kind::Dna,
            "domain" => Kind::Domains,
            _ => Kind::Protein,
        }
    }

    /// Whether the model reads sequences of this kind.
    ///
    /// # Errors
    /// `embed.dna_for_a_protein_model`, `embed.proteins_for_a_dna_model`,
    /// `embed.letters_for_a_domain_model`, `embed.domains_for_a_letter_model`.
    pub fn accept(&self, kind: Kind) -> Result<(), EngineError> {
        match (self.kind(), kind) {
            (wanted, kind) if wanted == kind => Ok(()),
            (_, Kind::Domains) => Err(EngineError::DomainsForLetters),
            (Kind::Domains, _) => Err(EngineError::LettersForDomains),
            (_, Kind::Dna) => Err(EngineError::DnaForProteins),
            (_, Kind::Protein) => Err(EngineError::ProteinsForDna),
        }
    }

    /// Compiles all pipelines that the model needs on a GPU, see [`warm_up`].
    ///
    /// # Errors
    /// `device.failed`.
    pub async fn warm_up(&self, progress: &mut dyn FnMut(usize, usize)) -> Result<(), EngineError> {
        warm_up(self.model.as_ref(), progress).await
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
