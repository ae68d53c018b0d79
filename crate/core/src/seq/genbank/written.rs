//! A location as it is written, without its molecule: which ends are open (`<`, `>`), and in which order its
//! stretches are read. FASTA headers of the NCBI hold such locations too.

use super::{Location, LocationPart};
use crate::limits::{LOCATION_NESTING, LOCATION_PARTS};

/// Which ends of a gene lie beyond what is known, in its own reading direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Partial {
    /// Its beginning is missing: its first codon is not its start codon.
    pub five_prime: bool,
    /// Its end is missing.
    pub three_prime: bool,
}

/// A stretch: its first and last letter on the forward strand, counted from 1, and the marks on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stretch {
    first: usize,
    last: usize,
    before: bool,
    after: bool,
    reverse: bool,
}

/// The stretches of a location, in reading order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct WrittenLocation {
    stretches: Vec<Stretch>,
    /// Whether the file says `order`, which leaves open whether the stretches are joined.
    pub order: bool,
}

impl WrittenLocation {
    /// Reads a location; `None` if it is none. Fuzzy positions, `(5.8)` and `one-of(5,8)`, count with their outermost.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        let mut found = Self::default();
        let rest = found.term(&text, 0)?;
        if rest.is_empty() { Some(found) } else { None }
    }

    /// The open ends.
    pub(crate) fn partial(&self) -> Partial {
        let five = |end: &Stretch| if end.reverse { end.after } else { end.before };
        let three = |end: &Stretch| if end.reverse { end.before } else { end.after };
        Partial {
            five_prime: self.stretches.first().is_some_and(five),
            three_prime: self.stretches.last().is_some_and(three),
        }
    }

    /// The location, whatever the length of its molecule.
    pub(crate) fn location(&self) -> Location {
        let part = |stretch: &Stretch| LocationPart {
            range: stretch.first.saturating_sub(1)..stretch.last,
            reverse: stretch.reverse,
        };
        Location { parts: self.stretches.iter().map(part).collect(), ..Location::default() }
    }

    /// Reads one term from the front of a text, and gives the rest.
    fn term<'t>(&mut self, text: &'t str, depth: usize) -> Option<&'t str> {
        if depth > LOCATION_NESTING || self.stretches.len() > LOCATION_PARTS {
            return None;
        }
        let complement = text.strip_prefix("complement(");
        let order = text.strip_prefix("order(");
        self.order |= order.is_some();
        let Some(mut rest) = complement.or(order).or_else(|| text.strip_prefix("join(")) else {
            return self.stretch(text);
        };
        let from = self.stretches.len();
        loop {
            rest = self.term(rest, depth.saturating_add(1))?;
            match rest.strip_prefix(',') {
                Some(more) => rest = more,
                None => break,
            }
        }
        if complement.is_some() {
            let turned = self.stretches.get_mut(from..)?;
            turned.reverse();
            turned.iter_mut().for_each(|stretch| stretch.reverse = !stretch.reverse);
        }
        rest.strip_prefix(')')
    }

    fn stretch<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let mut depth = 0_usize;
        let ends = |(_, letter): &(usize, char)| {
            match letter {
                '(' => depth = depth.saturating_add(1),
                ')' if depth > 0 => depth = depth.saturating_sub(1),
                ')' | ',' if depth == 0 => return true,
                _ => {}
            }
            false
        };
        let end = text.char_indices().find(ends).map_or(text.len(), |(at, _)| at);
        let (stretch, rest) = text.split_at_checked(end)?;
        let place = stretch.rsplit_once(':').map_or(stretch, |(_, place)| place);
        let (low, high) = place.split_once("..").unwrap_or((place, place));
        let one = low == high;
        let marked = |text: &str, marks: &[char]| text.contains(marks);
        self.stretches.push(Stretch {
            first: numbers(low).min()?,
            last: numbers(high).max()?,
            before: marked(low, if one { &['<'] } else { &['<', '>'] }),
            after: marked(high, if one { &['>'] } else { &['<', '>'] }),
            reverse: false,
        });
        Some(rest)
    }
}

fn numbers(text: &str) -> impl Iterator<Item = usize> {
    text.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_ends_in_reading_direction() {
        fn t(text: &str, five_prime: bool, three_prime: bool) {
            let found = WrittenLocation::parse(text).map(|written| written.partial());
            assert_eq!(found, Some(Partial { five_prime, three_prime }), "{text}");
        }
        t("1..10", false, false);
        t("<1..10", true, false);
        t("1..>10", false, true);
        t("<1..>10", true, true);
        t("complement(<1..10)", false, true);
        t("complement(1..>10)", true, false);
        t("join(<1..10,20..30)", true, false);
        t("complement(join(<1..10,20..30))", false, true);
        t("join(complement(20..>30),complement(1..10))", true, false);
        t("order(1..10,20..>30)", false, true);
        t("join(1..>10,<20..30)", false, false);
        t("<7", true, false);
        t("complement(>7)", true, false);
        t("(<5.8)..10", true, false);
        t("one-of(<5,8)..10", true, false);
        t("J00194.1:<100..202", true, false);
    }

    #[test]
    fn stretches_in_reading_order() {
        fn t(text: &str, expected: Option<&[(usize, usize, bool)]>) {
            let found = WrittenLocation::parse(text).map(|written| {
                let parts = written.location().parts;
                parts
                    .into_iter()
                    .map(|part| (part.range.start, part.range.end, part.reverse))
                    .collect::<Vec<_>>()
            });
            assert_eq!(found.as_deref(), expected, "{text}");
        }
        t("join(1..10, 20..30)", Some(&[(0, 10, false), (19, 30, false)]));
        t("complement(join(1..10,20..30))", Some(&[(19, 30, true), (0, 10, true)]));
        t("join(complement(4..6),9..12)", Some(&[(3, 6, true), (8, 12, false)]));
        t("(5.8)..one-of(10,12)", Some(&[(4, 12, false)]));
        t("", None);
        t("join(1..2", None);
        t("1..2)", None);
        t("x..y", None);
        t(&format!("{}1..3{}", "complement(".repeat(99), ")".repeat(99)), None);
    }
}
