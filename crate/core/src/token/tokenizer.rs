//! One type for the tokenizers of all families, and what may be changed before they see a text.

use super::{
    BpeTokenizer, CarpTokenizer, Change, DomainTokenizer, Encoded, EsmTokenizer, KmerTokenizer, TokenError,
};
use std::borrow::Cow;

/// The tokenizer of a loaded model.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Tokenizer {
    /// ESM-2, ESM-1b.
    Esm(EsmTokenizer),
    /// Nucleotide Transformer.
    Kmer(KmerTokenizer),
    /// DNABERT-2.
    Bpe(BpeTokenizer),
    /// BiGCARP.
    Domains(DomainTokenizer),
    /// CARP.
    Carp(CarpTokenizer),
}

/// What a text is made of, as the user counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Residues or bases.
    Letter,
    /// Protein domains.
    Domain,
}

impl Unit {
    /// Its name in messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Letter => "letter",
            Self::Domain => "domain",
        }
    }

    /// One more of it, in messages.
    pub(super) fn such(self) -> &'static str {
        match self {
            Self::Letter => "such letter",
            Self::Domain => "such domain",
        }
    }
}

/// What may be changed or refused. The default does exactly what the published tokenizer does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EncodeOptions {
    /// Refuse a text with letters or domains that have no token.
    pub strict: bool,
    /// Read lower-case nucleotides as upper-case ones.
    pub upper_case: bool,
    /// Read U as T in nucleotides.
    pub uracil_as_thymine: bool,
}

impl Tokenizer {
    /// Tokenises a text. The two changes of letters apply to nucleotides only; specials such as
    /// `<mask>` or `[MASK]` are left as they are.
    ///
    /// # Errors
    ///
    /// `token.unknown_letters`, in strict mode or where the reference itself refuses (CARP).
    pub fn encode(&self, text: &str, options: &EncodeOptions) -> Result<Encoded, TokenError> {
        let (text, changes) = match self {
            Self::Kmer(_) => changed(text, ('<', '>'), options),
            Self::Bpe(_) => changed(text, ('[', ']'), options),
            Self::Esm(_) | Self::Domains(_) | Self::Carp(_) => (text.into(), Vec::new()),
        };
        let mut encoded = match self {
            Self::Esm(tokenizer) => tokenizer.encode(&text),
            Self::Kmer(tokenizer) => tokenizer.encode(&text),
            Self::Bpe(tokenizer) => tokenizer.encode(&text),
            Self::Domains(tokenizer) => tokenizer.encode(&text),
            Self::Carp(tokenizer) => tokenizer.encode(&text)?,
        };
        encoded.changes = changes;
        if options.strict { encoded.strict(self.unit()) } else { Ok(encoded) }
    }

    /// Letters or domains.
    #[must_use]
    pub fn unit(&self) -> Unit {
        if matches!(self, Self::Domains(_)) { Unit::Domain } else { Unit::Letter }
    }

    /// How many specials are added in front and behind.
    #[must_use]
    pub fn added(&self) -> (usize, usize) {
        match self {
            Self::Esm(_) => (1, 1),
            Self::Kmer(_) => (1, 0),
            Self::Bpe(tokenizer) => tokenizer.added(),
            Self::Domains(_) | Self::Carp(_) => (0, 0),
        }
    }

    /// The text as models of this tokenizer were trained to read it.
    ///
    /// A gene cluster without a class gets `#`, "class unknown", in front if the vocabulary has classes. Every other text
    /// stays as it is.
    #[must_use]
    pub fn completed<'t>(&self, text: &'t str) -> Cow<'t, str> {
        match self {
            Self::Domains(domains)
                if domains.classes().next().is_some() && !domains.begins_with_class(text) =>
            {
                format!("#;{text}").into()
            }
            _ => text.into(),
        }
    }

    /// How many tokens of an encoded text stand in front of its residues and behind them: those that are
    /// [`added`](Self::added), and a class that the text itself begins with.
    #[must_use]
    pub fn specials(&self, text: &str) -> (usize, usize) {
        match self {
            Self::Domains(domains) if domains.begins_with_class(text) => (1, 0),
            _ => self.added(),
        }
    }

    /// How many tokens there are: the rows of the model's embedding table.
    #[must_use]
    pub fn len_tokens(&self) -> usize {
        match self {
            Self::Esm(tokenizer) => tokenizer.len_tokens(),
            Self::Kmer(tokenizer) => tokenizer.vocabulary().len(),
            Self::Bpe(tokenizer) => tokenizer.len_tokens(),
            Self::Domains(tokenizer) => tokenizer.len_tokens(),
            Self::Carp(tokenizer) => tokenizer.len_tokens(),
        }
    }

    /// The token of an id.
    #[must_use]
    pub fn token(&self, id: u32) -> Option<&str> {
        match self {
            Self::Esm(tokenizer) => tokenizer.vocabulary().token(id),
            Self::Kmer(tokenizer) => tokenizer.vocabulary().token(id),
            Self::Bpe(tokenizer) => tokenizer.token(id),
            Self::Domains(tokenizer) => tokenizer.token(id),
            Self::Carp(tokenizer) => tokenizer.token(id),
        }
    }
}

