//! Everything the engine can refuse, with a stable code and a way out.

use crate::quant::Precision;
use crossgrain_core::error::{Coded, Where};
use crossgrain_core::granularity::Granularity;
use crossgrain_core::token::TokenError;
use crossgrain_core::weights::WeightsError;
use thiserror::Error;

/// A refusal of the engine.
#[derive(Debug, Error)]
pub enum EngineError {
    /// `config.json` is not JSON, lacks a field or holds an impossible number.
    #[error("the model's config.json cannot be used: {0}")]
    Config(String),
    /// A file that the family needs.
    #[error("{0} is not among the model's files")]
    MissingFile(&'static str),
    /// A small file that is too large to be what its name says.
    #[error("{file} has more than {most} bytes")]
    FileTooLarge {
        /// The file.
        file: String,
        /// The largest size that is read, in bytes.
        most: usize,
    },
    /// `vocab.txt` is not UTF-8 text.
    #[error("vocab.txt is not text")]
    VocabularyNotText,
    /// The files describe a model that this engine does not run.
    #[error("this model cannot be run here: {0}")]
    Unsupported(String),
    /// The vocabulary is of no family.
    #[error("the vocabulary fits no model that is read here: {0}")]
    Vocabulary(String),
    /// A quantized file cannot be loaded in another precision.
    #[error("the file's weights are {there}, not {asked}")]
    Precision {
        /// What the file holds.
        there: Precision,
        /// What was asked for.
        asked: Precision,
    },
    /// A quantized file cannot be quantized again.
    #[error("the file is quantized already")]
    Quantized,
    /// The checkpoint was refused.
    #[error(transparent)]
    Weights(#[from] WeightsError),
    /// The vocabulary was refused.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The chosen device is not available.
    #[error("the device is not available: {0}")]
    NoDevice(String),
    /// The device computes wrong numbers or stopped answering.
    #[error("the device failed: {0}")]
    Device(String),
    /// A layer that the model does not have.
    #[error("layer {asked} was asked for, but the model has layers 0 to {last}")]
    NoSuchLayer {
        /// What was asked for.
        asked: usize,
        /// The last layer there is.
        last: usize,
    },
    /// The overlap of windows does not fit into a window.
    #[error("an overlap of {asked} residues was asked for, at most {most} is possible")]
    Overlap {
        /// What was asked for.
        asked: usize,
        /// The largest possible overlap.
        most: usize,
    },
    /// Sequences that the model does not read.
    #[error("{}", mismatch(*model, *sequences))]
    Granularity {
        /// What the model reads.
        model: Granularity,
        /// What the sequences are.
        sequences: Granularity,
    },
    /// A record with letters that the tokenizer refuses.
    #[error("{error}")]
    Letters {
        /// Its id.
        record: String,
        /// What the tokenizer says.
        error: TokenError,
    },
    /// A record without residues has no embedding.
    #[error("record {record} has no residues")]
    Empty {
        /// Its id.
        record: String,
    },
    /// Logits were asked of a checkpoint without a language-model head.
    #[error("the checkpoint has no language-model head")]
    NoLogits,
    /// Contacts were asked of a checkpoint without a contact head.
    #[error("the checkpoint has no contact head")]
    NoContacts,
    /// The observer of progress cancelled the computation.
    #[error("the run was cancelled")]
    Cancelled,
    /// A result holds infinite or undefined numbers.
    #[error("the embedding holds infinite or undefined numbers in record {record}")]
    NotFinite {
        /// The record it happened in.
        record: String,
    },
}

impl Coded for EngineError {
    fn code(&self) -> &'static str {
        match self {
            Self::Config(_) => "model.config",
            Self::MissingFile(_) => "model.missing_file",
            Self::FileTooLarge { .. } => "model.file_too_large",
            Self::VocabularyNotText => "token.not_text",
            Self::Unsupported(_) => "model.unsupported",
            Self::Vocabulary(_) => "model.vocabulary",
            Self::Precision { .. } => "model.precision",
            Self::Quantized => "model.quantized",
            Self::Weights(error) => error.code(),
            Self::Token(error) | Self::Letters { error, .. } => error.code(),
            Self::NoDevice(_) => "device.unavailable",
            Self::Device(_) => "device.failed",
            Self::NoSuchLayer { .. } => "embed.no_such_layer",
            Self::Overlap { .. } => "embed.overlap",
            Self::Granularity { model, sequences } => match (sequences, model) {
                (Granularity::Domain, _) => "embed.domains_for_a_letter_model",
                (_, Granularity::Domain) => "embed.letters_for_a_domain_model",
                (Granularity::Nucleotide, _) => "embed.dna_for_a_protein_model",
                (Granularity::Protein, _) => "embed.proteins_for_a_dna_model",
            },
            Self::Empty { .. } => "embed.empty_record",
            Self::NoLogits => "embed.no_logits",
            Self::NoContacts => "embed.no_contacts",
            Self::Cancelled => "engine.cancelled",
            Self::NotFinite { .. } => "embed.not_finite",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Config(_) => "use the config.json published with the checkpoint".into(),
            Self::MissingFile(_) => {
                "give all files of the model's repository: config.json, the weights, vocab.txt or tokenizer.json".into()
            }
            Self::FileTooLarge { .. } | Self::VocabularyNotText => {
                "use the file published with the checkpoint".into()
            }
            Self::Unsupported(_) => {
                "choose one of the published models; `crossgrain models` and the page list them".into()
            }
            Self::Vocabulary(_) => {
                "use the vocabulary and the embedding table as the model was published; tokens that were added cannot be read".into()
            }
            Self::Precision { .. } => "leave the precision out, or load the model from its original files".into(),
            Self::Quantized => "quantize the original model".into(),
            Self::Weights(error) => error.hint(),
            Self::Token(error) | Self::Letters { error, .. } => error.hint(),
            Self::NoDevice(_) => "choose the CPU: it gives the same numbers, more slowly".into(),
            Self::Device(_) => "try again, or choose the CPU".into(),
            Self::NoSuchLayer { .. } => "0 is the embedding before the first layer".into(),
            Self::Overlap { .. } => "256 is a good overlap".into(),
            Self::Granularity { model, sequences } => match (sequences, model) {
                (Granularity::Domain, _) => "choose a model of domains such as BiGCARP, or give sequences".into(),
                (_, Granularity::Domain) => "give domain lists (id, tab, PF00001;PF00002), an hmmscan --domtblout table or \
                     GenBank files of antiSMASH"
                    .into(),
                (Granularity::Nucleotide, _) => {
                    "give protein sequences, or say that these letters are protein if they are".into()
                }
                (Granularity::Protein, _) => {
                    "give coding sequences or other DNA, or say that these letters are DNA if they are".into()
                }
            },
            Self::Empty { .. } => "leave the record out".into(),
            Self::NoLogits => "leave the logits out, or use a checkpoint with lm_head tensors".into(),
            Self::NoContacts => {
                "leave the contacts out, or use a checkpoint with contact_head tensors".into()
            }
            Self::Cancelled => "start it again".into(),
            Self::NotFinite { .. } => "try the CPU; if it persists the checkpoint is damaged".into(),
        }
    }

    fn at(&self) -> Where {
        match self {
            Self::Weights(error) => error.at(),
            Self::Token(error) => error.at(),
            Self::Config(_) => Where { file: Some("config.json".into()), ..Where::default() },
            Self::Letters { record, .. } | Self::Empty { record } | Self::NotFinite { record } => {
                Where { record: Some(record.clone()), ..Where::default() }
            }
            _ => Where::default(),
        }
    }
}

fn mismatch(model: Granularity, sequences: Granularity) -> String {
    let (given, read) = (sequences.noun(), model.noun());
    match (sequences, model) {
        (_, Granularity::Domain) => format!("these are sequences, the model reads {read}"),
        (Granularity::Domain, _) => format!("these are {given}, the model reads sequences"),
        _ => format!("these sequences are {given}, the model reads {read}"),
    }
}
