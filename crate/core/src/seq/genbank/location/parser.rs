//! The grammar of locations: `complement`, `join`, `order`, spans, fuzzy positions and other records.

use super::{Fault, Location, LocationPart};
use crate::limits::{LOCATION_NESTING, LOCATION_PARTS};
use std::ops::Range;

/// Reads a location, and at which ends each of its stretches is partial. Without `names` every record is its own.
pub(super) fn read(
    text: &str,
    length: usize,
    circular: bool,
    names: Option<&[&str]>,
) -> Result<(Location, Vec<OpenEnds>), Fault> {
    let text: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let location = Location::default();
    let mut parser = Parser { rest: text.as_bytes(), length, circular, names, location, open: Vec::new() };
    parser.term(0)?;
    if parser.rest.is_empty() { Ok((parser.location, parser.open)) } else { Err(Fault::Syntax) }
}

/// At which ends a stretch is partial, in reading order.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct OpenEnds {
    pub low: bool,
    pub high: bool,
}

/// A position: the lowest and the highest that it can be, and whether a `<` or a `>` stands with it.
#[derive(Default)]
struct Position {
    lowest: usize,
    highest: usize,
    before: bool,
    after: bool,
}

impl Position {
    fn open(&self) -> bool {
        self.before || self.after
    }
}

struct Parser<'t> {
    rest: &'t [u8],
    length: usize,
    circular: bool,
    names: Option<&'t [&'t str]>,
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
                (first.lowest, last.highest, OpenEnds { low: first.open(), high: last.open() })
            }
            // One letter somewhere between two others.
            Some(b'.') if self.eat(b".") => {
                let last = self.position()?;
                self.location.fuzzy = true;
                (first.lowest, last.highest, OpenEnds::default())
            }
            _ => (first.lowest, first.highest, OpenEnds { low: first.before, high: first.after }),
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
        let Some(names) = self.names else { return Ok(false) };
        Ok(!names.iter().any(|own| *own == name || (!own.is_empty() && plain(own) == plain(name))))
    }

    fn position(&mut self) -> Result<Position, Fault> {
        let mut found = Position { lowest: usize::MAX, ..Position::default() };
        self.marks(&mut found);
        if self.eat(b"(") {
            self.choice(&mut found)?;
            if !self.eat(b".") {
                return Err(Fault::Syntax);
            }
            self.choice(&mut found)?;
            self.close()?;
            self.location.fuzzy = true;
        } else if self.eat(b"one-of(") {
            self.choice(&mut found)?;
            while self.eat(b",") {
                self.choice(&mut found)?;
            }
            self.close()?;
            self.location.fuzzy = true;
        } else {
            self.choice(&mut found)?;
        }
        self.marks(&mut found);
        self.location.partial |= found.open();
        Ok(found)
    }

    /// A number that a position can be.
    fn choice(&mut self, position: &mut Position) -> Result<(), Fault> {
        self.marks(position);
        let number = self.number()?;
        position.lowest = position.lowest.min(number);
        position.highest = position.highest.max(number);
        Ok(())
    }

    fn marks(&mut self, position: &mut Position) {
        position.before |= self.eat(b"<");
        position.after |= self.eat(b">");
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
