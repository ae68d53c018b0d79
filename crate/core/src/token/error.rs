//! Why a vocabulary is refused.

use crate::error::{Coded, Where};
use crate::limits::{VOCAB_TOKEN_BYTES, VOCAB_TOKENS};
use thiserror::Error;

/// A refused `vocab.txt`. Lines are counted from 1; the id of a token is its line less one.
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
    /// More lines than any published vocabulary has.
    #[error("the vocabulary has more than {VOCAB_TOKENS} tokens")]
    TooMany,
    /// A special token that the models cannot do without.
    #[error("the vocabulary has no token {token}")]
    MissingSpecial {
        /// The token.
        token: &'static str,
    },
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
        }
    }

    fn hint(&self) -> String {
        "use the vocab.txt of the model's own repository, or leave it out: the published 33 tokens are built in"
            .to_owned()
    }

    fn at(&self) -> Where {
        let line = match self {
            Self::EmptyToken { line } | Self::Duplicate { line, .. } | Self::TooLong { line } => Some(*line),
            Self::Empty | Self::TooMany | Self::MissingSpecial { .. } => None,
        };
        Where { line, ..Where::default() }
    }
}