/// The text with the changes asked for, and how many letters each changed. Whatever stands between
/// the two brackets of a special is left alone.
fn changed<'t>(
    text: &'t str,
    brackets: (char, char),
    options: &EncodeOptions,
) -> (Cow<'t, str>, Vec<Change>) {
    if !options.upper_case && !options.uracil_as_thymine {
        return (text.into(), Vec::new());
    }
    let (mut upper, mut thymine, mut within) = (0_usize, 0_usize, false);
    let changed: String = text
        .chars()
        .map(|letter| {
            within = letter == brackets.0 || within && letter != brackets.1;
            if within {
                return letter;
            }
            let mut now = letter;
            if options.upper_case && now.is_ascii_lowercase() {
                upper = upper.saturating_add(1);
                now = now.to_ascii_uppercase();
            }
            if options.uracil_as_thymine && matches!(now, 'U' | 'u') {
                thymine = thymine.saturating_add(1);
                now = if now == 'U' { 'T' } else { 't' };
            }
            now
        })
        .collect();
    let changes = [Change::UpperCased { letters: upper }, Change::UracilAsThymine { letters: thymine }];
    let counts = [upper, thymine];
    let changes =
        changes.into_iter().zip(counts).filter(|(_, letters)| *letters > 0).map(|(change, _)| change);
    (changed.into(), changes.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;

    #[test]
    fn changes_are_made_on_request_and_counted() {
        fn t(text: &str, upper_case: bool, uracil_as_thymine: bool, ids: &[u32], changes: &[Change]) {
            let options = EncodeOptions { strict: false, upper_case, uracil_as_thymine };
            let encoded = Tokenizer::Kmer(KmerTokenizer::nt_v2(3)).encode(text, &options).unwrap();
            assert_eq!((encoded.ids.as_slice(), encoded.changes.as_slice()), (ids, changes), "{text:?}");
        }
        let upper = |letters| Change::UpperCased { letters };
        let thymine = |letters| Change::UracilAsThymine { letters };
        t("attCCG", false, false, &[3, 0, 49], &[]);
        t("attCCG", true, false, &[3, 11, 49], &[upper(3)]);
        t("AUUCCG", false, true, &[3, 11, 49], &[thymine(2)]);
        t("auuCCG", true, true, &[3, 11, 49], &[upper(3), thymine(2)]);
        t("auu", false, true, &[3, 0], &[thymine(2)]);
        t("att<mask>ccg", true, true, &[3, 11, 2, 49], &[upper(6)]);
        t("ATT", true, true, &[3, 11], &[]);
    }

    #[test]
    fn proteins_are_never_changed() {
        let options = EncodeOptions { upper_case: true, uracil_as_thymine: true, ..EncodeOptions::default() };
        let encoded = Tokenizer::Esm(EsmTokenizer::new()).encode("MUk", &options).unwrap();
        assert_eq!((encoded.ids.as_slice(), encoded.changes.len()), (&[0, 20, 26, 3, 2][..], 0));
    }

    #[test]
    fn strict_mode() {
        let strict = EncodeOptions { strict: true, ..EncodeOptions::default() };
        let code = |tokenizer: Tokenizer, text: &str| tokenizer.encode(text, &strict).err().map(|e| e.code());
        assert_eq!(code(Tokenizer::Esm(EsmTokenizer::new()), "MKJJ"), Some("token.unknown_letters"));
        assert_eq!(code(Tokenizer::Esm(EsmTokenizer::new()), "MK"), None);
        assert_eq!(code(Tokenizer::Kmer(KmerTokenizer::nt_v1()), "ACGTR"), Some("token.unknown_letters"));
        assert_eq!(code(Tokenizer::Carp(CarpTokenizer), "MK"), None);
    }
}
