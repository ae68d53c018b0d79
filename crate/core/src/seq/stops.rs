//! Stops in the letters of a protein: how many, and where, as notices say it.

use super::letter::{DOT, Dots, MASK};
use std::fmt::Write;

/// Places that a notice lists.
const LISTED: usize = 5;

/// The stops of a protein.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stops {
    /// Residues behind which others come, counted from 1; the first few.
    places: Vec<usize>,
    /// How many there are inside.
    inner: usize,
    /// How many stand at the end.
    end: usize,
    /// The first of them.
    mark: Option<u8>,
}

impl Stops {
    /// The stops of raw letters: `*`, and `.` where it is one. A mask is one residue.
    pub(super) fn of(raw: &[u8], dots: Dots) -> Self {
        let is_stop = |byte: u8| byte == b'*' || byte == DOT && dots == Dots::Stops;
        let counted = raw.iter().copied().filter(|&byte| byte != DOT || dots == Dots::Stops);
        let (mut stops, mut residues) = (Self::default(), 0_usize);
        let mut open: Vec<usize> = Vec::new();
        for byte in counted {
            residues = residues.saturating_add(1);
            if is_stop(byte) {
                stops.mark.get_or_insert(byte);
                stops.end = stops.end.saturating_add(1);
                if stops.places.len().saturating_add(open.len()) < LISTED {
                    open.push(residues);
                }
            } else if stops.end > 0 {
                stops.inner = stops.inner.saturating_add(stops.end);
                stops.end = 0;
                stops.places.append(&mut open);
            }
        }
        stops
    }

    /// The letters without the stops at the end and with X for each inside, and what was found. Letters are
    /// upper-cased.
    pub(crate) fn drop(text: &str) -> (String, Self) {
        let raw: Vec<u8> = text.bytes().filter(|byte| *byte != MASK).collect();
        let stops = Self::of(&raw, Dots::Stops);
        (super::letter::normalise(raw, super::SequenceKind::Protein, Dots::Stops), stops)
    }

    /// What became of the stops inside, if there are any.
    pub(crate) fn inside(&self) -> Option<String> {
        let mut message = match self.inner {
            0 => return None,
            1 => {
                format!("1 stop ({}) inside the sequence was read as an unknown residue (`X`)", self.shown())
            }
            n => format!(
                "{n} stops ({}) inside the sequence were read as unknown residues (`X`)",
                self.shown()
            ),
        };
        for (i, place) in self.places.iter().enumerate() {
            let before = if i == 0 { ": at residue" } else { "," };
            _ = write!(message, "{before} {place}");
        }
        if self.places.len() < self.inner {
            message.push_str(", …");
        }
        Some(message)
    }

    /// What became of the stops at the end, if there are any.
    pub(crate) fn at_end(&self) -> Option<String> {
        match self.end {
            0 => None,
            1 => Some(format!("the stop ({}) at the end was left out", self.shown())),
            n => Some(format!("{n} stops ({}) at the end were left out", self.shown())),
        }
    }

    fn shown(&self) -> String {
        format!("`{}`", char::from(self.mark.unwrap_or(b'*')))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stops_of_a_protein() {
        fn t(text: &str, letters: &str, inside: Option<&str>, at_end: Option<&str>) {
            let (found, stops) = Stops::drop(text);
            assert_eq!(
                (found.as_str(), stops.inside().as_deref(), stops.at_end().as_deref()),
                (letters, inside, at_end)
            );
        }
        t("MKV", "MKV", None, None);
        t("mkv*", "MKV", None, Some("the stop (`*`) at the end was left out"));
        t("MK.", "MK", None, Some("the stop (`.`) at the end was left out"));
        t("MK**", "MK", None, Some("2 stops (`*`) at the end were left out"));
        let one = "1 stop (`.`) inside the sequence was read as an unknown residue (`X`): at residue 3";
        t("MK.V", "MKXV", Some(one), None);
        let many = "7 stops (`*`) inside the sequence were read as unknown residues (`X`): at residue 1, 2, 3, 4, 5, …";
        t("*******V*", "XXXXXXXV", Some(many), Some("the stop (`*`) at the end was left out"));
        t("**", "", None, Some("2 stops (`*`) at the end were left out"));
    }
}
