//! Where a feature lies: `complement(join(1..10,20..>30))`.
//!
//! A fuzzy position (`(5.8)`, `one-of(1,2)`) is read as the farthest that it can be, an `order` as a
//! join, and both are marked. A stretch on another record (`J00194.1:5..9`) is left out and marked;
//! one on the record itself, by its own name, is a stretch like any other.

mod parser;

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

/// Which ends of a gene lie beyond what is known, in its own reading direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partial {
    /// Its beginning is missing: its first codon is not its start codon.
    pub five_prime: bool,
    /// Its end is missing.
    pub three_prime: bool,
}

/// Why a location is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Not the grammar.
    Syntax,
    /// Deeper than [`crate::limits::LOCATION_NESTING`] or with more than [`crate::limits::LOCATION_PARTS`] stretches.
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

    /// Which of its ends lie beyond what is known, in its own reading direction.
    #[must_use]
    pub fn open_ends(&self) -> Partial {
        Partial { five_prime: self.partial_start, three_prime: self.partial_end }
    }

    /// Reads a location as it is written, without its molecule, such as in a FASTA header of the NCBI; `None` if it is none.
    pub(crate) fn written(text: &str) -> Option<Self> {
        Self::read(text, usize::MAX, false, None).ok()
    }

    /// Reads a location of a molecule of `length` letters; `names` are those of its own record.
    pub(super) fn parse(text: &str, length: usize, circular: bool, names: &[&str]) -> Result<Self, Fault> {
        Self::read(text, length, circular, Some(names))
    }

    fn read(text: &str, length: usize, circular: bool, names: Option<&[&str]>) -> Result<Self, Fault> {
        let (mut location, open) = parser::read(text, length, circular, names)?;
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
mod tests;
