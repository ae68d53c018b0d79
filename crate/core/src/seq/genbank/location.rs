//! Where a feature lies: `complement(join(1..10,20..>30))`.
//!
//! A fuzzy position (`(5.8)`, `one-of(1,2)`) is read as the farthest that it can be, an `order` as a
//! join, and both are marked. A stretch on another record (`J00194.1:5..9`) is left out and marked;
//! one on the record itself, by its own name, is a stretch like any other.

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
    /// Whether that is so where its reading begins: the 5' end.
    pub partial_start: bool,
    /// Whether that is so where its reading ends: the 3' end.
    pub partial_end: bool,
    /// Whether a position is a choice or a range, read as the farthest that it can be.
    pub fuzzy: bool,
    /// Whether it is written as `order(…)`, which does not say that the stretches are joined.
    pub order: bool,
    /// Whether some of it lies on another record, so that its letters are not all here.
    pub remote: bool,
    /// First and last letter, counted from 1, if it lies across the origin of a circular molecule.
    across: Option<(usize, usize)>,
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
    /// A place between letters, a gap or a bond.
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
    /// First letter on the forward strand, counted from 1. Across the origin it is larger than
    /// [`Self::end`].
    #[must_use]
    pub fn start(&self) -> usize {
        if let Some((start, _)) = self.across {
            return start;
        }
        self.parts.iter().map(|part| part.range.start).min().unwrap_or(0).saturating_add(1)
    }

    /// Last letter on the forward strand, counted from 1.
    #[must_use]
    pub fn end(&self) -> usize {
        if let Some((_, end)) = self.across {
            return end;
        }
        self.parts.iter().map(|part| part.range.end).max().unwrap_or(0)
    }

    /// Whether it lies across the origin: one stretch ends at the last letter and the next begins at
    /// the first.
    #[must_use]
    pub fn crosses_origin(&self) -> bool {
        self.across.is_some()
    }

    /// Its stretches in the order of the forward strand: that in which they are read, or its
    /// reverse if all of them lie on the opposite strand.
    #[must_use]
    pub fn forward(&self) -> Vec<Range<usize>> {
        let mut ranges: Vec<Range<usize>> = self.parts.iter().map(|part| part.range.clone()).collect();
        if self.strand() == '-' {
            ranges.reverse();
        }
        ranges
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

    /// Its letters in reading order; `None` if it reaches beyond `sequence` or onto another record.
    #[must_use]
    pub fn letters(&self, sequence: &str) -> Option<String> {
        if self.remote {
            return None;
        }
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

    /// Reads a location of a molecule of `length` letters; `names` are those of its own record.
    pub(super) fn parse(text: &str, length: usize, circular: bool, names: &[&str]) -> Result<Self, Fault> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let location = Self::default();
        let mut parser =
            Parser { rest: text.as_bytes(), length, circular, names, location, open: Vec::new() };
        parser.term(0)?;
        if !parser.rest.is_empty() {
            return Err(Fault::Syntax);
        }
        let (mut location, open) = (parser.location, parser.open);
        if location.parts.is_empty() {
            return Err(Fault::Remote);
        }
        location.partial_start = open.first().is_some_and(|open| open.low);
        location.partial_end = open.last().is_some_and(|open| open.high);
        location.across = across(&location.forward(), length);
        Ok(location)
    }
}

/// First and last letter, counted from 1, of a feature whose one stretch ends at the last letter while the
/// next begins at the first.
fn across(forward: &[Range<usize>], length: usize) -> Option<(usize, usize)> {
    let before = forward.windows(2).position(|pair| match pair {
        [left, right] => left.end == length && right.start == 0 && left.start > 0,
        _ => false,
    })?;
    let (left, right) = forward.split_at(before.saturating_add(1));
    let start = left.iter().map(|range| range.start).min()?;
    let end = right.iter().map(|range| range.end).max()?;
    Some((start.saturating_add(1), end))
}

/// At which ends a stretch is partial, in reading order.
#[derive(Clone, Copy, Debug, Default)]
struct OpenEnds {
    low: bool,
    high: bool,
}

/// A position: the lowest and the highest that it can be, and whether a `<` or `>` stands with it.
struct Position {
    lowest: usize,
    highest: usize,
    open: bool,
}

