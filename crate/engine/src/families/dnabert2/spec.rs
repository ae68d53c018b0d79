//! DNABERT-2 as a family.

use super::config::DnaBert2Config;
use crate::error::EngineError;
use crate::families::{Family, FamilySpec};
use crate::pooling::Pool;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::token::{BpeTokenizer, Tokenizer};

/// DNABERT-2: byte pairs of DNA.
pub static DNABERT2: FamilySpec = FamilySpec {
    family: Family {
        id: "dnabert2",
        name: "DNABERT-2",
        granularity: Granularity::Nucleotide,
        // The model's card averages over all tokens, `[CLS]` and `[SEP]` included.
        pool: Pool::MeanTokens,
    },
    // No other BERT has an ALiBi table.
    detect: |checkpoint| {
        checkpoint.config.get("alibi_starting_size").is_some() && !checkpoint.settings["model"].is_string()
    },
    tokenizer: |files, _vocabulary| {
        let json = files.tokenizer.as_ref().ok_or(EngineError::MissingFile("tokenizer.json"))?;
        Ok(Tokenizer::Bpe(BpeTokenizer::from_json(json)?))
    },
    configure: |family, files| Ok(Box::new(DnaBert2Config::from_json(family, files.config_json()?)?)),
};
