//! Nucleotide Transformer v1 and v2 as families.
//!
//! `config.json` says `model_type` `esm` as ESM's does, with 75 token kinds or thousands; positions are rotary in v2.

use super::config;
use crate::error::EngineError;
use crate::families::esm;
use crate::families::transformer::{ModelType, PUBLISHED, fits, has_kmers, has_letters};
use crate::families::{Description, Family, FamilySpec};
use crate::files::CheckpointFiles;
use crate::pooling::Pool;
use crossgrain_core::granularity::Granularity;
use crossgrain_core::token::{KmerTokenizer, Tokenizer};

/// Nucleotide Transformer v1: 6-mers, learned positions.
pub static V1: FamilySpec = FamilySpec {
    family: Family {
        id: "ntv1",
        name: "Nucleotide Transformer v1",
        granularity: Granularity::Nucleotide,
        // The model's card averages over the attention mask, `<cls>` included.
        pool: Pool::MeanTokens,
    },
    detect: |checkpoint| reads_nucleotides(checkpoint) && !ModelType::of(checkpoint).rotary,
    tokenizer,
    configure: |family, files| Ok(Box::new(config::read(family, files)?)),
};

/// Nucleotide Transformer v2: 6-mers or 3-mers, rotary positions.
pub static V2: FamilySpec = FamilySpec {
    family: Family {
        id: "ntv2",
        name: "Nucleotide Transformer v2",
        granularity: Granularity::Nucleotide,
        pool: Pool::MeanTokens,
    },
    detect: |checkpoint| reads_nucleotides(checkpoint) && ModelType::of(checkpoint).rotary,
    tokenizer,
    configure: |family, files| Ok(Box::new(config::read(family, files)?)),
};

fn reads_nucleotides(checkpoint: &Description<'_>) -> bool {
    let model_type = ModelType::of(checkpoint);
    // Other sizes are of k-mers only if `vocab.txt` lists some: tokens may have been added to ESM's.
    model_type.is_esm
        && model_type.vocabulary.is_some_and(|tokens| {
            let published = PUBLISHED.contains(&tokens) || checkpoint.vocabulary.is_some_and(has_kmers);
            tokens != esm::config::TOKENS as u64 && published
        })
}

/// The published vocabulary of the same size where the folder has no `vocab.txt`.
fn tokenizer(files: &CheckpointFiles<'_>, vocabulary: usize) -> Result<Tokenizer, EngineError> {
    let tokenizer = match &files.vocabulary {
        Some(text) => KmerTokenizer::from_vocab(text, vocabulary)?,
        None => match vocabulary {
            75 => KmerTokenizer::nt_v2(3),
            4107 => KmerTokenizer::nt_v2(6),
            _ => KmerTokenizer::nt_v1(),
        },
    };
    has_letters(tokenizer.vocabulary(), "ACGTN")?;
    fits(Tokenizer::Kmer(tokenizer), vocabulary)
}
