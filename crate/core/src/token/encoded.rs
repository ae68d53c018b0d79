//! A tokenised sequence, and what was lost or changed on the way to it.

use super::{TokenError, Unit};
use crate::error::{Notice, Where};
use std::ops::Range;

/// Letters of one run that a notice or an error shows.
const SHOWN_LETTERS: usize = 20;

/// A tokenised sequence.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Encoded {
    /// One id per token, with the specials that the model's tokenizer adds.
    pub ids: Vec<u32>,
    /// For each id the letters (or domains) it stands for, counted from 0; empty for an added
    /// special. Blanks do not count, a special written in the text counts once.
    pub spans: Vec<Range<u32>>,
    /// The letters that the vocabulary does not have: runs that became one id each, or, where the
    /// tokenizer does so, single ones.
    pub unknown: Vec<Unknown>,
    /// Requested changes that were made before tokenising.
    pub changes: Vec<Change>,
    /// Codons that were not read as words, for a vocabulary of words of three bases.
    pub frame: Option<BrokenFrame>,
}

/// What keeps a sequence from being read codon by codon: an N, an unknown letter, or a length that is not a multiple of three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BrokenFrame {
    /// Tokens that are not words of three bases.
    pub single: usize,
    /// Letter of the first of them, counted from 1.
    pub first: usize,
    /// Words that do not begin where a codon begins.
    pub shifted: usize,
}

impl BrokenFrame {
    /// Of the spans of the tokens; `None` if each token is a codon.
    pub(super) fn of(spans: &[Range<u32>]) -> Option<Self> {
        let single = |span: &&Range<u32>| span.end.saturating_sub(span.start) != 3;
        let first = spans.iter().find(single)?.start;
        let shifted = spans.iter().filter(|span| !single(span) && span.start % 3 != 0).count();
        Some(Self {
            single: spans.iter().filter(single).count(),
            first: (first as usize).saturating_add(1),
            shifted,
        })
    }
}

/// Letters that the vocabulary does not have, read as one unknown token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unknown {
    /// Letter at which it begins, counted from 1; blanks do not count, a token counts once.
    pub position: usize,
    /// The letters.
    pub letters: String,
}

/// A change of letters that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Lower-case letters read as upper-case ones.
    UpperCased {
        /// How many.
        letters: usize,
    },
    /// U read as T.
    UracilAsThymine {
        /// How many.
        letters: usize,
    },
}

impl Encoded {
    /// An empty row with room for `tokens` ids.
    pub(super) fn with_capacity(tokens: usize) -> Self {
        Self { ids: Vec::with_capacity(tokens), spans: Vec::with_capacity(tokens), ..Self::default() }
    }

    /// Appends a token that stands for the `letters` letters from `at` on; returns where they end.
    pub(super) fn push(&mut self, id: u32, at: u32, letters: u32) -> u32 {
        let end = at.saturating_add(letters);
        self.ids.push(id);
        self.spans.push(at..end);
        end
    }
    /// Notices for the user about this row: `token.collapsed` for each run of unknown letters
    /// that became a single token (tokens and letters no longer line up), `token.unknown` for
    /// other unknown letters or domains, `token.broken_frame`, `token.upper_cased` and `token.uracil_as_thymine`. At
    /// most one notice per code, which names the first place and counts the rest.
    #[must_use]
    pub fn notices(&self, unit: Unit, at: &Where) -> Vec<Notice> {
        let mut notices = Vec::new();
        let name = unit.name();
        let (runs, single): (Vec<_>, Vec<_>) = self
            .unknown
            .iter()
            .partition(|unknown| unit == Unit::Letter && unknown.letters.chars().count() > 1);
        let mut warn = |code: &str, message: String, hint: &str| {
            notices.push(Notice { code: code.to_owned(), message, at: at.clone(), hint: hint.to_owned() });
        };
        if let Some(first) = runs.first() {
            let lost: usize = runs.iter().map(|run| run.letters.chars().count().saturating_sub(1)).sum();
            let what =
                format!("'{}' at letter {} was read as one unknown token", first.shown(), first.position);
            let more = more(runs.len(), "such run");
            warn(
                "token.collapsed",
                format!("{what}{more}: the row is {lost} tokens shorter than the sequence"),
                "this is what the published tokenizer does; replace the letters, or refuse such records in strict mode",
            );
        }
        if let Some(first) = single.first() {
            let what = format!(
                "'{}' at {name} {} has no token and was read as unknown",
                first.shown(),
                first.position
            );
            warn(
                "token.unknown",
                format!("{what}{}", more(single.len(), unit.such())),
                "this is what the published tokenizer does; strict mode refuses such records",
            );
        }
        if let Some(BrokenFrame { single, first, shifted }) = self.frame {
            let what = match single {
                1 => format!("the token at letter {first} is not a codon"),
                n => format!("{n} tokens are not codons, the first at letter {first}"),
            };
            let after = match shifted {
                0 => String::new(),
                1 => ", and 1 word of three bases after it begins out of frame".to_owned(),
                n => format!(", and {n} words of three bases after it begin out of frame"),
            };
            warn(
                "token.broken_frame",
                what + &after,
                "an N and what does not fill a codon are tokens by themselves, as of the published tokenizer: give whole codons in frame",
            );
        }
        for change in &self.changes {
            match change {
                Change::UpperCased { letters } => warn(
                    "token.upper_cased",
                    format!("{letters} lower-case letters were read as upper case, as asked"),
                    "the published tokenizer reads lower case as unknown",
                ),
                Change::UracilAsThymine { letters } => warn(
                    "token.uracil_as_thymine",
                    format!("{letters} U were read as T, as asked"),
                    "the published tokenizer reads U as unknown",
                ),
            }
        }
        notices
    }

