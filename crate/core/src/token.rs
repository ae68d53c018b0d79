//! Letters → token ids.
//!
//! A model sees numbers: one per residue, with a special one before and one after. Which number
//! stands for which letter is part of the checkpoint (`vocab.txt`), and so is what happens to
//! letters it does not know. The tokenizers here do what the published ones do, token for token,
//! and also say what was lost on the way.

mod error;
mod esm;
mod vocabulary;

pub use error::TokenError;
pub use esm::{Encoded, EsmTokenizer, Unknown};
pub use vocabulary::Vocabulary;
