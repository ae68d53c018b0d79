//! Token ids of letters: the tokenizers of all model families.
//!
//! A model sees numbers. Which number stands for which letter, word or domain is part of the
//! checkpoint, and so is what happens to letters it does not know. The tokenizers here do what the
//! published ones do, token for token, and also say what was lost on the way ([`Encoded`]).
//!
//! | tokenizer | models | vocabulary | adds |
//! |---|---|---|---|
//! | [`EsmTokenizer`] | ESM-2, ESM-1b | `vocab.txt`, built in | `<cls>` … `<eos>` |
//! | [`KmerTokenizer`] | Nucleotide Transformer | `vocab.txt`, built in | `<cls>` … |
//! | [`BpeTokenizer`] | DNABERT-2 | `tokenizer.json` | `[CLS]` … `[SEP]` |
//! | [`DomainTokenizer`] | BiGCARP | in the checkpoint | nothing |
//! | [`CarpTokenizer`] | CARP | fixed | nothing |
//!
//! [`Tokenizer`] is any of them:
//!
//! ```
//! use crossgrain_core::token::{EncodeOptions, KmerTokenizer, Tokenizer};
//!
//! let tokenizer = Tokenizer::Kmer(KmerTokenizer::nt_v2(3));
//! let options = EncodeOptions { upper_case: true, ..EncodeOptions::default() };
//! let encoded = tokenizer.encode("attCCG", &options)?;
//! assert_eq!(encoded.ids, [3, 11, 49]);
//! assert_eq!(encoded.spans, [0..0, 0..3, 3..6]);
//! # Ok::<(), crossgrain_core::token::TokenError>(())
//! ```

// Untrusted bytes and texts: no indexing that can panic, no arithmetic that can overflow.
#![cfg_attr(not(test), deny(clippy::indexing_slicing, clippy::arithmetic_side_effects))]

mod bpe;
mod carp;
mod domains;
mod encoded;
mod error;
mod esm;
mod kmer;
mod scan;
mod tokenizer;
mod vocabulary;

pub use bpe::BpeTokenizer;
pub use carp::CarpTokenizer;
pub use domains::DomainTokenizer;
pub use encoded::{BrokenFrame, Change, Encoded, Unknown};
pub use error::TokenError;
pub use esm::EsmTokenizer;
pub use kmer::KmerTokenizer;
pub use tokenizer::{EncodeOptions, Tokenizer, Unit};
pub use vocabulary::Vocabulary;
