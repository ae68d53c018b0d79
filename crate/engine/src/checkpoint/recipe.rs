//! Which family a checkpoint is of, and its numbers: all that is known before a tensor is read.

use super::Files;
use crate::error::EngineError;
use crate::models::{Family, carp, config_json, dnabert2, esm};
use crossgrain_core::token::{
    BpeTokenizer, CarpTokenizer, DomainTokenizer, EsmTokenizer, KmerTokenizer, Tokenizer,
};
use crossgrain_core::weights::{Expected, check};
use serde_json::Value;

/// The configuration of a checkpoint.
#[derive(Clone, Debug)]
pub enum Recipe {
    /// BiGCARP and CARP.
    Carp(carp::config::Config),
    /// DNABERT-2.
    Dnabert2(dnabert2::config::Config),
    /// ESM and the Nucleotide Transformer.
    Esm(esm::config::Config),
}

impl Recipe {
    /// Finds out what the files describe.
    ///
    /// # Errors
    /// `model.missing_file`, `model.config`, `model.unsupported`.
    pub fn of(files: &Files<'_>) -> Result<Self, EngineError> {
        if carp::config::Config::is_of(&files.settings) {
            let config = carp::config::Config::from_metadata(&files.settings, files.tensors.as_ref())?;
            return Ok(Self::Carp(config));
        }
        let json = match &files.config {
            Some(json) => config_json(json)?,
            // fair-esm's files carry their settings themselves.
            None if files.settings.get("model_type").is_some() => files.settings.clone(),
            None => return Err(EngineError::MissingFile("config.json")),
        };
        Ok(match dnabert2::config::Config::is_of(&json) {
            true => Self::Dnabert2(dnabert2::config::Config::from_json(json)?),
            false => Self::Esm(esm::config::Config::from_json(json)?),
        })
    }

    /// The family.
    #[must_use]
    pub fn family(&self) -> Family {
        match self {
            Self::Carp(config) => config.family,
            Self::Dnabert2(_) => Family::Dnabert2,
            Self::Esm(config) => config.family,
        }
    }

    /// The tokenizer that belongs to it.
    ///
    /// # Errors
    /// `model.missing_file`, `model.config`, any `token.*` code.
    pub fn tokenizer(&self, files: &Files<'_>) -> Result<Tokenizer, EngineError> {
        match self {
            Self::Carp(config) => carp_tokenizer(config.family, &files.settings),
            Self::Dnabert2(_) => {
                let text = files.tokenizer.as_ref().ok_or(EngineError::MissingFile("tokenizer.json"))?;
                Ok(Tokenizer::Bpe(BpeTokenizer::from_json(text)?))
            }
            Self::Esm(config) => letter_tokenizer(config, files.vocabulary.as_deref()),
        }
    }

    /// The tensors that the model reads, after those of the files were held against them.
    ///
    /// # Errors
    /// `weights.missing`, `weights.unknown`, `weights.wrong_dtype`, `weights.wrong_shape`.
    pub fn tensors(&self, files: &Files<'_>) -> Result<Vec<Expected>, EngineError> {
        let (expected, ignored): (_, &[&str]) = match self {
            Self::Carp(config) => (carp::names::expected(config), &[]),
            Self::Dnabert2(config) => (dnabert2::names::expected(config), dnabert2::names::IGNORED),
            Self::Esm(config) => (esm::names::expected(config), esm::names::IGNORED),
        };
        check(files.tensors.as_ref(), &expected, ignored)?;
        Ok(expected)
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