struct Parser<'t> {
    rest: &'t [u8],
    length: usize,
    circular: bool,
    names: &'t [&'t str],
    location: Location,
    /// The ends of each stretch of `location`.
    open: Vec<OpenEnds>,
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
            let turned = self.open.get_mut(from..).unwrap_or_default();
            turned.reverse();
            turned.iter_mut().for_each(|open| *open = OpenEnds { low: open.high, high: open.low });
            return self.close();
        }
        let order = self.eat(b"order(") || self.eat(b"group(");
        self.location.order |= order;
        if order || self.eat(b"join(") {
            self.term(deeper)?;
            while self.eat(b",") {
                self.term(deeper)?;
            }
            return self.close();
        }
        self.span()
    }

    fn span(&mut self) -> Result<(), Fault> {
        let elsewhere = self.record_name()?;
        let first = self.position()?;
        let (start, end, open) = match self.rest.first() {
            Some(b'^') => return Err(Fault::Vague),
            Some(b'.') if self.eat(b"..") => {
                let last = self.position()?;
                (first.lowest, last.highest, OpenEnds { low: first.open, high: last.open })
            }
            // One letter somewhere between two others.
            Some(b'.') if self.eat(b".") => {
                let last = self.position()?;
                self.location.fuzzy = true;
                (first.lowest, last.highest, OpenEnds::default())
            }
            _ => (first.lowest, first.highest, OpenEnds { low: first.open, high: first.open }),
        };
        if elsewhere {
            self.location.remote = true;
            return Ok(());
        }
        let inside = |position: usize| (1..=self.length).contains(&position);
        // Some tools count on past the origin: 2941..3060 of 3000 letters.
        let past = end.checked_sub(self.length).filter(|past| self.circular && *past > 0 && *past < start);
        if !inside(start) || !(inside(end) || past.is_some()) {
            return Err(Fault::Outside);
        }
        let end = past.unwrap_or(end);
        let low = start.saturating_sub(1);
        if start <= end {
            self.push(low..end, open);
        } else if self.circular {
            self.push(low..self.length, OpenEnds { high: false, ..open });
            self.push(0..end, OpenEnds { low: false, ..open });
        } else {
            return Err(Fault::Backward);
        }
        Ok(())
    }

    fn push(&mut self, range: Range<usize>, open: OpenEnds) {
        self.location.parts.push(LocationPart { range, reverse: false });
        self.open.push(open);
    }

    /// Takes `J00194.1:` before a span and says whether that is another record.
    fn record_name(&mut self) -> Result<bool, Fault> {
        let ends = |byte: &u8| matches!(byte, b',' | b'(' | b')' | b':' | b'<' | b'>');
        let Some(at) = self.rest.iter().position(ends) else { return Ok(false) };
        let (name, rest) = self.rest.split_at(at);
        let Some(rest) = rest.strip_prefix(b":") else { return Ok(false) };
        let name = std::str::from_utf8(name).map_err(|_| Fault::Syntax)?;
        if name.is_empty() {
            return Err(Fault::Syntax);
        }
        self.rest = rest;
        let plain = |name: &str| name.split_once('.').map_or(name, |(plain, _)| plain).to_owned();
        Ok(!self.names.iter().any(|own| *own == name || (!own.is_empty() && plain(own) == plain(name))))
    }

    fn position(&mut self) -> Result<Position, Fault> {
        let mut open = self.eat(b"<") || self.eat(b">");
        let (lowest, highest) = if self.eat(b"(") {
            let lowest = self.number()?;
            if !self.eat(b".") {
                return Err(Fault::Syntax);
            }
            let highest = self.number()?;
            self.close()?;
            self.location.fuzzy = true;
            (lowest, highest)
        } else if self.eat(b"one-of(") {
            let (mut lowest, mut highest) = (usize::MAX, 0);
            loop {
                let number = self.number()?;
                (lowest, highest) = (lowest.min(number), highest.max(number));
                if !self.eat(b",") {
                    break;
                }
            }
            self.close()?;
            self.location.fuzzy = true;
            (lowest, highest)
        } else {
            let number = self.number()?;
            (number, number)
        };
        open |= self.rest.starts_with(b"<") || self.rest.starts_with(b">");
        _ = self.eat(b"<") || self.eat(b">");
        self.location.partial |= open;
        Ok(Position { lowest, highest, open })
    }

    fn number(&mut self) -> Result<usize, Fault> {
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at(digits);
        if number.is_empty() {
            return Err(match rest {
                [b'-', ..] => Fault::Outside,
                _ if rest.starts_with(b"gap") || rest.starts_with(b"bond") => Fault::Vague,
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
            let found = Location::parse(text, 100, circular, &["R1", "R1.2"]).map(|location| {
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
        t("(5.8)..10", false, Ok(&[(5, 10, '+')]));
        t("5..(8.10)", false, Ok(&[(5, 10, '+')]));
        t("5.8", false, Ok(&[(5, 8, '+')]));
        t("one-of(2,1)..5", false, Ok(&[(1, 5, '+')]));
        t("complement((5.8)..one-of(10,12))", false, Ok(&[(5, 12, '-')]));
        t("(5.8..10", false, Err(Fault::Syntax));
        t("one-of()..5", false, Err(Fault::Syntax));
        t("gap(10)", false, Err(Fault::Vague));
        t("J00194.1:100..202", false, Err(Fault::Remote));
        t("join(1..10,J00194.1:5..9)", false, Ok(&[(1, 10, '+')]));
        t("join(1..10,complement(J00194.1:5..999))", false, Ok(&[(1, 10, '+')]));
        t("join(R1.2:1..10,R1:20..30,R1.1:40)", false, Ok(&[(1, 10, '+'), (20, 30, '+'), (40, 40, '+')]));
        t(":1..10", false, Err(Fault::Syntax));
        t("91..110", true, Ok(&[(91, 100, '+'), (1, 10, '+')]));
        t("complement(91..110)", true, Ok(&[(1, 10, '-'), (91, 100, '-')]));
        t("91..110", false, Err(Fault::Outside));
        t("10..110", true, Err(Fault::Outside)); // more than once around
        t("1..200>", false, Err(Fault::Outside));
        t("1..20>", false, Ok(&[(1, 20, '+')]));
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
            let location = Location::parse(text, 12, true, &[]).unwrap();
            assert_eq!(location.letters("ACGTRYKMBDHN").as_deref(), expected, "{text}");
        }
        t("2..4", Some("CGT"));
        t("complement(2..4)", Some("ACG"));
        t("complement(join(1..2,5..6))", Some("RYGT"));
        t("complement(7..12)", Some("NDHVKM"));
        t("12..1", Some("NA"));
        let letters = |text: &str| Location::parse(text, 12, false, &[]).unwrap().letters("ACG");
        assert_eq!((letters("1..9"), letters("join(1..2,X9:1..2)")), (None, None));
    }

    #[test]
    fn marks() {
        // Open ends in reading order, then fuzzy, order, remote.
        fn t(text: &str, expected: &str) {
            let location = Location::parse(text, 100, true, &[]).unwrap();
            let marks = [
                (location.partial_start, '5'),
                (location.partial_end, '3'),
                (location.partial, 'p'),
                (location.fuzzy, 'f'),
                (location.order, 'o'),
                (location.remote, 'r'),
            ];
            let found: String = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| mark).collect();
            assert_eq!(found, expected, "{text}");
        }
        t("1..10", "");
        t("<1..10", "5p");
        t("1..>10", "3p");
        t("complement(<1..10)", "3p");
        t("complement(1..>10)", "5p");
        t("join(<1..10,20..30)", "5p");
        t("join(1..10,<20..30)", "p");
        t("complement(join(<1..10,20..>30))", "53p");
        t("join(complement(20..>30),complement(<1..10))", "53p");
        t("<90..10", "5p");
        t("90..>10", "3p");
        t("complement(90..>10)", "5p");
        t("order(1..2,4..5)", "o");
        t("(1.3)..5", "f");
        t("join(1..10,X9:5..9)", "r");
    }

    #[test]
    fn across_the_origin() {
        fn t(text: &str, start: usize, end: usize, crosses: bool) {
            let location = Location::parse(text, 100, true, &[]).unwrap();
            assert_eq!(
                (location.start(), location.end(), location.crosses_origin()),
                (start, end, crosses),
                "{text}"
            );
        }
        t("1..10", 1, 10, false);
        t("90..10", 90, 10, true);
        t("join(90..100,1..10)", 90, 10, true);
        t("complement(join(90..100,1..10))", 90, 10, true);
        t("join(complement(1..10),complement(90..100))", 90, 10, true);
        t("join(70..80,90..100,1..10,20..30)", 70, 30, true);
        t("join(50..60,20..30)", 20, 60, false); // trans-splicing
        t("join(90..99,1..10)", 1, 99, false);
        t("1..100", 1, 100, false);
    }
}
