//! The tokenizer of Nucleotide Transformer: k-mers, single bases, `N`.
//!
//! Reference: the hub's `EsmTokenizer` with the `vocab.txt` of InstaDeepAI's models (Dalla-Torre et
//! al. 2024, Boshar et al. 2024 for the 3-mers). From left to right, the longest word that stands
//! here is taken:
//!
//! | text | 6-mer tokens | why |
//! |---|---|---|
//! | `ATTCCGATTCCG` | `ATTCCG ATTCCG` | whole k-mers |
//! | `ACGTA` | `A C G T A` | a rest shorter than k: single bases |
//! | `ACGTNATTCCG` | `A C G T N ATTCCG` | `N` never joins a k-mer; the phase starts again after it |
//! | `ACRGT` | `A C <unk> G T` | letters outside ACGTN: one `<unk>` per run |
//! | `acgt` | `<unk>` | case-sensitive; `U` is unknown too |
//!
//! `<cls>` goes in front, nothing behind. Words are numbered with the bases in the order A, T, C, G:
//! specials first, then the k-mers, then `A T C G N`.

use super::encoded::BrokenFrame;
use super::scan::scan;
use super::{Encoded, TokenError, Vocabulary};

/// The order of bases in the published vocabularies.
const BASES: [char; 4] = ['A', 'T', 'C', 'G'];

/// Letters to ids and back, for Nucleotide Transformer.
#[derive(Clone, Debug)]
pub struct KmerTokenizer {
    vocabulary: Vocabulary,
    cls: u32,
    unk: u32,
    /// Whether the words are of three bases, so that each should be a codon.
    codons: bool,
}

impl KmerTokenizer {
    /// The published vocabulary of version 2 for words of `k` bases: 6 (4,107 tokens) or 3 (75).
    /// Another `k` is cut to the range 1 to 6.
    #[must_use]
    pub fn nt_v2(k: usize) -> Self {
        let specials = ["<unk>", "<pad>", "<mask>", "<cls>", "<eos>", "<bos>"].map(str::to_owned);
        let tokens = specials.into_iter().chain(words(k)).chain(singles());
        Self { vocabulary: Vocabulary::known(tokens), unk: 0, cls: 3, codons: k == 3 }
    }

    /// The published 6-mer vocabulary of version 1 and of the agronomic model: the 4,105 tokens
    /// that the models have rows for, without the `<eos>` and `<bos>` that `vocab.txt` lists after them.
    #[must_use]
    pub fn nt_v1() -> Self {
        let specials = ["<unk>", "<pad>", "<mask>", "<cls>"].map(str::to_owned);
        let tokens = specials.into_iter().chain(words(6)).chain(singles());
        Self { vocabulary: Vocabulary::known(tokens), unk: 0, cls: 3, codons: false }
    }

    /// The tokenizer of a `vocab.txt` for a model with `rows` rows in its embedding table; words
    /// beyond them are left out, so that no id can be too high.
    ///
    /// # Errors
    ///
    /// The codes of [`Vocabulary::from_text`], and `token.missing_special` if `<unk>`, `<pad>`,
    /// `<mask>` or `<cls>` is not among the first `rows` words.
    pub fn from_vocab(text: &str, rows: usize) -> Result<Self, TokenError> {
        let mut vocabulary = Vocabulary::from_text(text)?;
        vocabulary.truncate(rows);
        let special = |token| vocabulary.id(token).ok_or(TokenError::MissingSpecial { token });
        let unk = special("<unk>")?;
        special("<pad>")?;
        special("<mask>")?;
        let bases = |token: &&str| token.bytes().all(|base| b"ACGT".contains(&base));
        let codons = vocabulary.tokens().filter(bases).map(str::len).max() == Some(3);
        Ok(Self { cls: special("<cls>")?, vocabulary, unk, codons })
    }

    /// Tokenises a sequence.
    ///
    /// ```
    /// use crossgrain_core::token::KmerTokenizer;
    ///
    /// let encoded = KmerTokenizer::nt_v2(6).encode("ATTCCGNACG");
    /// assert_eq!(encoded.ids, [3, 369, 4106, 4102, 4104, 4105]);
    /// ```
    #[must_use]
    pub fn encode(&self, text: &str) -> Encoded {
        let mut encoded = Encoded::with_capacity((text.len() / 3).saturating_add(8));
        encoded.push(self.cls, 0, 0);
        scan(&self.vocabulary, self.unk, text, &mut encoded);
        // A special in the text stands for a whole word.
        if self.codons && !text.contains('<') {
            encoded.frame = BrokenFrame::of(encoded.spans.get(1..).unwrap_or_default());
        }
        encoded
    }

    /// The tokens and their ids.
    #[must_use]
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }
}

/// All words of `k` bases in the published order.
fn words(k: usize) -> Vec<String> {
    let mut words = vec![String::new()];
    for _ in 0..k.clamp(1, 6) {
        words = words.iter().flat_map(|word| BASES.map(|base| format!("{word}{base}"))).collect();
    }
    words
}

