//! Why a vocabulary or a text is refused.

use super::Unit;
use crate::error::{Coded, Where};
use crate::limits::{TOKENIZER_JSON_BYTES, VOCAB_TOKEN_BYTES, VOCAB_TOKENS};
use thiserror::Error;

/// A refused vocabulary file, or a text refused in strict mode. Lines are counted from 1; the id of
/// a token of a `vocab.txt` is its line less one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Nothing in it.
    #[error("the vocabulary is empty")]
    Empty,
    /// A line without a token between lines with tokens.
    #[error("line {line} of the vocabulary is empty")]
    EmptyToken {
        /// The line.
        line: u64,
    },
    /// The same token on two lines: its id would be ambiguous.
    #[error("the token {token:?} stands on line {first} and on line {line} of the vocabulary")]
    Duplicate {
        /// The token.
        token: String,
        /// The line it was first seen on.
        first: u64,
        /// The second line.
        line: u64,
    },
    /// A token that is too long to be one.
    #[error("line {line} of the vocabulary is longer than {VOCAB_TOKEN_BYTES} bytes")]
    TooLong {
        /// The line.
        line: u64,
    },
    /// More tokens than any published vocabulary has.
    #[error("the vocabulary has more than {VOCAB_TOKENS} tokens")]
    TooMany,
    /// A special token that the models cannot do without.
    #[error("the vocabulary has no token {token}")]
    MissingSpecial {
        /// The token.
        token: &'static str,
    },
    /// A `tokenizer.json` larger than any published one.
    #[error("the tokenizer file has {bytes} bytes; {TOKENIZER_JSON_BYTES} are allowed")]
    FileTooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not the JSON of a tokenizer.
    #[error("this is not the vocabulary of a model: {reason}")]
    Json {
        /// What is wrong with it.
        reason: String,
    },
    /// A tokenizer of another kind, which would give other ids than its authors meant.
    #[error("this kind of tokenizer is not read: {what}")]
    Unsupported {
        /// The part that differs.
        what: String,
    },
    /// Ids that are not 0, 1, 2 …, each once.
    #[error("the ids of the vocabulary do not fit: {what}")]
    Ids {
        /// What is wrong with them.
        what: String,
    },
    /// A merge of tokens that are not in the vocabulary.
    #[error("the merge of rank {rank} {what}")]
    Merge {
        /// Its place in the list, counted from 0.
        rank: u32,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A text with letters or domains that have no token, in strict mode.
    #[error("'{letters}' at {} {position} has no token{}", unit.name(), others(*unit, *places))]
    UnknownLetters {
        /// Letters or domains.
        unit: Unit,
        /// Where the first of them begins, counted from 1.
        position: usize,
        /// The first of them.
        letters: String,
        /// Number of places with such letters.
        places: usize,
    },
}

fn others(unit: Unit, places: usize) -> String {
    match places.saturating_sub(1) {
        0 => String::new(),
        1 => format!(", nor have {}s at 1 more place", unit.name()),
        n => format!(", nor have {}s at {n} more places", unit.name()),
    }
}

impl Coded for TokenError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "token.empty",
            Self::EmptyToken { .. } => "token.empty_token",
            Self::Duplicate { .. } => "token.duplicate",
            Self::TooLong { .. } => "token.too_long",
            Self::TooMany => "token.too_many",
            Self::MissingSpecial { .. } => "token.missing_special",
            Self::FileTooLarge { .. } => "token.file_too_large",
            Self::Json { .. } => "token.json",
            Self::Unsupported { .. } => "token.unsupported",
            Self::Ids { .. } => "token.ids",
            Self::Merge { .. } => "token.merge",
            Self::UnknownLetters { .. } => "token.unknown_letters",
        }
    }

    fn hint(&self) -> String {
        match self {
            Self::Empty
            | Self::EmptyToken { .. }
            | Self::Duplicate { .. }
            | Self::TooLong { .. }
            | Self::TooMany
            | Self::MissingSpecial { .. } => {
                "use the vocabulary file of the model's own repository; for ESM the published 33 tokens are built in"
            }
            Self::FileTooLarge { .. } | Self::Json { .. } | Self::Ids { .. } | Self::Merge { .. } => {
                "fetch the file again from the model's own repository"
            }
            Self::Unsupported { .. } => "only the tokenizers of the listed model families are read",
            Self::UnknownLetters { .. } => {
                "replace or remove them, read DNA as upper case, or switch strict mode off"
            }
        }
        .to_owned()
    }

    fn at(&self) -> Where {
        let line = match self {
            Self::EmptyToken { line } | Self::Duplicate { line, .. } | Self::TooLong { line } => Some(*line),
            _ => None,
        };
        Where { line, ..Where::default() }
    }
}
