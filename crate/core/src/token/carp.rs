//! The alphabet of CARP: 30 letters, nothing added around a sequence.
//!
//! Reference: protein-sequence-models 1.8.0 (Yang et al. 2024). `ACDEFGHIKLMNPQRSTVWY`, `BZX`,
//! `JOU`, then `*` stop, `-` pad, `#` mask, `@` start. The reference raises an error on any other
//! letter, so such a sequence is refused here too: there is no unknown token.

use super::{Encoded, TokenError, Unit, Unknown};

const ALPHABET: &str = "ACDEFGHIKLMNPQRSTVWYBZXJOU*-#@";

/// Letters to ids and back, for CARP.
#[derive(Clone, Copy, Debug, Default)]
pub struct CarpTokenizer;

impl CarpTokenizer {
    /// Tokenises a sequence; blanks are dropped.
    ///
    /// ```
    /// use crossgrain_core::token::CarpTokenizer;
    ///
    /// assert_eq!(CarpTokenizer.encode("ACY")?.ids, [0, 1, 19]);
    /// # Ok::<(), crossgrain_core::token::TokenError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// `token.unknown_letters` for a letter outside the alphabet.
    pub fn encode(self, text: &str) -> Result<Encoded, TokenError> {
        let mut encoded = Encoded::with_capacity(text.len());
        let mut at = 0;
        for letter in text.chars().filter(|letter| !letter.is_whitespace()) {
            let id = (0_u32..).zip(ALPHABET.chars()).find(|(_, known)| *known == letter).map(|(id, _)| id);
            let Some(id) = id else {
                let position = usize::try_from(at).unwrap_or(usize::MAX).saturating_add(1);
                encoded.unknown.push(Unknown { position, letters: letter.to_string() });
                return encoded.strict(Unit::Letter);
            };
            at = encoded.push(id, at, 1);
        }
        Ok(encoded)
    }

    /// The letter of an id.
    #[must_use]
    pub fn token(self, id: u32) -> Option<&'static str> {
        let at = usize::try_from(id).ok()?;
        ALPHABET.get(at..at.checked_add(1)?)
    }

    /// How many letters there are.
    #[must_use]
    pub fn len_tokens(self) -> usize {
        ALPHABET.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn the_alphabet() {
        fn t(text: &str, expected: Result<&[u32], &str>) {
            let found = CarpTokenizer.encode(text);
            let found = found.as_ref().map(|encoded| encoded.ids.as_slice()).map_err(Coded::code);
            assert_eq!(found, expected, "{text:?}");
        }
        t("ACDY", Ok(&[0, 1, 2, 19]));
        t("BZXJOU", Ok(&[20, 21, 22, 23, 24, 25]));
        t("*-#@", Ok(&[26, 27, 28, 29]));
        t("A C\n", Ok(&[0, 1]));
        t("", Ok(&[]));
        t("a", Err("token.unknown_letters"));
        t("<mask>", Err("token.unknown_letters"));
        let tokenizer = CarpTokenizer;
        assert_eq!(
            (tokenizer.len_tokens(), tokenizer.token(27), tokenizer.token(28), tokenizer.token(30)),
            (30, Some("-"), Some("#"), None)
        );
    }
}
