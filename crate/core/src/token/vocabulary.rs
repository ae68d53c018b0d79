//! Tokens and their ids: the lines of a `vocab.txt`.

use super::TokenError;
use crate::limits::{VOCAB_TOKEN_BYTES, VOCAB_TOKENS};
use std::collections::HashMap;

/// A list of different tokens; a token's id is its place in the list.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    tokens: Vec<String>,
    ids: HashMap<String, u32>,
    /// For each first byte, how long (in bytes) tokens beginning with it are: longest first.
    lengths: Vec<Vec<usize>>,
}

impl Vocabulary {
    /// Reads a vocabulary with one token per line. Blanks around tokens and empty lines at the end
    /// are dropped, as the published loaders do.
    ///
    /// # Errors
    ///
    /// `token.empty`, `token.empty_token`, `token.duplicate`, `token.too_long`, `token.too_many`.
    pub fn from_text(text: &str) -> Result<Self, TokenError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text).trim_end();
        let mut vocabulary = Self::empty();
        for (line, token) in (1_u64..).zip(text.lines().map(str::trim)) {
            vocabulary.push(line, token)?;
        }
        if vocabulary.tokens.is_empty() { Err(TokenError::Empty) } else { Ok(vocabulary) }
    }

    /// A vocabulary of our own: different tokens, none empty.
    pub(super) fn known(tokens: impl IntoIterator<Item = String>) -> Self {
        let mut vocabulary = Self::empty();
        for (id, token) in (0..).zip(tokens) {
            vocabulary.insert(&token, id);
        }
        vocabulary
    }

    /// Leaves only the first `len` tokens.
    pub(super) fn truncate(&mut self, len: usize) {
        for token in self.tokens.drain(len.min(self.tokens.len())..) {
            self.ids.remove(&token);
        }
    }

    /// All tokens in the order of their ids.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(String::as_str)
    }

    /// How many tokens there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether there are none: never, once it is made.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The id of a token.
    #[must_use]
    pub fn id(&self, token: &str) -> Option<u32> {
        self.ids.get(token).copied()
    }

    /// The token of an id.
    #[must_use]
    pub fn token(&self, id: u32) -> Option<&str> {
        self.tokens.get(usize::try_from(id).ok()?).map(String::as_str)
    }

    /// The longest token that `text` begins with, and its id.
    #[must_use]
    pub fn longest<'t>(&self, text: &'t str) -> Option<(&'t str, u32)> {
        let first = text.as_bytes().first()?;
        let lengths = self.lengths.get(usize::from(*first))?;
        lengths.iter().find_map(|&length| {
            let token = text.get(..length)?;
            Some((token, self.id(token)?))
        })
    }

    fn empty() -> Self {
        Self { tokens: Vec::new(), ids: HashMap::new(), lengths: vec![Vec::new(); 256] }
    }

    fn push(&mut self, line: u64, token: &str) -> Result<(), TokenError> {
        if token.is_empty() {
            return Err(TokenError::EmptyToken { line });
        }
        if token.len() > VOCAB_TOKEN_BYTES {
            return Err(TokenError::TooLong { line });
        }
        if self.tokens.len() >= VOCAB_TOKENS {
            return Err(TokenError::TooMany);
        }
        if let Some(&id) = self.ids.get(token) {
            return Err(TokenError::Duplicate { token: token.to_owned(), first: u64::from(id) + 1, line });
        }
        let id = u32::try_from(self.tokens.len()).map_err(|_| TokenError::TooMany)?;
        self.insert(token, id);
        Ok(())
    }

    fn insert(&mut self, token: &str, id: u32) {
        self.ids.insert(token.to_owned(), id);
        self.tokens.push(token.to_owned());
        let first = token.as_bytes().first().map_or(0, |&byte| usize::from(byte));
        if let Some(lengths) = self.lengths.get_mut(first)
            && let Err(place) = lengths.binary_search_by(|length| token.len().cmp(length))
        {
            lengths.insert(place, token.len());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn the_longest_token_wins() {
        fn t(text: &str, expected: Option<(&str, u32)>) {
            let vocabulary = Vocabulary::from_text("A\nABC\nAB\n<a>\né\n").unwrap();
            assert_eq!(vocabulary.longest(text), expected, "{text:?}");
        }
        t("AAB", Some(("A", 0)));
        t("ABA", Some(("AB", 2)));
        t("ABCD", Some(("ABC", 1)));
        t("<a>", Some(("<a>", 3)));
        t("<a", None);
        t("éA", Some(("é", 4)));
        t("Aé", Some(("A", 0)));
        t("x", None);
        t("", None);
    }

    #[test]
    fn refusals() {
        fn t(text: &str, code: &str, line: Option<u64>) {
            let error = Vocabulary::from_text(text).unwrap_err();
            assert_eq!((error.code(), error.at().line), (code, line), "{:?}", text.get(..40).unwrap_or(text));
        }
        t("", "token.empty", None);
        t(" \n\n", "token.empty", None);
        t("A\n\nB", "token.empty_token", Some(2));
        t("A\nB\nA", "token.duplicate", Some(3));
        t(&"A".repeat(65), "token.too_long", Some(1));
        let many = |count: usize| (0..count).map(|i| format!("t{i}\n")).collect::<String>();
        t(&many(VOCAB_TOKENS + 1), "token.too_many", None);
        assert_eq!(Vocabulary::from_text(&many(VOCAB_TOKENS)).unwrap().len(), VOCAB_TOKENS);
        assert_eq!(Vocabulary::from_text(&"A".repeat(64)).unwrap().token(0), Some("A".repeat(64).as_str()));
    }
}
