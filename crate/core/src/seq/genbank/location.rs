//! Where a feature lies: `complement(join(1..10,20..>30))`.

use crate::limits::{LOCATION_NESTING, LOCATION_PARTS};
use std::ops::Range;

/// A stretch of letters on one strand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LocationPart {
    /// Letters, counted from 0.
    pub range: Range<usize>,
    /// Whether it is read on the opposite strand.
    pub reverse: bool,
}

/// The stretches of a feature, in the order in which they are read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Location {
    /// At least one stretch.
    pub parts: Vec<LocationPart>,
    /// Whether the feature begins before or ends after what is known (`<`, `>`).
    pub partial: bool,
}

/// Why a location is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not the grammar.
    Syntax,
    /// Deeper than [`LOCATION_NESTING`] or with more than [`LOCATION_PARTS`] stretches.
    TooComplex,
    /// On another record.
    Remote,
    /// A place between letters, or a choice of places.
    Vague,
    /// Position 0, a negative one, or one past the end.
    Outside,
    /// Ends before it begins, on a molecule that is not circular.
    Backward,
}

impl Fault {
    pub fn message(self) -> &'static str {
        match self {
            Self::Syntax => "is not a location",
            Self::TooComplex => "is nested too deeply or has too many parts",
            Self::Remote => "lies on another record",
            Self::Vague => "is not a definite stretch",
            Self::Outside => "lies outside the sequence",
            Self::Backward => "ends before it begins, and the molecule is not circular",
        }
    }
}

impl Location {
    /// First letter on the forward strand, counted from 1.
    #[must_use]
    pub fn start(&self) -> usize {
        self.parts.iter().map(|part| part.range.start).min().unwrap_or(0).saturating_add(1)
    }

    /// Last letter on the forward strand, counted from 1.
    #[must_use]
    pub fn end(&self) -> usize {
        self.parts.iter().map(|part| part.range.end).max().unwrap_or(0)
    }

    /// `+`, `-`, or `.` if the stretches lie on both.
    #[must_use]
    pub fn strand(&self) -> char {
        let reverse = self.parts.iter().filter(|part| part.reverse).count();
        match reverse {
            0 => '+',
            n if n == self.parts.len() => '-',
            _ => '.',
        }
    }

    /// How many letters it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.parts.iter().fold(0, |sum: usize, part| sum.saturating_add(part.range.len()))
    }

    /// Whether it has no letters: never, once it was read.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Its letters in reading order; `None` if it reaches beyond `sequence`.
    #[must_use]
    pub fn letters(&self, sequence: &str) -> Option<String> {
        let mut letters = String::new();
        for part in &self.parts {
            let piece = sequence.get(part.range.clone())?;
            if part.reverse {
                letters.extend(piece.bytes().rev().map(complement));
            } else {
                letters.push_str(piece);
            }
        }
        Some(letters)
    }

    /// Reads a location of a molecule of `length` letters.
    pub(super) fn parse(text: &str, length: usize, circular: bool) -> Result<Self, Fault> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut parser = Parser { rest: text.as_bytes(), length, circular, location: Self::default() };
        parser.term(0)?;
        if parser.rest.is_empty() { Ok(parser.location) } else { Err(Fault::Syntax) }
    }
}

struct Parser<'t> {
    rest: &'t [u8],
    length: usize,
    circular: bool,
    location: Location,
}

impl Parser<'_> {
    fn term(&mut self, depth: usize) -> Result<(), Fault> {
        if depth > LOCATION_NESTING || self.location.parts.len() > LOCATION_PARTS {
            return Err(Fault::TooComplex);
        }
        let deeper = depth.saturating_add(1);
        if self.eat(b"complement(") {
            let from = self.location.parts.len();
            self.term(deeper)?;
            let turned = self.location.parts.get_mut(from..).unwrap_or_default();
            turned.reverse();
            turned.iter_mut().for_each(|part| part.reverse = !part.reverse);
            return self.close();
        }
        if self.eat(b"join(") || self.eat(b"order(") {
            self.term(deeper)?;
            while self.eat(b",") {
                self.term(deeper)?;
            }
            return self.close();
        }
        self.span()
    }

    fn span(&mut self) -> Result<(), Fault> {
        let start = self.position()?;
        let end = match self.rest.first() {
            Some(b'^') => return Err(Fault::Vague),
            Some(b'.') if self.eat(b"..") => self.position()?,
            Some(b'.') => return Err(Fault::Vague),
            _ => start,
        };
        let inside = |position: usize| (1..=self.length).contains(&position);
        if !inside(start) || !inside(end) {
            return Err(Fault::Outside);
        }
        let mut push = |range| self.location.parts.push(LocationPart { range, reverse: false });
        let first = start.saturating_sub(1);
        if start <= end {
            push(first..end);
        } else if self.circular {
            push(first..self.length);
            push(0..end);
        } else {
            return Err(Fault::Backward);
        }
        Ok(())
    }

    fn position(&mut self) -> Result<usize, Fault> {
        if self.eat(b"<") || self.eat(b">") {
            self.location.partial = true;
        }
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(digits);
        if number.is_empty() {
            return Err(match rest {
                [b'-', ..] => Fault::Outside,
                [b'(', ..] => Fault::Vague,
                _ if rest.starts_with(b"one-of") || rest.starts_with(b"gap") || rest.starts_with(b"bond") => {
                    Fault::Vague
                }
                _ if rest.contains(&b':') => Fault::Remote,
                _ => Fault::Syntax,
            });
        }
        self.rest = rest;
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        number.ok_or(Fault::Outside)
    }

    fn close(&mut self) -> Result<(), Fault> {
        if self.eat(b")") { Ok(()) } else { Err(Fault::Syntax) }
    }

    fn eat(&mut self, word: &[u8]) -> bool {
        match self.rest.strip_prefix(word) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }
}