fn singles() -> impl Iterator<Item = String> {
    ["A", "T", "C", "G", "N"].map(str::to_owned).into_iter()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Where;
    use crate::token::Unit;
    use proptest::prelude::*;
    use sha2::{Digest, Sha256};

    #[test]
    fn what_is_not_read_as_codons_is_counted() {
        fn t(text: &str, expected: Option<(usize, usize, usize)>) {
            let found = KmerTokenizer::nt_v2(3).encode(text).frame;
            assert_eq!(found.map(|found| (found.single, found.first, found.shifted)), expected, "{text:?}");
        }
        t("ATGGCCTAA", None);
        t("", None);
        // An N in the place of a base: the codons after it stay in frame.
        t("ATGGCNTAA", Some((3, 4, 0)));
        t("ATGNGCCTAA", Some((1, 4, 2)));
        t("ATGGCCTA", Some((2, 7, 0)));
        t("ATGRRGCC", Some((1, 4, 1)));
        t("ATG<mask>GCC", None);
        assert_eq!(KmerTokenizer::nt_v2(6).encode("ATGGC").frame, None);
        let notices = KmerTokenizer::nt_v2(3).encode("ATGNGCCTAA").notices(Unit::Letter, &Where::default());
        assert_eq!(notices.len(), 1);
        assert_eq!(
            (notices[0].code.as_str(), notices[0].message.as_str()),
            (
                "token.broken_frame",
                "the token at letter 4 is not a codon, and 2 words of three bases after it begin out of frame"
            )
        );
    }

    #[test]
    fn the_published_6_mers() {
        fn t(text: &str, expected: &[u32]) {
            assert_eq!(KmerTokenizer::nt_v2(6).encode(text).ids, expected, "{text:?}");
        }
        t("ATTCCGATTCCGATTCCG", &[3, 369, 369, 369]);
        t("ACGTGTACNTGCACGGANCGACTAGTCTGA", &[3, 739, 4102, 4104, 4106, 1937, 4105, 4102, 4106, 2858, 3490]);
        t("ACGTA", &[3, 4102, 4104, 4105, 4103, 4102]);
        t("acgtgt", &[3, 0]);
        t("ACGTGTRYKMACGTGT", &[3, 739, 0, 739]);
        t("ACRGT", &[3, 4102, 4104, 0, 4105, 4103]);
        t("", &[3]);
        t("AAAAAA", &[3, 6]);
        t("AAAAAT", &[3, 7]);
        t("AAAAAC", &[3, 8]);
        t("ACGUGT", &[3, 4102, 4104, 4105, 0, 4105, 4103]);
        t("ATT CCG", &[3, 4102, 4103, 4103, 4104, 4104, 4105]);
        t("ATTCCG<mask>ATTCCG", &[3, 369, 2, 369]);
        t("<cls><eos><bos><pad><unk>", &[3, 3, 4, 5, 1, 0]);
        t("NNN", &[3, 4106, 4106, 4106]);
        t("R R", &[3, 0, 0]);
    }

    #[test]
    fn the_published_3_mers() {
        fn t(text: &str, expected: &[u32]) {
            assert_eq!(KmerTokenizer::nt_v2(3).encode(text).ids, expected, "{text:?}");
        }
        t("ATTCCGATTCCGATTCCG", &[3, 11, 49, 11, 49, 11, 49]);
        t("ACGTA", &[3, 17, 71, 70]);
        t("ACRGT", &[3, 70, 72, 0, 73, 71]);
        t("N", &[3, 74]);
    }

    #[test]
    fn version_1_has_no_row_for_the_last_two_words() {
        fn t(text: &str, expected: &[u32]) {
            let listed = format!("{}\n<eos>\n<bos>", listing(&KmerTokenizer::nt_v1()));
            for tokenizer in [KmerTokenizer::nt_v1(), KmerTokenizer::from_vocab(&listed, 4105).unwrap()] {
                assert_eq!(tokenizer.encode(text).ids, expected, "{text:?}");
            }
        }
        t("ATTCCGATTCCGATTCCG", &[3, 367, 367, 367]);
        t("ACGTA", &[3, 4100, 4102, 4103, 4101, 4100]);
        t("N<eos>N", &[3, 4104, 0, 4104]);
    }

    fn listing(tokenizer: &KmerTokenizer) -> String {
        tokenizer.vocabulary().tokens().collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_vocabularies_are_the_published_files() {
        fn t(text: &str, bytes: usize, expected: &str) {
            let digest: String = Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((text.len(), digest.get(..expected.len())), (bytes, Some(expected)));
        }
        t(
            &listing(&KmerTokenizer::nt_v2(6)),
            28_718,
            "c00e0ad166d6ab3f7540ebc92270392e581bb3106763412f29034b49323e1052",
        );
        t(&listing(&KmerTokenizer::nt_v2(3)), 302, "0976e2b4");
        t(&format!("{}\n<eos>\n<bos>", listing(&KmerTokenizer::nt_v1())), 28_718, "f1b544e2");
    }

    #[test]
    fn a_special_beyond_the_rows_is_missing() {
        let missing = KmerTokenizer::from_vocab("<unk>\n<pad>\n<mask>\nA\n<cls>", 4).unwrap_err();
        assert_eq!(missing, TokenError::MissingSpecial { token: "<cls>" });
    }

    proptest! {
        #[test]
        fn every_letter_has_its_token(text in "[ACGTNRYacgtu]{0,80}", k in prop::sample::select(vec![3_usize, 6])) {
            let encoded = KmerTokenizer::nt_v2(k).encode(&text);
            prop_assert_eq!(encoded.ids.len(), encoded.spans.len());
            let covered: u32 = encoded.spans.iter().map(|span| span.end - span.start).sum();
            prop_assert_eq!(covered as usize, text.len());
            prop_assert!(encoded.spans.windows(2).all(|pair| pair[0].end == pair[1].start));
        }
    }
}
