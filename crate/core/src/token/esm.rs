//! The tokenizer of ESM-2 and ESM-1b.
//!
//! One token per residue: `MK<mask>TV` holds the mask token and four residues. Letters are
//! case-sensitive, blanks are dropped, and each run of letters without a token becomes **one**
//! `<unk>`, however long it is: `mktv` is one `<unk>`. `<cls>` goes in front, `<eos>` behind.
//!
//! A run of unknown letters therefore makes the row shorter than the sequence: tokens and residues
//! no longer line up. [`Encoded::unknown`] says where, so that the caller can warn.

use super::scan::scan;
use super::{Encoded, TokenError, Vocabulary};

/// The 33 published tokens of ESM-2 and ESM-1b, in the order of their ids.
const PUBLISHED: &str =
    "<cls> <pad> <eos> <unk> L A G V S E R T I D P K Q N F Y M H W C X B U Z O . - <null_1> <mask>";

/// Letters to ids and back, for ESM-2 and ESM-1b.
#[derive(Clone, Debug)]
pub struct EsmTokenizer {
    vocabulary: Vocabulary,
    cls: u32,
    eos: u32,
    unk: u32,
}

impl EsmTokenizer {
    /// The tokenizer with the published vocabulary.
    #[must_use]
    pub fn new() -> Self {
        Self {
            vocabulary: Vocabulary::known(PUBLISHED.split(' ').map(str::to_owned)),
            cls: 0,
            eos: 2,
            unk: 3,
        }
    }

    /// The tokenizer of a `vocab.txt`; the id of a token is its line, counted from 0.
    ///
    /// # Errors
    ///
    /// The codes of [`Vocabulary::from_text`], and `token.missing_special` if `<cls>`, `<pad>`,
    /// `<eos>`, `<unk>` or `<mask>` is not in it.
    pub fn from_vocab(text: &str) -> Result<Self, TokenError> {
        Self::from_vocabulary(Vocabulary::from_text(text)?)
    }

    /// Tokenises a sequence.
    ///
    /// ```
    /// use crossgrain_core::token::EsmTokenizer;
    ///
    /// let encoded = EsmTokenizer::new().encode("MK<mask>JJTV");
    /// assert_eq!(encoded.ids, [0, 20, 15, 32, 3, 11, 7, 2]);
    /// assert_eq!((encoded.unknown[0].position, encoded.unknown[0].letters.as_str()), (4, "JJ"));
    /// ```
    #[must_use]
    pub fn encode(&self, text: &str) -> Encoded {
        let mut encoded = Encoded::with_capacity(text.len().saturating_add(2));
        encoded.push(self.cls, 0, 0);
        scan(&self.vocabulary, self.unk, text, &mut encoded);
        let end = encoded.spans.last().map_or(0, |span| span.end);
        encoded.push(self.eos, end, 0);
        encoded
    }
    /// The tokens and their ids.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// How many tokens the vocabulary has: the rows of the model's embedding table.
    #[must_use]
    pub fn len_tokens(&self) -> usize {
        self.vocabulary.len()
    }
    fn from_vocabulary(vocabulary: Vocabulary) -> Result<Self, TokenError> {
        let special = |token| vocabulary.id(token).ok_or(TokenError::MissingSpecial { token });
        let cls = special("<cls>")?;
        special("<pad>")?;
        let (eos, unk) = (special("<eos>")?, special("<unk>")?);
        special("<mask>")?;
        Ok(Self { vocabulary, cls, eos, unk })
    }
}