/// The letter on the opposite strand; IUPAC codes included.
fn complement(letter: u8) -> char {
    let pair = [b"AT", b"CG", b"RY", b"KM", b"BV", b"DH", b"SS", b"WW", b"NN"];
    let found = pair.iter().find_map(|&&[a, b]| match letter.to_ascii_uppercase() {
        upper if upper == a => Some(b),
        upper if upper == b => Some(a),
        _ => None,
    });
    char::from(found.unwrap_or(if letter.eq_ignore_ascii_case(&b'U') { b'A' } else { b'N' }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations() {
        fn t(text: &str, circular: bool, expected: Result<&[(usize, usize, char)], Fault>) {
            let found = Location::parse(text, 100, circular).map(|location| {
                let strand = |part: &LocationPart| if part.reverse { '-' } else { '+' };
                location.parts.iter().map(|p| (p.range.start + 1, p.range.end, strand(p))).collect::<Vec<_>>()
            });
            assert_eq!(found.as_deref().map_err(|fault| *fault), expected, "{text}");
        }
        t("1..10", false, Ok(&[(1, 10, '+')]));
        t("7", false, Ok(&[(7, 7, '+')]));
        t("<1..>100", false, Ok(&[(1, 100, '+')]));
        t("complement(1..10)", false, Ok(&[(1, 10, '-')]));
        t("join(1..10, 20..30)", false, Ok(&[(1, 10, '+'), (20, 30, '+')]));
        t("complement(join(1..10,20..30))", false, Ok(&[(20, 30, '-'), (1, 10, '-')]));
        t("join(complement(20..30),complement(1..10))", false, Ok(&[(20, 30, '-'), (1, 10, '-')]));
        t("order(1..2,4..5)", false, Ok(&[(1, 2, '+'), (4, 5, '+')]));
        t("complement(complement(3..4))", false, Ok(&[(3, 4, '+')]));
        t("90..10", true, Ok(&[(90, 100, '+'), (1, 10, '+')]));
        t("complement(90..10)", true, Ok(&[(1, 10, '-'), (90, 100, '-')]));
        t("90..10", false, Err(Fault::Backward));
        t("0..10", false, Err(Fault::Outside));
        t("-2..10", false, Err(Fault::Outside));
        t("1..101", false, Err(Fault::Outside));
        t("1..99999999999999999999999", false, Err(Fault::Outside));
        t("5^6", false, Err(Fault::Vague));
        t("(5.8)..10", false, Err(Fault::Vague));
        t("5.8", false, Err(Fault::Vague));
        t("one-of(1,2)..5", false, Err(Fault::Vague));
        t("J00194.1:100..202", false, Err(Fault::Remote));
        t("join(1..10,J00194.1:5..9)", false, Err(Fault::Remote));
        t("", false, Err(Fault::Syntax));
        t("join(1..10", false, Err(Fault::Syntax));
        t("join()", false, Err(Fault::Syntax));
        t("1..10)", false, Err(Fault::Syntax));
        t("1..", false, Err(Fault::Syntax));
        let deep = |n: usize| format!("{}1..3{}", "complement(".repeat(n), ")".repeat(n));
        t(&deep(64), false, Ok(&[(1, 3, '+')]));
        t(&deep(65), false, Err(Fault::TooComplex));
        t(&deep(10_000), false, Err(Fault::TooComplex));
    }

    #[test]
    fn letters_of_both_strands() {
        fn t(text: &str, expected: Option<&str>) {
            let location = Location::parse(text, 12, true).unwrap();
            assert_eq!(location.letters("ACGTRYKMBDHN").as_deref(), expected, "{text}");
        }
        t("2..4", Some("CGT"));
        t("complement(2..4)", Some("ACG"));
        t("complement(join(1..2,5..6))", Some("RYGT"));
        t("complement(7..12)", Some("NDHVKM"));
        t("12..1", Some("NA"));
        assert_eq!(Location::parse("1..9", 12, false).unwrap().letters("ACG"), None);
    }
}
