//! The files of a checkpoint → a model that can embed.
//!
//! Which family it is, is in the files: `config.json` of a hub folder, or what a `.pt` file holds
//! beside its tensors. One loader per family, whatever the container.

mod files;

pub use files::Files;

use crate::device::Opened;
use crate::embed::{Embedded, Item, Options, embed};
use crate::error::EngineError;
use crate::models::{Architecture, Carp, Dnabert2, Esm, Family, Model, NucleotideTransformer};
use crate::models::{carp, config_json, dnabert2, esm};
use crate::nn::Place;
use crate::pulse::Pulse;
use crate::quant::Precision;
use crate::warm::warm_up;
use crossgrain_core::seq::Kind;
use crossgrain_core::token::{
    BpeTokenizer, CarpTokenizer, DomainTokenizer, EsmTokenizer, KmerTokenizer, Tokenizer,
};
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
    /// Loads a checkpoint of any family, its linear layers in this precision; `progress` hears `(tensors read, tensors in all)`.
    ///
    /// # Errors
    /// Any `model.*`, `token.*` or `weights.*` code.
    pub fn open(
        files: &Files<'_>,
        opened: &Opened,
        precision: Precision,
        progress: &mut dyn FnMut(usize, usize),
    ) -> Result<Self, EngineError> {
        let source = files.tensors.as_ref();
        let place = Place { device: opened.device.clone(), gpu: opened.is_gpu(), precision };
        let (model, tokenizer): (Box<dyn Model>, _) = if carp::config::Config::is_of(&files.settings) {
            let config = carp::config::Config::from_metadata(&files.settings, source)?;
            let tokenizer = carp_tokenizer(config.family, &files.settings)?;
            (Box::new(Carp::load(&config, source, &place, progress)?), tokenizer)
        } else {
            let json = match &files.config {
                Some(json) => config_json(json)?,
                // fair-esm's files carry their settings themselves.
                None if files.settings.get("model_type").is_some() => files.settings.clone(),
                None => return Err(EngineError::MissingFile("config.json")),
            };
            if dnabert2::config::Config::is_of(&json) {
                let config = dnabert2::config::Config::from_json(json)?;
                let text = files.tokenizer.as_ref().ok_or(EngineError::MissingFile("tokenizer.json"))?;
                let tokenizer = Tokenizer::Bpe(BpeTokenizer::from_json(text)?);
                (Box::new(Dnabert2::load(&config, source, &place, progress)?), tokenizer)
            } else {
                let config = esm::config::Config::from_json(json)?;
                let tokenizer = letter_tokenizer(&config, files.vocabulary.as_deref())?;
                let model: Box<dyn Model> = match config.family {
                    Family::Esm2 | Family::Esm1b => Box::new(Esm::load(&config, source, &place, progress)?),
                    _ => Box::new(NucleotideTransformer::load(&config, source, &place, progress)?),
                };
                (model, tokenizer)
            }
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
        precision: Precision,
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

/// The tokenizer of ESM or the Nucleotide Transformer, with the published vocabulary where the
/// folder has no `vocab.txt`.
fn letter_tokenizer(
    config: &esm::config::Config,
    vocabulary: Option<&str>,
) -> Result<Tokenizer, EngineError> {
    let tokenizer = match (config.family, vocabulary) {
        (Family::Esm2 | Family::Esm1b, Some(text)) => Tokenizer::Esm(EsmTokenizer::from_vocab(text)?),
        (Family::Esm2 | Family::Esm1b, None) => Tokenizer::Esm(EsmTokenizer::new()),
        (_, Some(text)) => Tokenizer::Kmer(KmerTokenizer::from_vocab(text, config.vocabulary)?),
        (_, None) => Tokenizer::Kmer(match config.vocabulary {
            75 => KmerTokenizer::nt_v2(3),
            4107 => KmerTokenizer::nt_v2(6),
            _ => KmerTokenizer::nt_v1(),
        }),
    };
    match tokenizer.len_tokens() {
        tokens if tokens == config.vocabulary => Ok(tokenizer),
        tokens => Err(EngineError::Config(format!(
            "vocab_size is {}, but the vocabulary has {tokens} tokens",
            config.vocabulary
        ))),
    }
}

fn carp_tokenizer(family: Family, settings: &Value) -> Result<Tokenizer, EngineError> {
    let part = |name: &str| settings.get(name).unwrap_or(&Value::Null);
    Ok(match family {
        Family::Bigcarp => {
            Tokenizer::Domains(DomainTokenizer::from_metadata(part("tokens"), part("pfam_to_domain"))?)
        }
        _ => Tokenizer::Carp(CarpTokenizer),
    })
}
