//! Byte-pair encoding as DNABERT-2 uses it, from the model's own `tokenizer.json`.
//!
//! Reference: the `tokenizers` library's BPE model (Sennrich et al. 2016; Zhou et al. 2024). In order:
//!
//! 1. Special literals such as `[MASK]` are found in the raw text.
//! 2. The rest is split into words, `\w+|[^\w\s]+`; blanks fall out.
//! 3. A word begins as single letters; a letter without an id is `[UNK]` by itself.
//! 4. The neighbouring pair with the lowest rank is merged, of equal ones the leftmost, until no
//!    pair has a rank. `[UNK]` has none, so no merge crosses it.
//! 5. The template adds `[CLS]` in front and `[SEP]` behind.
//!
//! `ACGTN` is `[CLS] A C GT… [UNK] [SEP]`, with whatever the merges make of `ACGT`. Merging takes
//! O(l · log l) for a word of l letters.

mod file;
mod merge;

use super::{Encoded, TokenError, Unknown};
use std::collections::HashMap;

/// Letters to ids, by merging.
#[derive(Clone, Debug)]
pub struct BpeTokenizer {
    tokens: Vec<String>,
    letters: HashMap<char, u32>,
    /// Left and right id → rank and id of the whole.
    merges: HashMap<(u32, u32), (u32, u32)>,
    /// Literals found in raw text, the longest first.
    specials: Vec<(String, u32)>,
    before: Vec<u32>,
    after: Vec<u32>,
    unk: u32,
}

impl BpeTokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// What passes: a BPE model over ASCII letters with `[UNK]`, `[PAD]` and `[MASK]`, no normaliser,
    /// the `Whitespace` pre-tokenizer, a template post-processor. Anything else would be tokenised
    /// differently from what its authors meant, and is refused by name.
    ///
    /// # Errors
    ///
    /// `token.file_too_large`, `token.json`, `token.unsupported`, `token.ids`, `token.merge`,
    /// `token.too_many`, `token.too_long`, `token.missing_special`.
    pub fn from_json(json: &[u8]) -> Result<Self, TokenError> {
        file::read(json)
    }

    /// Tokenises a sequence.
    ///
    /// ```no_run
    /// use crossgrain_core::token::BpeTokenizer;
    ///
    /// let tokenizer = BpeTokenizer::from_json(&std::fs::read("tokenizer.json")?)?;
    /// assert_eq!(tokenizer.encode("ATCGATCGGCTAAGCTTAGC").ids, [1, 5, 359, 288, 79, 263, 19, 2]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn encode(&self, text: &str) -> Encoded {
        let mut encoded = Encoded::with_capacity((text.len() / 3).saturating_add(8));
        let mut at = 0;
        for &id in &self.before {
            encoded.push(id, at, 0);
        }
        let mut word = String::new();
        let mut rest = text;
        while let Some(letter) = rest.chars().next() {
            if let Some((literal, id)) = self.specials.iter().find(|(literal, _)| rest.starts_with(literal)) {
                at = self.merge_word(&mut word, at, &mut encoded);
                at = encoded.push(*id, at, 1);
                rest = rest.get(literal.len()..).unwrap_or_default();
                continue;
            }
            if word.chars().next_back().is_some_and(|last| class(last) != class(letter)) {
                at = self.merge_word(&mut word, at, &mut encoded);
            }
            if class(letter) != Class::Blank {
                word.push(letter);
            }
            rest = rest.get(letter.len_utf8()..).unwrap_or_default();
        }
        at = self.merge_word(&mut word, at, &mut encoded);
        for &id in &self.after {
            encoded.push(id, at, 0);
        }
        encoded
    }

    /// The token of an id.
    #[must_use]
    pub fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(usize::try_from(id).ok()?).map(String::as_str)
    }

    /// How many tokens there are: the rows of the model's embedding table.
    #[must_use]
    pub fn len_tokens(&self) -> usize {
        self.tokens.len()
    }

    /// Specials added in front and behind.
    #[must_use]
    pub fn added(&self) -> (usize, usize) {
        (self.before.len(), self.after.len())
    }

    /// Merges and empties `word`; returns where its letters end.
    fn merge_word(&self, word: &mut String, at: u32, encoded: &mut Encoded) -> u32 {
        let mut at = at;
        let ids: Vec<u32> =
            word.chars().map(|letter| self.letters.get(&letter).map_or(self.unk, |&id| id)).collect();
        let mut letters = word.chars();
        for (id, length) in merge::merge(&ids, &self.merges) {
            let first = letters.next();
            if let Some(letter) = first.filter(|letter| !self.letters.contains_key(letter)) {
                let position = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
                encoded.unknown.push(Unknown { position, letters: letter.to_string() });
            }
            for _ in 1..length {
                letters.next();
            }
            at = encoded.push(id, at, length);
        }
        word.clear();
        at
    }
}

/// What `\w`, `\s` and the rest of the pattern see. Letters with an id are ASCII (checked when the
/// file is read), so it does not matter where exactly Unicode draws the line between the others.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Word,
    Other,
}

fn class(letter: char) -> Class {
    if letter.is_whitespace() {
        Class::Blank
    } else if letter.is_alphanumeric() || letter == '_' {
        Class::Word
    } else {
        Class::Other
    }
}

#[cfg(test)]
mod tests;