    /// The row, unless it holds unknown letters.
    ///
    /// # Errors
    ///
    /// `token.unknown_letters`, which names the first of them.
    pub fn strict(self, unit: Unit) -> Result<Self, TokenError> {
        match self.unknown.first() {
            None => Ok(self),
            Some(first) => Err(TokenError::UnknownLetters {
                unit,
                position: first.position,
                letters: first.shown(),
                places: self.unknown.len(),
            }),
        }
    }
}

impl Unknown {
    /// The letters, escaped and cut.
    #[must_use]
    pub fn shown(&self) -> String {
        let mut shown: String =
            self.letters.chars().take(SHOWN_LETTERS).flat_map(char::escape_debug).collect();
        if self.letters.chars().nth(SHOWN_LETTERS).is_some() {
            shown.push('…');
        }
        shown
    }
}

fn more(all: usize, what: &str) -> String {
    match all.saturating_sub(1) {
        0 => String::new(),
        1 => format!(", and 1 more {what}"),
        n => format!(", and {n} more {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Coded;
    use crate::token::{EsmTokenizer, KmerTokenizer};

    #[test]
    fn notices_of_a_row() {
        fn t(text: &str, expected: &[(&str, &str)]) {
            let notices = EsmTokenizer::new().encode(text).notices(Unit::Letter, &Where::default());
            let found: Vec<_> = notices.iter().map(|n| (n.code.as_str(), n.message.as_str())).collect();
            assert_eq!(found, expected, "{text:?}");
        }
        t("MKTV", &[]);
        t("MjTV", &[("token.unknown", "'j' at letter 2 has no token and was read as unknown")]);
        t(
            "MKJJTVjMjjj",
            &[
                (
                    "token.collapsed",
                    "'JJ' at letter 3 was read as one unknown token, and 1 more such run: the row is 3 tokens \
                     shorter than the sequence",
                ),
                ("token.unknown", "'j' at letter 7 has no token and was read as unknown"),
            ],
        );
    }

    #[test]
    fn strict_rows() {
        fn t(text: &str, expected: Option<&str>) {
            let found = KmerTokenizer::nt_v2(6).encode(text).strict(Unit::Letter).err();
            assert_eq!(found.as_ref().map(ToString::to_string).as_deref(), expected, "{text:?}");
            assert!(found.is_none_or(|error| error.code() == "token.unknown_letters"));
        }
        t("ACGTNNACGT", None);
        t("ACRRGT", Some("'RR' at letter 3 has no token"));
        t("acR", Some("'acR' at letter 1 has no token"));
        t("AURAYA", Some("'UR' at letter 2 has no token, nor have letters at 1 more place"));
    }
}
