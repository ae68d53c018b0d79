//! ESM-2 and ESM-1b as families.
//!
//! `config.json` says `model_type` `esm` for both, with 33 token kinds; positions are rotary in ESM-2.

use super::config;
use crate::error::EngineError;
use crate::families::transformer::{ModelType, fits, has_letters};
use crate::families::{Description, Family, FamilySpec};
use crate::files::CheckpointFiles;
use crate::pooling::Pool;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::token::{EsmTokenizer, Tokenizer};

/// ESM-2: residues, rotary positions.
pub static ESM2: FamilySpec = FamilySpec {
    family: Family {
        id: "esm2",
        name: "ESM-2",
        granularity: Granularity::Protein,
        // fair-esm's `extract.py` leaves `<cls>` and `<eos>` out.
        pool: Pool::Mean,
    },
    detect: |checkpoint| is_esm(checkpoint) && ModelType::of(checkpoint).rotary,
    tokenizer,
    configure: |family, files| Ok(Box::new(config::read(family, files)?)),
};

/// ESM-1b: residues, learned positions.
pub static ESM1B: FamilySpec = FamilySpec {
    family: Family { id: "esm1b", name: "ESM-1b", granularity: Granularity::Protein, pool: Pool::Mean },
    detect: |checkpoint| is_esm(checkpoint) && !ModelType::of(checkpoint).rotary,
    tokenizer,
    configure: |family, files| Ok(Box::new(config::read(family, files)?)),
};

/// Letters that a vocabulary must have.
const RESIDUES: &str = "ACDEFGHIKLMNPQRSTVWY";

fn is_esm(checkpoint: &Description<'_>) -> bool {
    let model_type = ModelType::of(checkpoint);
    // A file without a vocabulary size is refused by name when its numbers are read.
    model_type.is_esm && model_type.vocabulary.is_none_or(|tokens| tokens == config::TOKENS as u64)
}

/// The published alphabet where the folder has no `vocab.txt`.
fn tokenizer(files: &CheckpointFiles<'_>, vocabulary: usize) -> Result<Tokenizer, EngineError> {
    let tokenizer = match &files.vocabulary {
        Some(text) => EsmTokenizer::from_vocab(text)?,
        None => EsmTokenizer::new(),
    };
    has_letters(tokenizer.vocabulary(), RESIDUES)?;
    fits(Tokenizer::Esm(tokenizer), vocabulary)
}