impl Default for EsmTokenizer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::super::scan::is_blank;
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_published_behaviour() {
        fn t(text: &str, expected: &[u32]) {
            assert_eq!(EsmTokenizer::new().encode(text).ids, expected, "{text:?}");
        }
        t("MKTV", &[0, 20, 15, 11, 7, 2]);
        t("MKJJTV", &[0, 20, 15, 3, 11, 7, 2]);
        t("mktv", &[0, 3, 2]);
        t("M K T V", &[0, 20, 15, 11, 7, 2]);
        t(" MK\t\r\nTV\u{a0}\u{1c}", &[0, 20, 15, 11, 7, 2]);
        t("MK<mask>TV", &[0, 20, 15, 32, 11, 7, 2]);
        t("", &[0, 2]);
        t("  ", &[0, 2]);
        // A blank makes two words of a run of unknown letters.
        t("J J", &[0, 3, 3, 2]);
        t("JJ", &[0, 3, 2]);
        t("JMJ", &[0, 3, 20, 3, 2]);
        // Specials are found wherever they stand.
        t("<cls>M<eos>", &[0, 0, 20, 2, 2]);
        t("<null_1><unk><pad>", &[0, 31, 3, 1, 2]);
        t("j<mask>j", &[0, 3, 32, 3, 2]);
        t("J <mask> J", &[0, 3, 32, 3, 2]);
        // A text that only looks like a special is letters: `<` and `>` unknown, M, A, S, K residues.
        t("<MASK>", &[0, 3, 20, 5, 8, 15, 3, 2]);
        t("<mas", &[0, 3, 2]);
        t("<cls<mask>", &[0, 3, 32, 2]);
        t("M*", &[0, 20, 3, 2]);
        t("M.-", &[0, 20, 29, 30, 2]);
        t("\0é\u{1f9ec}", &[0, 3, 2]);
    }

    #[test]
    fn unknown_runs_name_their_residue() {
        fn t(text: &str, expected: &[(usize, &str)]) {
            let encoded = EsmTokenizer::new().encode(text);
            let found: Vec<_> = encoded.unknown.iter().map(|u| (u.position, u.letters.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        t("MKTV", &[]);
        t("MKJJTVj", &[(3, "JJ"), (7, "j")]);
        t("M K J J", &[(3, "J"), (4, "J")]);
        t("<mask>J", &[(2, "J")]);
        t("<unk>", &[]);
    }

    #[test]
    fn the_published_ids() {
        let tokenizer = EsmTokenizer::default();
        for (id, token) in (0..).zip(PUBLISHED.split(' ')) {
            assert_eq!(tokenizer.vocabulary().id(token), Some(id));
            assert_eq!(tokenizer.vocabulary().token(id), Some(token));
        }
        assert_eq!(tokenizer.len_tokens(), 33);
        assert_eq!(tokenizer.vocabulary().token(33), None);
        let specials = |t: &EsmTokenizer| [t.cls, t.eos, t.unk];
        let read = EsmTokenizer::from_vocab(&PUBLISHED.replace(' ', "\n")).unwrap();
        assert_eq!((specials(&tokenizer), specials(&read)), ([0, 2, 3], [0, 2, 3]));
    }

    #[test]
    fn a_vocabulary_must_have_the_specials() {
        fn t(text: &str, expected: Result<usize, TokenError>) {
            assert_eq!(EsmTokenizer::from_vocab(text).map(|t| t.len_tokens()), expected, "{text:?}");
        }
        t("<cls>\n<pad>\n<eos>\n<unk>\nL\n<mask>\n", Ok(6));
        t("<cls>\r\n<pad>\r\n<eos>\r\n<unk>\r\n<mask>", Ok(5));
        t("<cls>\n<pad>\n<eos>\n<unk>\nL", Err(TokenError::MissingSpecial { token: "<mask>" }));
        t("<!DOCTYPE html>", Err(TokenError::MissingSpecial { token: "<cls>" }));
        t("", Err(TokenError::Empty));
    }

    /// The same by the letter of the description: find tokens, split the rest at blanks.
    fn by_description(text: &str) -> (Vec<u32>, Vec<String>) {
        let tokens: Vec<&str> = PUBLISHED.split(' ').collect();
        let (mut ids, mut unknown) = (vec![0], Vec::new());
        let mut between = String::new();
        let mut finish = |between: &mut String, ids: &mut Vec<u32>| {
            for piece in between.split(is_blank).filter(|piece| !piece.is_empty()) {
                ids.push(3);
                unknown.push(piece.to_owned());
            }
            between.clear();
        };
        let mut at = 0;
        while at < text.len() {
            let found =
                tokens.iter().filter(|&&token| text[at..].starts_with(token)).max_by_key(|token| token.len());
            if let Some(token) = found {
                finish(&mut between, &mut ids);
                ids.push(u32::try_from(tokens.iter().position(|t| t == token).unwrap()).unwrap());
                at += token.len();
            } else {
                between.push(text[at..].chars().next().unwrap());
                at += between.chars().next_back().unwrap().len_utf8();
            }
        }
        finish(&mut between, &mut ids);
        ids.push(2);
        (ids, unknown)
    }

    /// Residues, specials and their pieces, unknown letters, blanks, in any order.
    fn lively() -> impl Strategy<Value = String> {
        let pieces = [
            "M", "K", "J", "j", " ", "\t", "<mask>", "<cls>", "<", ">", "<ma", "sk>", "null_1", "*", "-", "é",
        ];
        prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..30).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn any_text_is_tokenised_as_described(text in prop_oneof![any::<String>(), lively()]) {
            let encoded = EsmTokenizer::new().encode(&text);
            let letters: Vec<String> = encoded.unknown.into_iter().map(|unknown| unknown.letters).collect();
            prop_assert_eq!((encoded.ids, letters), by_description(&text));
        }

        #[test]
        fn residues_come_back(text in "[ACDEFGHIKLMNPQRSTVWY]{0,200}") {
            let tokenizer = EsmTokenizer::new();
            let encoded = tokenizer.encode(&text);
            prop_assert_eq!(encoded.ids.len(), text.len() + 2);
            prop_assert!(encoded.unknown.is_empty());
            let read: Option<String> = encoded.ids[1..=text.len()].iter().map(|&id| tokenizer.vocabulary().token(id)).collect();
            prop_assert_eq!(read, Some(text));
        }

        #[test]
        fn any_text_is_a_vocabulary_or_refused(text in any::<String>()) {
            let _ = EsmTokenizer::from_vocab(&text);
        }
    }
}
